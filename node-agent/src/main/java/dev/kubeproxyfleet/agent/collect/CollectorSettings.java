package dev.kubeproxyfleet.agent.collect;

import java.time.Duration;

/**
 * @param cluster ARM resource id, lower case
 * @param node Kubernetes node name
 * @param agentVersion as reported in each snapshot
 * @param interval configured time between two snapshots
 * @param topServices how many of the busiest services a snapshot carries, 0 to {@link #MAX_TOP_SERVICES}
 * @param connectionStates whether {@code ip_vs_conn} is sampled
 */
public record CollectorSettings(
        String cluster,
        String node,
        String agentVersion,
        Duration interval,
        int topServices,
        boolean connectionStates) {

    /** Keeps a snapshot within some 30 kB. */
    public static final int MAX_TOP_SERVICES = 500;

    /** Without connection states. */
    public CollectorSettings(String cluster, String node, String agentVersion, Duration interval, int topServices) {
        this(cluster, node, agentVersion, interval, topServices, false);
    }

    public CollectorSettings {
        if (topServices < 0 || topServices > MAX_TOP_SERVICES) {
            throw new IllegalArgumentException("topServices must be 0 to " + MAX_TOP_SERVICES + ", not " + topServices);
        }
        if (interval.isNegative() || interval.isZero() || interval.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("interval must be positive and below 24 days, not " + interval);
        }
    }
}
