package dev.kubeproxyfleet.fleet.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.RecordedTraces;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The way of a trace through the worker. */
class OperationTracesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Operation OPERATION = Operation.of(
            "prod",
            "prod.3",
            3,
            FakeArm.CLUSTER,
            2,
            new Desired.KubeProxy(new KubeProxyConfig(null, KubeProxyMode.IPVS, null)),
            NOW,
            NOW.plusSeconds(60));

    private final RecordedTraces recorded = new RecordedTraces();
    private final OperationTraces traces = new OperationTraces(recorded.tracing, "kubeproxy.operations");

    @Test
    void whatIsPublishedDuringAnOperationCarriesOnTheTraceOfItsRecord() {
        traces.received(record("00-" + TRACE + "-00f067aa0ba902b7-01", new byte[0]));

        Headers outcome = outcomeOf(recorded.tracing, traces);

        SpanData span = recorded.named("kubeproxy.operations process").getFirst();
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.getAttributes().get(Attributes.ROLLOUT)).isEqualTo("prod.3");
        assertThat(span.getAttributes().get(Attributes.GENERATION)).isEqualTo(3);
        assertThat(span.getAttributes().get(Attributes.ATTEMPT)).isEqualTo(2);
        assertThat(new String(outcome.lastHeader("traceparent").value(), UTF_8))
                .isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
    }

    @Test
    void anOperationWithoutATraceBeginsOne() {
        traces.received(record("garbage", new byte[0]));
        outcomeOf(recorded.tracing, traces);

        assertThat(recorded.named("kubeproxy.operations process"))
                .singleElement()
                .satisfies(span ->
                        assertThat(span.getParentSpanContext().isValid()).isFalse());
    }

    @Test
    void aTraceIsForgottenWithItsOperation() {
        traces.received(record("00-" + TRACE + "-00f067aa0ba902b7-01", new byte[0]));
        traces.received(record(null, null));
        outcomeOf(recorded.tracing, traces);

        assertThat(recorded.all()).extracting(SpanData::getTraceId).doesNotContain(TRACE);
    }

    @Test
    void aFailureIsAnError() {
        traces.during(
                OPERATION, () -> OperationTraces.ended(new Outcome.Failed(WorkerReason.InternalError, "it broke")));

        SpanData span = recorded.all().getFirst();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(Attributes.OUTCOME)).isEqualTo("Failed");
    }

    @Test
    void whereTracingIsOffARecordCarriesNothing() {
        OperationTraces off = new OperationTraces(Tracing.OFF, "kubeproxy.operations");
        off.received(record("00-" + TRACE + "-00f067aa0ba902b7-01", new byte[0]));

        assertThat(outcomeOf(Tracing.OFF, off).lastHeader("traceparent")).isNull();
    }

    /** Headers of what is published during the operation. */
    private static Headers outcomeOf(Tracing tracing, OperationTraces traces) {
        MockProducer<String, byte[]> producer =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        CloudEventPublisher publisher = new CloudEventPublisher(
                producer, topic -> topic.name(""), () -> "id", InstantSource.fixed(NOW), "/test", tracing);
        traces.during(
                OPERATION,
                () -> publisher
                        .publish(Topic.OUTCOMES, "prod", Outcome.TYPE, List.of())
                        .join());
        return producer.history().getFirst().headers();
    }

    private static ConsumerRecord<String, byte[]> record(@Nullable String traceparent, byte @Nullable [] value) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>("kubeproxy.operations", 0, 0, FakeArm.CLUSTER, value);
        if (traceparent != null) {
            record.headers().add("traceparent", traceparent.getBytes(UTF_8));
        }
        return record;
    }
}
