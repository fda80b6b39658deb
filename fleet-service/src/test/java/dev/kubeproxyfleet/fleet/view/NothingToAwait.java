package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.kafka.KafkaClientsOf;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** For a service without Kafka, whose read model is fed by hand. */
@Alternative
@Singleton
public class NothingToAwait extends WrittenSoFar {

    NothingToAwait(FleetView view) {
        super(view, KafkaClientsOf.settings(Map.of()));
    }

    @Override
    public void awaitShown(Duration patience) {}
}
