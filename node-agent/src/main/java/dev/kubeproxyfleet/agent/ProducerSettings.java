package dev.kubeproxyfleet.agent;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of the Kafka producer: every {@code kafka.<producer setting>}, with the agent's defaults. What is no setting of a
 * producer is left out, since Kubernetes gives containers variables such as {@code KAFKA_PORT} on its own.
 */
final class ProducerSettings {

    private static final String PREFIX = "kafka.";

    /**
     * A try ends after some seconds, and the agent's own queue keeps the newest snapshots and tries again with jitter. Metrics
     * of the clients go nowhere: the agent has a fixed number of its own.
     */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092"),
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

    private ProducerSettings() {}

    /**
     * @param names of all settings there are, as they are spelled: {@code kafka.sasl.mechanism}, {@code KAFKA_SASL_MECHANISM}
     * @param value of a setting by its dotted name
     */
    static Map<String, Object> of(Iterable<String> names, Function<String, Optional<String>> value) {
        Map<String, Object> settings = new TreeMap<>(DEFAULTS);
        for (String name : names) {
            String dotted =
                    name.startsWith("KAFKA_") ? name.toLowerCase(Locale.ROOT).replace('_', '.') : name;
            if (!dotted.startsWith(PREFIX)) {
                continue;
            }
            String setting = dotted.substring(PREFIX.length());
            if (ProducerConfig.configNames().contains(setting)) {
                value.apply(dotted).ifPresent(it -> settings.put(setting, it));
            }
        }
        return settings;
    }
}
