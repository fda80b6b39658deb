package dev.kubeproxyfleet.schemas.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * Which partition a key belongs to where it is not the hash of the whole key.
 *
 * <p>{@code operations} keeps a subscription together, so that one process at a time spends its ARM budget; {@code node-stats}
 * keeps a cluster together, so that it is folded in one place.
 */
public final class Partitioning {

    private static final String NODE_SEPARATOR = "/nodes/";

    private Partitioning() {}

    /** Partition of an operation on {@code cluster}: that of its subscription. */
    public static int operation(String cluster, int partitions) {
        return subscription(subscriptionOf(cluster), partitions);
    }

    /** Partition that holds the operations of a subscription. */
    public static int subscription(String subscription, int partitions) {
        return hash(subscription, partitions);
    }

    /** Partition of a node's statistics: that of its cluster. */
    public static int nodeStats(String cluster, int partitions) {
        return hash(cluster, partitions);
    }

    /** Key of a node's statistics. */
    public static String nodeStatsKey(String cluster, String node) {
        return cluster + NODE_SEPARATOR + node;
    }

    /**
     * Subscription id of an ARM resource id.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static String subscriptionOf(String resourceId) {
        String[] parts = resourceId.split("/", 4);
        if (parts.length < 3 || !parts[1].equalsIgnoreCase("subscriptions") || parts[2].isEmpty()) {
            throw new IllegalArgumentException("not an ARM resource id: " + resourceId);
        }
        return parts[2];
    }

    private static int hash(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
