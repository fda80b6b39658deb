package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TokenJudge;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.kafka.StreamsApplication;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The folding of node statistics as an application of its own, at least once: exactly-once would tax the one busy path. */
@ApplicationScoped
class HealthApplication implements StreamsApplication {

    private final KafkaClients clients;
    private final HealthSettings settings;
    private final InstantSource clock;
    private final TokenJudge judge;
    private final Believed believed;
    private final HealthCounters counters = new HealthCounters();

    HealthApplication(
            KafkaClients clients,
            HealthSettings settings,
            MeterRegistry metrics,
            InstantSource clock,
            TokenJudge judge,
            Believed believed) {
        this.clients = clients;
        this.settings = settings;
        this.clock = clock;
        this.judge = judge;
        this.believed = believed;
        counters.bindTo(metrics);
    }

    /** Whether our clock and the broker's agree; it is said, and keeps nothing from being served. */
    @Produces
    @Readiness
    HealthCheck clocks() {
        return () -> HealthCheckResponse.named("broker-clock")
                .up()
                .withData("serviceAheadSeconds", counters.clockAhead().toSeconds())
                .build();
    }

    @Override
    public String purpose() {
        return "health";
    }

    @Override
    public Topology topology() {
        return HealthTopology.build(
                clients::name, clock, settings.emitInterval(), settings.bucket(), counters, judge, believed);
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    }
}
