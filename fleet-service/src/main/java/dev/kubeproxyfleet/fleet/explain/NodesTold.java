package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterView;
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
            return ", but none of them reports";
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

    static String reporting(ClusterView.HealthSummary health) {
        Integer expected = health.nodesExpected();
        return health.nodesReporting() + (expected == null ? "" : " of " + expected) + " report";
    }
}
