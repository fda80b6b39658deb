package dev.kubeproxyfleet.schemas.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one cluster.
 *
 * @param nodes by name
 * @param history its connections over time, oldest first
 */
public record ClusterDetail(@JsonUnwrapped ClusterView cluster, List<Node> nodes, List<HistoryPoint> history) {

    /**
     * The latest snapshot of one node.
     *
     * @param node name of the Kubernetes node
     * @param takenAt by the node's clock
     * @param kubeProxyVersion as kube-proxy tells it; null where it does not
     * @param kubeProxyStartedAt when its process started; null where it does not tell
     * @param probe whether its agent reaches cluster DNS through its ClusterIP; null where the agent does not tell
     * @param services that kube-proxy serves on the node
     * @param backends of all services
     * @param connectionsPerSecond new ones; null where the node could not tell
     * @param imbalance of its worst service; 1 is even; null where no service had enough connections to tell
     */
    public record Node(
            String node,
            Instant takenAt,
            @JsonUnwrapped ObservedKubeProxy kubeProxy,
            @Nullable String kubeProxyVersion,
            @Nullable Instant kubeProxyStartedAt,
            @Nullable Probe probe,
            int services,
            int backends,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance) {}

    /** What became of a node's last probes of cluster DNS; of two address families the worse one. */
    public enum Probe {
        Ok,
        /** Three or more in a row failed. */
        Failing,
        /** None is made, since a cache on the node answers at that address, there is none, or a setting says so. */
        Skipped
    }
}
