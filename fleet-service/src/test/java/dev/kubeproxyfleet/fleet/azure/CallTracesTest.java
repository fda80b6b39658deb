package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.RecordedTraces;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a span tells of a request to ARM. */
class CallTracesTest {

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(2, 1, 1, 7, 1));
    private final String subscription = fleet.subscriptions().getFirst().id();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, time);
    private final RecordedTraces traces = new RecordedTraces();

    @Test
    void itTellsTheIdThatAzureWasGiven() throws InterruptedException {
        String cluster = arm.clusterIds().getFirst();

        SpanData call = during(new ArmRequest.GetCluster(cluster), ArmModel.SANDBOX_TOKEN);

        assertThat(call.getName()).isEqualTo("GET get_cluster");
        assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(call.getAttributes().get(Attributes.AZ_CLIENT_REQUEST_ID))
                .isEqualTo(arm.journal().entries().getLast().headers().get("x-ms-client-request-id"));
        assertThat(call.getAttributes().get(Attributes.HTTP_STATUS)).isEqualTo(200);
        assertThat(call.getAttributes().get(Attributes.AZ_SERVICE_REQUEST_ID)).isNotBlank();
        assertThat(call.getAttributes().get(Attributes.CORRELATION_ID)).isNotBlank();
        assertThat(call.getAttributes().get(Attributes.SUBSCRIPTION)).isEqualTo(subscription);
        assertThat(call.getAttributes().get(Attributes.CLUSTER)).isEqualTo(cluster);
        assertThat(call.getParentSpanId())
                .isEqualTo(traces.named("operation").getFirst().getSpanId());
    }

    @Test
    void aRefusalIsAnErrorAndNoTokenIsTold() throws InterruptedException {
        SpanData call = during(new ArmRequest.ListClusters(subscription, null), "made-up-token");

        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getAttributes().get(Attributes.ERROR_TYPE)).isEqualTo("InvalidAuthenticationToken");
        assertThat(call.getAttributes().get(Attributes.HTTP_STATUS)).isEqualTo(401);
        assertThat(call.getAttributes().asMap().keySet())
                .extracting(AttributeKey::getKey)
                .noneMatch(key -> key.contains("authorization"));
        assertThat(call.toString()).doesNotContain("made-up-token");
    }

    @Test
    void pollingBeginsNoTrace() throws InterruptedException {
        time.execute(() -> gateway(ArmModel.SANDBOX_TOKEN).send(new ArmRequest.ListClusters(subscription, null)));
        time.run();

        assertThat(traces.all()).isEmpty();
    }

    private SpanData during(ArmRequest request, String token) throws InterruptedException {
        time.execute(() -> {
            Span operation = traces.tracing.span("operation", SpanKind.CONSUMER).startSpan();
            try (Scope _ = operation.makeCurrent()) {
                gateway(token).send(request);
            } finally {
                operation.end();
            }
        });
        time.run();
        List<SpanData> calls = traces.all().stream()
                .filter(span -> span.getKind() == SpanKind.CLIENT)
                .toList();
        assertThat(calls).hasSize(1);
        return calls.getFirst();
    }

    private AzureArmGateway gateway(String token) {
        AzureSettings settings =
                AzureArmGatewayTest.settings(Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", token));
        return new AzureArmGateway(settings, time, traces.tracing, new InProcessArm(arm, time, Duration.ZERO));
    }
}
