package dev.kubeproxyfleet.fleet.tracing;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Makes the tracing, and sends what is left at the end. What the variables {@code OTEL_…} say holds, but for the endpoint. */
@Singleton
final class TracingBeans {

    /** Among the observers of the end: after all that makes spans. */
    private static final int LAST = 5_000;

    /** Longest wait for a collector when the service stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

    private @Nullable OpenTelemetrySdk sdk;

    @Produces
    @Singleton
    Tracing tracing(
            TracingSettings settings,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "HOSTNAME") Optional<String> host) {
        if (settings.endpoint().isEmpty()) {
            return Tracing.OFF;
        }
        OpenTelemetrySdk made = sdk(
                settings.endpoint().get(),
                version,
                host.orElseGet(() -> UUID.randomUUID().toString()));
        sdk = made;
        return new Tracing(made);
    }

    void stop(@Observes @Priority(LAST) ShutdownEvent event) {
        if (sdk != null) {
            sdk.shutdown().join(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @param instance name of this process among those of the service */
    static OpenTelemetrySdk sdk(URI endpoint, String version, String instance) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.service.name", "kubeproxy-fleet-service",
                        "otel.resource.attributes", "service.version=" + version + ",service.instance.id=" + instance,
                        "otel.traces.sampler", "parentbased_always_on"))
                .addPropertiesCustomizer(_ -> Map.of(
                        "otel.traces.exporter", "otlp",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none",
                        "otel.propagators", "tracecontext",
                        "otel.exporter.otlp.protocol", "http/protobuf",
                        "otel.exporter.otlp.endpoint", endpoint.toString()))
                .build()
                .getOpenTelemetrySdk();
    }
}
