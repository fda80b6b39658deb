package dev.kubeproxyfleet.fleet.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings that every Streams application of the service shares. */
public final class StreamsProperties {

    /**
     * A replica that died is replaced after this long, by Kafka's default after 45 s. It is the shortest that brokers allow unless they
     * are told otherwise ({@code group.min.session.timeout.ms}).
     */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    /** How soon the replicas that are left hear of it. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** Replicas beside the active one that keep each store up to date, so that a hand-over restores next to nothing. */
    private static final int STANDBYS = 1;

    /**
     * Lets a replica that is stopped in order hand over at once. Kafka Streams would stay a member until the session ends; the official
     * way to leave, an option of closing, comes with a later version of Kafka (KIP-1153).
     */
    private static final String LEAVE_AT_CLOSE = "internal.leave.group.on.close";

    /** Kafka's 16 KiB are full after a few events of the controller, each a request of its own then. */
    private static final int BATCH_BYTES = 128 * 1024;

    private StreamsProperties() {}

    /**
     * @param client brokers and security
     * @param stateDir folder of the local stores
     * @param replicationFactor of changelogs; -1 takes the broker's default
     * @param own the application's, which win
     */
    public static Properties of(
            Map<String, Object> client,
            String applicationId,
            Path stateDir,
            short replicationFactor,
            Map<String, Object> own) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(replicationFactor));
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, NamedFailures.class);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                SESSION_TIMEOUT.toMillis());
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), (int) HEARTBEAT.toMillis());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, STANDBYS);
        properties.put(StreamsConfig.mainConsumerPrefix(LEAVE_AT_CLOSE), true);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Rejection.MAX_REQUEST_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.putAll(own);
        return properties;
    }
}
