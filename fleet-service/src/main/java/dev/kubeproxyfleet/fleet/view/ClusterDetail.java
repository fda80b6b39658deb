package dev.kubeproxyfleet.fleet.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything about one cluster: the view, its nodes by name, and its connections over time, oldest first. */
public record ClusterDetail(@JsonUnwrapped ClusterView cluster, List<Node> nodes, List<HistoryPoint> history) {

    /**
     * The latest snapshot of one node; what was not observed is null.
     *
     * @param proof whether it proves what it shows: {@code Proven}, or the code of why not
     * @param proofText the same for people
     * @param timeoutsByKernel the timeouts are those that the kernel holds; else they are kube-proxy's word
     */
    public record Node(
            String node,
            Instant takenAt,
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds,
            String proof,
            String proofText,
            boolean timeoutsByKernel,
            int services,
            int backends,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance) {}
}
