package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.kafka.StreamsApplication;
import dev.kubeproxyfleet.fleet.rollout.Retention;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.topic.ControllerState;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** The controller as an application of its own, exactly once from topic to topic. */
@ApplicationScoped
class Controller implements StreamsApplication {

    private final KafkaClients clients;
    private final ControllerSettings settings;
    private final IntakeSettings intake;
    private final Entrance entrance;
    private final Tracing tracing;
    private final ControllerCounters counters = new ControllerCounters();

    Controller(
            KafkaClients clients,
            ControllerSettings settings,
            IntakeSettings intake,
            Vouchers vouchers,
            KafkaWriters writers,
            MeterRegistry metrics,
            Tracing tracing) {
        this.clients = clients;
        this.settings = settings;
        this.intake = intake;
        this.entrance = new Entrance(vouchers, writers);
        this.tracing = tracing;
        counters.bindTo(metrics);
    }

    @Override
    public String purpose() {
        return ControllerState.APPLICATION;
    }

    @Override
    public Topology topology() {
        return ControllerTopology.build(
                clients::name,
                new ControllerTopology.Timing(
                        settings.tick(),
                        settings.joinInterval(),
                        settings.lag(),
                        new Retention(settings.keptRollouts(), settings.keptFor())),
                Strategy.defaultWithBake(intake.defaultBake()),
                entrance,
                () -> UUID.randomUUID().toString(),
                counters,
                tracing);
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    }
}
