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
     * @param services that kube-proxy serves on the node
     * @param backends of all services
     * @param connectionsPerSecond new ones; null where the node could not tell
     * @param imbalance of its worst service; 1 is even; null where no service had enough connections to tell
     */
    public record Node(
            String node,
            Instant takenAt,
            @JsonUnwrapped ObservedKubeProxy kubeProxy,
            int services,
            int backends,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance) {}
}
