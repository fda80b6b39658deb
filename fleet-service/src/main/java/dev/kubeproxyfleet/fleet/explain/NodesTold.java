package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster tell, as parts of sentences. */
final class NodesTold {

    private NodesTold() {}

    /** Whether no node of the cluster reports. */
    static boolean silent(@Nullable ClusterView cluster) {
        ClusterView.HealthSummary health = cluster == null ? null : cluster.health();
        return health == null || health.nodesReporting() == 0;
    }

    static String evidence(@Nullable ClusterView cluster) {
        ClusterView.HealthSummary health = cluster == null ? null : cluster.health();
        if (health == null || health.nodesReporting() == 0) {
            return ", but none of them reports" + (health == null ? "" : leftOut(health));
        }
        return " (" + reporting(health)
                + health.observed().stream()
                        .map(observed -> ", " + Count.of(observed.nodes(), "runs ", "run ")
                                + (observed.kubeProxy().mode() == null
                                        ? "an unknown mode"
                                        : observed.kubeProxy().mode())
                                + (observed.kubeProxy().scheduler() == null
                                        ? ""
                                        : " " + observed.kubeProxy().scheduler()))
                        .reduce("", String::concat)
                + ")";
    }

    /** Nodes may be there and not be believed. */
    private static String leftOut(ClusterView.HealthSummary health) {
        return health.leftOut().isEmpty()
                ? ""
                : ", and what came in their name was left out: "
                        + health.leftOut().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(reason -> Count.of(reason.getValue(), "node") + " for " + reason.getKey())
                                .collect(Collectors.joining(", "));
    }

    static String reporting(ClusterView.HealthSummary health) {
        Integer expected = health.nodesExpected();
        return health.nodesReporting() + (expected == null ? "" : " of " + expected) + " report";
    }
}
