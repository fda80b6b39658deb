package dev.kubeproxyfleet.simulator.world;

/**
 * How large a simulated fleet is and how fast its time goes. Equal specs make equal fleets.
 *
 * @param regions that the clusters are spread over, 1 to {@value #MAX_REGIONS}
 * @param speed divides the durations of operations and of node updates: 1 is Azure's pace, 60 turns minutes into seconds
 */
public record FleetSpec(int clusters, int nodesPerCluster, int subscriptions, int regions, long seed, double speed) {

    public static final int MAX_REGIONS = 5;

    /** ARM's limits: managed clusters of a subscription, nodes of a cluster. */
    public static final int MAX_CLUSTERS_PER_SUBSCRIPTION = 5_000;

    public static final int MAX_NODES_PER_CLUSTER = 5_000;

    public FleetSpec {
        if (subscriptions < 1 || clusters < 0 || clusters > (long) subscriptions * MAX_CLUSTERS_PER_SUBSCRIPTION) {
            throw new IllegalArgumentException("a fleet needs a subscription for every " + MAX_CLUSTERS_PER_SUBSCRIPTION
                    + " clusters, not " + subscriptions + " for " + clusters);
        }
        if (nodesPerCluster < 1 || nodesPerCluster > MAX_NODES_PER_CLUSTER) {
            throw new IllegalArgumentException(
                    "nodes per cluster must be 1 to " + MAX_NODES_PER_CLUSTER + ", not " + nodesPerCluster);
        }
        if (regions < 1 || regions > MAX_REGIONS) {
            throw new IllegalArgumentException("regions must be 1 to " + MAX_REGIONS + ", not " + regions);
        }
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed must be a positive number, not " + speed);
        }
    }

    /** A fleet in every region. */
    public FleetSpec(int clusters, int nodesPerCluster, int subscriptions, long seed, double speed) {
        this(clusters, nodesPerCluster, subscriptions, MAX_REGIONS, seed, speed);
    }
}
