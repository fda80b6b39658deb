package dev.kubeproxyfleet.fleet.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** How the service uses Kafka. */
@ConfigMapping(prefix = "kpfleet.kafka")
public interface KafkaSettings {

    /** Brokers to start from, {@code host:port,…}. */
    @WithDefault("${kafka.bootstrap.servers}")
    String bootstrapServers();

    /** Prefix of every topic name, and of the consumer groups and transactional ids. */
    @WithDefault("kubeproxy.")
    String topicPrefix();

    /**
     * Whether the service creates the topics that are missing. Otherwise it needs no right to create any, and waits for those that others
     * create ({@code deploy/kafka}), the changelogs of its own state among them.
     */
    @WithDefault("true")
    boolean createTopics();

    /** Partitions of a new topic that may have several. */
    @WithDefault("6")
    int partitions();

    /** Replicas of a new topic; -1 takes the broker's default. */
    @WithDefault("-1")
    short replicationFactor();

    /** Folder of the Streams applications' local stores; losing it costs a restore from Kafka, nothing else. */
    @WithDefault("${java.io.tmpdir}/kubeproxy-fleet/streams")
    Path stateDir();

    /** Without an answer of any broker for so long the service is not ready, and says how old its data is. */
    @WithDefault("20s")
    Duration unreachableAfter();

    /** Further client properties as Kafka names them, for example {@code security.protocol}; passed to every client. */
    Map<String, String> client();
}
