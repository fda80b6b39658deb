package dev.kubeproxyfleet.fleet.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster were seen to run.
 *
 * @param activeConnections of the nodes reporting
 * @param observed one entry for each different configuration
 */
public record Evidence(int nodesReporting, long activeConnections, List<Observed> observed) {

    public static final Evidence NONE = new Evidence(0, 0, List.of());

    public Evidence {
        observed = List.copyOf(observed);
    }

    /**
     * Nodes that run the same; null is unknown.
     *
     * @param mode as kube-proxy names it: {@code iptables}, {@code ipvs}, {@code nftables}
     * @param scheduler the kernel's name, or {@code mixed}
     * @param oldestSnapshotAt the oldest of these nodes' latest snapshots
     */
    public record Observed(
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds,
            int nodes,
            Instant oldestSnapshotAt) {}
}
