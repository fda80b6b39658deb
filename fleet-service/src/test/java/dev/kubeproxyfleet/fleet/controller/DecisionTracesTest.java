package dev.kubeproxyfleet.fleet.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.RecordedTraces;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a trace through the controller. */
@SuppressWarnings("NullAway.Init")
class DecisionTracesTest {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
    private static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    private static final String CLUSTER = "/subscriptions/" + SUBSCRIPTION
            + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/prod-1";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String CONFIG = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod-ipvs"},
             "spec":{"kubeProxy":{"enabled":true,"mode":"IPVS","ipvsConfig":{"scheduler":"LeastConnection"}},
                     "selector":{"tags":{"matchLabels":{"env":"prod"}}},
                     "strategy":{%s "stages":[{"name":"all"}]}}}""";

    @TempDir
    Path stateDir;

    private final RecordedTraces traces = new RecordedTraces();
    private TopologyTestDriver driver;

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void anOperationCarriesOnTheTraceOfThePublicationThatCausedIt() throws Exception {
        start(traces.tracing);

        publish("", PARENT);

        Headers sent = onlyOperation();
        assertThat(traceparent(sent)).startsWith("00-" + TRACE + "-");
        SpanData process = traces.named("kubeproxy.desired process").getFirst();
        assertThat(process.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(process.getAttributes().get(Attributes.CONFIG)).isEqualTo("prod-ipvs");
        SpanData send = traces.named("kubeproxy.operations send").getFirst();
        assertThat(send.getParentSpanId()).isEqualTo(process.getSpanId());
        assertThat(traceparent(sent)).contains(send.getSpanId());
        assertThat(send.getAttributes().get(Attributes.ROLLOUT)).isEqualTo("prod-ipvs.1");
        assertThat(send.getAttributes().get(Attributes.CLUSTER)).isEqualTo(CLUSTER);
        assertThat(send.getLinks()).isEmpty();
    }

    @Test
    void aDecisionOfATimerBeginsATraceThatIsLinkedToThePublication() throws Exception {
        start(traces.tracing);
        publish("\"startAt\":\"" + START.plusSeconds(60) + "\",", PARENT);

        driver.advanceWallClockTime(Duration.ofSeconds(61));

        Headers sent = onlyOperation();
        assertThat(traceparent(sent)).doesNotContain(TRACE);
        assertThat(traces.named("kubeproxy.operations send").getFirst().getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(context -> context.getTraceId())
                .containsExactly(TRACE);
    }

    @Test
    void aRecordWithGarbageInPlaceOfATraceIsProcessedJustAsWell() throws Exception {
        start(traces.tracing);

        publish("", "00-garbage");

        assertThat(onlyOperation()).isNotNull();
    }

    @Test
    void whereTracingIsOffNothingIsHandedOn() throws Exception {
        start(Tracing.OFF);

        publish("", PARENT);

        assertThat(onlyOperation()).extracting(Header::key).isNotEmpty().doesNotContain("traceparent", "tracestate");
    }

    private void start(Tracing tracing) throws Exception {
        AtomicInteger ids = new AtomicInteger();
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(
                ControllerTopology.build(
                        topic -> topic.name("kubeproxy."),
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        Entrance.OPEN,
                        () -> "id-" + ids.getAndIncrement(),
                        new ControllerCounters(),
                        tracing),
                properties,
                START);
        input(
                Topic.CLUSTERS,
                CLUSTER,
                Json.MAPPER.writeValueAsBytes(ClusterRecords.running(CLUSTER, "prod-1", SUBSCRIPTION, "rg")
                        .tags(Map.of("env", "prod"))
                        .nodeCount(2)
                        .build()),
                null);
        SubscriptionRecord subscription = new SubscriptionRecord(SUBSCRIPTION, 1, "Registered", List.of(SUBSCRIPTION));
        input(Topic.CLUSTERS, subscription.key(), Json.MAPPER.writeValueAsBytes(subscription), null);
    }

    private void publish(String strategy, String traceparent) {
        input(Topic.DESIRED, "prod-ipvs", CONFIG.formatted(strategy).getBytes(UTF_8), traceparent);
    }

    private void input(Topic topic, String key, byte[] value, @Nullable String traceparent) {
        RecordHeaders headers = new RecordHeaders();
        if (traceparent != null) {
            headers.add("traceparent", traceparent.getBytes(UTF_8));
        }
        driver.createInputTopic(topic.name("kubeproxy."), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key.getBytes(UTF_8), value, headers, START));
    }

    private Headers onlyOperation() {
        List<TestRecord<String, byte[]>> records = driver.createOutputTopic(
                        Topic.OPERATIONS.name("kubeproxy."), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
        assertThat(records).hasSize(1);
        return records.getFirst().headers();
    }

    private static String traceparent(Headers headers) {
        return new String(headers.lastHeader("traceparent").value(), UTF_8);
    }
}
