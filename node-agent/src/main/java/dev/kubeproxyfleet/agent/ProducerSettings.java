package dev.kubeproxyfleet.agent;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of the Kafka producer: every {@code kafka.<producer setting>}, with the agent's defaults. What is no setting of a
 * producer is left out and told, since Kubernetes gives containers variables such as {@code KAFKA_PORT} on its own, and since
 * people mistype.
 *
 * @param values by name, without the prefix
 * @param leftOut names with the prefix
 */
record ProducerSettings(Map<String, Object> values, Set<String> leftOut) {

    private static final String PREFIX = "kafka.";

    /** In Java: the others need a library in C that has to be unpacked into a folder. */
    private static final Set<String> CODECS_IN_JAVA = Set.of("none", "gzip", "lz4");

    /**
     * A try ends after some seconds, and the agent's own queue keeps the newest snapshots and tries again with jitter. Metrics
     * of the clients go nowhere: the agent has a fixed number of its own.
     */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092"),
            Map.entry(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL),
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "kpfleet-node-agent"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true"),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, "0"),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000"),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000"),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "20000"),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "30000"),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, "4194304"),
            Map.entry(ProducerConfig.SEND_BUFFER_CONFIG, "65536"),
            Map.entry(ProducerConfig.RECEIVE_BUFFER_CONFIG, "16384"),
            Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, ""),
            Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, "false"));

    ProducerSettings {
        values = Map.copyOf(values);
        leftOut = Set.copyOf(leftOut);
    }

    /**
     * @param names of all settings there are, as they are spelled: {@code kafka.sasl.mechanism}, {@code KAFKA_SASL_MECHANISM}
     * @param value of a setting by its dotted name
     */
    static ProducerSettings of(Iterable<String> names, Function<String, Optional<String>> value) {
        Map<String, Object> settings = new TreeMap<>(DEFAULTS);
        Set<String> leftOut = new TreeSet<>();
        for (String name : names) {
            String dotted =
                    name.startsWith("KAFKA_") ? name.toLowerCase(Locale.ROOT).replace('_', '.') : name;
            if (!dotted.startsWith(PREFIX)) {
                continue;
            }
            String setting = dotted.substring(PREFIX.length());
            if (ProducerConfig.configNames().contains(setting)) {
                value.apply(dotted).ifPresent(it -> settings.put(setting, it));
            } else {
                leftOut.add(dotted);
            }
        }
        return new ProducerSettings(settings, leftOut);
    }

    /**
     * What no producer could be made with, and would not however long one waits.
     *
     * @param unpacks whether this process can unpack a library in C and load it
     */
    Optional<String> problem(boolean unpacks) {
        try {
            String codec = new ProducerConfig(withSerializers()).getString(ProducerConfig.COMPRESSION_TYPE_CONFIG);
            return unpacks || CODECS_IN_JAVA.contains(codec)
                    ? Optional.empty()
                    : Optional.of("kafka.compression.type is %s; a native agent, or one on a read-only root, has %s"
                            .formatted(codec, new TreeSet<>(CODECS_IN_JAVA)));
        } catch (ConfigException refused) {
            return Optional.of("the kafka.* settings do not fit: " + refused.getMessage());
        }
    }

    /** Where the brokers are and which protocol they are taken to speak, for people. */
    String brokers() {
        return "%s (kafka.bootstrap.servers) by %s (kafka.security.protocol)"
                .formatted(
                        values.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG),
                        values.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG));
    }

    /** Without the values: passwords are among them. */
    @Override
    public String toString() {
        return "ProducerSettings" + values.keySet();
    }

    Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(values, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> withSerializers() {
        Map<String, Object> all = new TreeMap<>(values);
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return all;
    }
}
