package dev.kubeproxyfleet.fleet.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Settings of a test; those that it does not give are the defaults. */
record GivenKafkaSettings(String topicPrefix, boolean createTopics) implements KafkaSettings {

    static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(20);

    @Override
    public String bootstrapServers() {
        return "unused:1";
    }

    @Override
    public int partitions() {
        return KafkaFiles.MANY;
    }

    @Override
    public short replicationFactor() {
        return -1;
    }

    @Override
    public Path stateDir() {
        return Path.of("unused");
    }

    @Override
    public Duration unreachableAfter() {
        return UNREACHABLE_AFTER;
    }

    @Override
    public Map<String, String> client() {
        return Map.of();
    }
}
