package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with what is known about it from Azure, from its nodes and from the latest rollout that has it.
 *
 * @param nodeCount Linux nodes that the pools count; each of them should report
 * @param windowsNodeCount Windows nodes of the pools; none of them reports, since no agent runs there
 * @param autoprovisioning whether Azure adds nodes that no pool counts
 * @param kubeProxy as Azure returned it; null if it could not be read
 * @param mode effective mode: {@code IPTABLES}, {@code IPVS}, {@code NFTABLES}, {@code DISABLED} or {@code UNKNOWN}
 * @param scheduler effective IPVS scheduler; null in every other mode
 * @param effective one line for people, for example {@code IPVS LeastConnection tcp=900s tcpfin=120s udp=300s}
 * @param health null until the nodes have reported
 * @param rollout null if no rollout has this cluster
 * @param drift null if the cluster is as the latest rollout that converged it left it, as far as the controller knows
 */
public record ClusterView(
        String id,
        String name,
        String subscription,
        String resourceGroup,
        String location,
        Map<String, String> tags,
        String kubernetesVersion,
        String provisioningState,
        String powerState,
        int nodeCount,
        int windowsNodeCount,
        boolean autoprovisioning,
        @Nullable KubeProxyConfig kubeProxy,
        String mode,
        @Nullable String scheduler,
        String effective,
        @Nullable HealthSummary health,
        @Nullable InRollout rollout,
        @Nullable Drift drift) {

    static final String MODE_DISABLED = "DISABLED";
    static final String MODE_UNKNOWN = "UNKNOWN";

    /**
     * What the nodes of a cluster said last.
     *
     * @param nodesExpected by the inventory; null if it does not know the cluster
     * @param differing how many are known to run something else than Azure shows; null if what Azure shows could not be read
     * @param observed what they show, one entry for each different configuration and proof, most nodes first
     * @param evidence what does not fit together on them: number of nodes by code
     * @param clockSkewSeconds largest difference between a node's clock and the service's, positive if the node is behind or the
     *     service ahead; null if none was noticed
     */
    public record HealthSummary(
            Instant at,
            @Nullable Integer nodesExpected,
            int nodesReporting,
            @Nullable Integer differing,
            List<Observed> observed,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance,
            Map<String, Integer> evidence,
            @Nullable Integer clockSkewSeconds) {}

    /**
     * What some nodes show, as the kernel names it; null is unknown.
     *
     * @param proof whether they prove it: {@code Proven}, or the code of why not
     * @param proofText the same for people
     * @param timeoutsByKernel the timeouts are those that the kernel holds; else they are kube-proxy's word
     */
    public record Observed(
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds,
            String proof,
            String proofText,
            boolean timeoutsByKernel,
            int nodes) {}

    /** The cluster's place in the latest rollout that has it. */
    public record InRollout(
            String id,
            String stage,
            RolloutClusterStatus.State state,
            @Nullable String code,
            String message,
            Instant since) {}

    /**
     * The cluster is no longer as a rollout left it, by the controller's word.
     *
     * @param code {@code Drifted}: Azure shows another configuration; {@code NodesDrifted}: Azure does not, and nodes run another;
     *     {@code DriftFight}: it was changed after each correction, and is left alone
     * @param rollout the one that had converged it
     */
    public record Drift(String code, String message, String rollout) {}
}
