package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a cluster that only one of its lists has: that of its agents, or that of its Kubernetes API.
 *
 * <p>A list that is missing, not whole, or of a time since which the API cannot be seen tells nothing.
 *
 * @param silent names of the nodes from which no agent reports, in order; null where that cannot be told
 * @param foreign names of the nodes that report and the cluster does not have, in order; empty where that cannot be told
 */
public record Roster(@Nullable List<String> silent, List<String> foreign) {

    private static final Roster UNKNOWN = new Roster(null, List.of());

    public Roster {
        silent = silent == null ? null : List.copyOf(silent);
        foreign = List.copyOf(foreign);
    }

    /**
     * @param health null if no agent has ever reported
     * @param kubernetes null if nobody looks at its Kubernetes API
     */
    public static Roster of(@Nullable ClusterHealth health, @Nullable ClusterKubernetes kubernetes) {
        KubernetesSeen seen = kubernetes == null || kubernetes.getTrouble() != null ? null : kubernetes.getSeen();
        List<NodeSummary> reporting = health == null ? List.of() : health.getNodes();
        boolean allReportingListed = health == null || reporting.size() >= health.getNodesReporting();
        if (seen == null || seen.getNodes().size() < seen.getLinuxNodes()) {
            return UNKNOWN;
        }
        Set<String> there =
                seen.getNodes().stream().map(KubernetesNode::getNode).collect(Collectors.toSet());
        Set<String> heard = reporting.stream().map(NodeSummary::getNode).collect(Collectors.toSet());
        return new Roster(
                allReportingListed
                        ? there.stream()
                                .filter(node -> !heard.contains(node))
                                .sorted()
                                .toList()
                        : null,
                reporting.stream()
                        .filter(node -> !there.contains(node.getNode()) && ranAt(node, seen.getAt()))
                        .map(NodeSummary::getNode)
                        .sorted()
                        .toList());
    }

    /** A node that has joined since is no stranger. */
    private static boolean ranAt(NodeSummary node, long millis) {
        return node.getKubeProxyStartedAt() != null && node.getKubeProxyStartedAt() < millis;
    }
}
