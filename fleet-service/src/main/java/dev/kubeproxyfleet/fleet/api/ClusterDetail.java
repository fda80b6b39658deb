package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything about one cluster: the view, its nodes by name, and its connections over time, oldest first. */
record ClusterDetail(@JsonUnwrapped ClusterView cluster, List<Node> nodes, List<HistoryPoint> history) {

    /** The latest snapshot of one node; what was not observed is null. */
    record Node(
            String node,
            Instant takenAt,
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds,
            int services,
            int backends,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance) {}
}
