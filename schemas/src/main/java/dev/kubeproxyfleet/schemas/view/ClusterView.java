package dev.kubeproxyfleet.schemas.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with what is known about it from Azure, from its nodes, from its Kubernetes API and from the latest rollouts that have it.
 *
 * @param id ARM resource id, lower case
 * @param subscription subscription id, lower case
 * @param location such as {@code westeurope}
 * @param tags as Azure shows them
 * @param kubernetesVersion such as {@code 1.33.2}
 * @param provisioningState ARM's text; what is not {@code Succeeded} is not ready
 * @param powerState {@code Running} or {@code Stopped}
 * @param nodeCount Linux nodes that the pools count; each of them should report
 * @param windowsNodeCount Windows nodes of the pools; none of them reports, since no agent runs there
 * @param autoprovisioning whether Azure adds nodes that no pool counts
 * @param kubeProxy as Azure returned it; null if it could not be read
 * @param mode effective mode: {@code IPTABLES}, {@code IPVS}, {@code NFTABLES}, {@code DISABLED} or {@code UNKNOWN}
 * @param scheduler effective IPVS scheduler; null in every other mode
 * @param effective one line for people, for example {@code IPVS LeastConnection tcp=900s tcpfin=120s udp=300s}
 * @param health null until the nodes have reported
 * @param kubernetes what its Kubernetes API shows; null where nobody looks
 * @param rollout null if no rollout of a kube-proxy configuration has this cluster
 * @param agentsRollout null if no rollout of agents has this cluster
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
        @Nullable KubernetesSummary kubernetes,
        @Nullable InRollout rollout,
        @Nullable InRollout agentsRollout,
        @Nullable Drift drift) {

    public static final String MODE_DISABLED = "DISABLED";
    public static final String MODE_UNKNOWN = "UNKNOWN";

    /**
     * What the nodes of a cluster said last.
     *
     * @param nodesExpected by the inventory; null if it does not know the cluster
     * @param nodesReporting nodes that reported lately
     * @param differing how many are known to run something else than Azure shows; null if what Azure shows could not be read
     * @param observed what they show, one entry for each different configuration and proof, most nodes first
     * @param connectionsPerSecond new ones; null where the nodes could not tell
     * @param imbalance of the worst node; 1 is even; null where no service had enough connections to tell
     * @param evidence what does not fit together on them: number of nodes by code
     * @param agentVersions reporting nodes by the version of their agent; one that tells none is left out
     * @param clockSkewSeconds largest difference between a node's clock and the service's, positive if the node is behind or the
     *     service ahead; null if none was noticed
     * @param leftOut in the name of how many nodes snapshots came lately that were left out for their token, by code of the reason
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
            Map<String, Integer> agentVersions,
            @Nullable Integer clockSkewSeconds,
            Map<String, Integer> leftOut) {

        public HealthSummary {
            // A service of version 0.1 tells none.
            leftOut = leftOut == null ? Map.of() : Map.copyOf(leftOut);
        }
    }

    /**
     * What some nodes show alike.
     *
     * @param nodes how many they are
     */
    public record Observed(@JsonUnwrapped ObservedKubeProxy kubeProxy, int nodes) {}

    /**
     * The cluster's place in the latest rollout that gives it this kind of thing.
     *
     * @param id of the rollout
     * @param code stable reason code of the state; null where there is none
     * @param message one sentence for people
     * @param since when the state began
     */
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
     * @param code {@code Drifted}: Azure shows another configuration, or its Kubernetes API other agents; {@code NodesDrifted}: Azure
     *     does not, and nodes run another; {@code DriftFight}: it was changed after each correction, and is left alone
     * @param message one sentence for people
     * @param rollout the one that had converged it
     * @param of what is not as that rollout left it
     */
    public record Drift(String code, String message, String rollout, Desired.Kind of) {}
}
