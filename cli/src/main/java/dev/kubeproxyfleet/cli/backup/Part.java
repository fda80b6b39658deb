package dev.kubeproxyfleet.cli.backup;

import dev.kubeproxyfleet.schemas.topic.ControllerState;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a topic of the catalogue has to do with backups. */
enum Part {
    /** Saved and restored: nothing else can tell it. */
    SAVED,
    /** Not saved: what was to be done before must never be done again. Empty where a backup is restored. */
    EMPTY,
    /** Not saved: it comes again by itself, or is of no use to the service. */
    APART;

    static Part of(Topic topic) {
        return switch (topic) {
            case DESIRED, CLUSTERS, CONFIGS, ROLLOUTS, ROLLOUT_CLUSTERS, AUDIT -> SAVED;
            case COMMANDS, OPERATIONS, OUTCOMES, NEW_CLUSTERS -> EMPTY;
            case REJECTED, NODE_STATS, CLUSTER_HEALTH, CLUSTER_KUBERNETES -> APART;
        };
    }

    /** Topics of the catalogue that are of this part. */
    List<Topic> topics() {
        return Arrays.stream(Topic.values()).filter(topic -> of(topic) == this).toList();
    }

    /** Names without prefix of all topics that a backup holds: those that are saved, and the changelogs of the controller. */
    static List<String> saved() {
        return Stream.concat(
                        SAVED.topics().stream().map(Topic::suffix),
                        ControllerState.STORES.stream().map(ControllerState::changelog))
                .toList();
    }

    /** Whether a backup holds the topic of this name without prefix. */
    static boolean isSaved(String name) {
        return saved().contains(name);
    }

    /** Settings to create a topic of a backup with, by its name without prefix. */
    static Map<String, String> settings(String name) {
        return topic(name).map(Topic::settings).orElse(Map.of("cleanup.policy", "compact"));
    }

    /** Whether the topic of this name without prefix must be one totally ordered partition, as each changelog of the controller is. */
    static boolean isOrdered(String name) {
        return topic(name)
                .map(topic -> topic.partitions() == Topic.Partitions.ONE)
                .orElse(true);
    }

    private static Optional<Topic> topic(String name) {
        return SAVED.topics().stream()
                .filter(topic -> topic.suffix().equals(name))
                .findFirst();
    }
}
