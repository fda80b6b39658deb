package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.NothingToAwait;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** The API alone: the read model is fed by the test, and what is published goes to {@link FakePublisher}. */
public class WithoutKafka implements QuarkusTestProfile {

    private static final String PACKAGES = "dev.kubeproxyfleet.fleet.";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.arc.exclude-types",
                String.join(
                        ",",
                        // Settings of what is left out are unknown.
                        PACKAGES + "UnknownSettings",
                        PACKAGES + "view.ReadModelConsumer",
                        PACKAGES + "api.ThreadsLiveness",
                        PACKAGES + "api.KafkaEventPublisher",
                        PACKAGES + "identity.*",
                        PACKAGES + "api.FeatureResource",
                        PACKAGES + "api.NewClusterResource",
                        PACKAGES + "creation.*",
                        PACKAGES + "api.NotificationResource",
                        PACKAGES + "notify.*",
                        PACKAGES + "kafka.StreamsRunner",
                        PACKAGES + "kafka.StreamsHealth",
                        PACKAGES + "kafka.StreamsMeters",
                        PACKAGES + "controller.*",
                        PACKAGES + "intake.*",
                        PACKAGES + "inventory.*",
                        PACKAGES + "azure.*",
                        PACKAGES + "health.*",
                        PACKAGES + "kubernetes.*"),
                "kpfleet.api.answer-timeout",
                "PT0.3S",
                "kpfleet.api.heartbeat",
                "PT1S",
                "mp.messaging.incoming.new-clusters.enabled",
                "false",
                "mp.messaging.outgoing.new-clusters-rejected.enabled",
                "false");
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(FakePublisher.class, NothingToAwait.class);
    }
}
