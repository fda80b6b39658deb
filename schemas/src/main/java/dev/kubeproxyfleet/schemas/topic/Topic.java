package dev.kubeproxyfleet.schemas.topic;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every topic, with the settings it is created with and checked against.
 *
 * <p>Control-plane values are CloudEvents 1.0 in binary mode with JSON data; {@link #NODE_STATS}, {@link
 * #CLUSTER_HEALTH} and {@link #CLUSTER_KUBERNETES} are Avro in single-object encoding. Keys are UTF-8 text.
 */
public enum Topic {
    DESIRED("desired", "config name", null, Partitions.ONE, "dev.kubeproxyfleet.fleet-config.v1"),
    COMMANDS("commands", "config name", Duration.ofDays(30), Partitions.ONE, "dev.kubeproxyfleet.command.v1"),
    NEW_CLUSTERS(
            "new-clusters",
            "ARM resource id",
            Duration.ofDays(30),
            Partitions.ONE,
            "dev.kubeproxyfleet.new-cluster.v1"),
    REJECTED("rejected", "as received", Duration.ofDays(30), Partitions.ONE, null),
    CLUSTERS("clusters", "ARM resource id, lower case", null, Partitions.MANY, "dev.kubeproxyfleet.cluster.v1"),
    OPERATIONS("operations", "ARM resource id, lower case", null, Partitions.MANY, "dev.kubeproxyfleet.operation.v1"),
    OUTCOMES("outcomes", "config name", Duration.ofDays(7), Partitions.ONE, "dev.kubeproxyfleet.outcome.v1"),
    CONFIGS("configs", "config name", null, Partitions.ONE, "dev.kubeproxyfleet.config-status.v1"),
    ROLLOUTS("rollouts", "rollout id", null, Partitions.ONE, "dev.kubeproxyfleet.rollout.v1"),
    ROLLOUT_CLUSTERS(
            "rollout-clusters", "rollout id / cluster", null, Partitions.MANY, "dev.kubeproxyfleet.rollout-cluster.v1"),
    NODE_STATS("node-stats", "cluster id / node", Duration.ofHours(24), Partitions.MANY, null),
    CLUSTER_HEALTH("cluster-health", "cluster id", null, Partitions.MANY, null),
    CLUSTER_KUBERNETES("cluster-kubernetes", "cluster id", null, Partitions.MANY, null),
    AUDIT("audit", "config name", Duration.ofDays(400), Partitions.ONE, "dev.kubeproxyfleet.audit.v1");

    /** Prefix of every topic name unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "kubeproxy.";

    /** Largest record that {@link #DESIRED} and {@link #NEW_CLUSTERS} take; the broker refuses a larger one to its publisher. */
    public static final int ASKED_MAX_BYTES = 1024 * 1024;

    /** A rejected record carries the original bytes and its reason, so it may be larger than what was received. */
    public static final int REJECTED_MAX_BYTES = 2 * ASKED_MAX_BYTES;

    /**
     * Largest record that the service writes to any other topic, with its key and headers: what a broker takes without any setting
     * ({@code message.max.bytes}), less room for the batch that it comes in.
     */
    public static final int WRITTEN_MAX_BYTES = 1_000_000;

    /** Whether a topic must be one totally ordered partition. */
    public enum Partitions {
        ONE,
        MANY
    }

    private final String suffix;
    private final String key;
    private final @Nullable Duration retention;
    private final Partitions partitions;
    private final @Nullable String eventType;

    Topic(String suffix, String key, @Nullable Duration retention, Partitions partitions, @Nullable String eventType) {
        this.suffix = suffix;
        this.key = key;
        this.retention = retention;
        this.partitions = partitions;
        this.eventType = eventType;
    }

    /** Name without prefix, for example {@code node-stats}. */
    public String suffix() {
        return suffix;
    }

    /** Full name, for example {@code kubeproxy.node-stats}. */
    public String name(String prefix) {
        return prefix + suffix;
    }

    /** What the record key is, in words. */
    public String key() {
        return key;
    }

    public Partitions partitions() {
        return partitions;
    }

    public boolean compacted() {
        return retention == null;
    }

    /** CloudEvents type of the records; null where they are not CloudEvents, or carry those of others. */
    public @Nullable String eventType() {
        return eventType;
    }

    /** Topic settings to create it with; {@code cleanup.policy} is also what an existing topic must have. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cleanup.policy", compacted() ? "compact" : "delete");
        if (retention != null) {
            settings.put("retention.ms", Long.toString(retention.toMillis()));
        }
        if (this == NODE_STATS) {
            // Whether a node is silent is told by one clock, not by that of each node.
            settings.put("message.timestamp.type", "LogAppendTime");
        }
        if (this == DESIRED || this == NEW_CLUSTERS) {
            settings.put("max.message.bytes", Integer.toString(ASKED_MAX_BYTES));
        }
        if (this == REJECTED) {
            settings.put("max.message.bytes", Integer.toString(REJECTED_MAX_BYTES));
        }
        return settings;
    }
}
