package dev.kubeproxyfleet.fleet.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** What whoever writes to a topic of Kafka may ask for there, past the API, where there is a login. */
@ConfigMapping(prefix = "kpfleet.access.kafka-grants")
public interface KafkaGrantsSettings {

    /**
     * What whoever may write to Kafka's topic {@code desired} may there, with a login: roles such as {@code publisher:env=dev}. Empty:
     * nothing is taken from there but what the service itself publishes for callers of its API.
     *
     * @since 0.2.0
     */
    @WithDefault("publisher")
    Optional<List<String>> desired();

    /**
     * The same for the topic {@code commands}, such as {@code operator}; nothing unless it is set.
     *
     * @since 0.2.0
     */
    Optional<List<String>> commands();

    /**
     * The same for the topic {@code new-clusters}, where {@code admin} creates clusters; nothing unless it is set.
     *
     * @since 0.2.0
     */
    Optional<List<String>> newClusters();
}
