package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import org.jspecify.annotations.Nullable;

/** How many nodes of a cluster report, and of which none is expected to. */
final class ClusterNodes {

    private ClusterNodes() {}

    /** For a column: {@code 3/3 + 2 Windows}. */
    static Line inShort(ClusterView cluster) {
        int windows = cluster.windowsNodeCount();
        return reporting(cluster.health())
                .and(windows == 0 ? "" : " + " + windows + " Windows", Tone.QUIET)
                .and(differing(cluster.health()), Tone.BAD);
    }

    /** For a line of its own, which says why some nodes do not report, or more than were expected. */
    static Line inFull(ClusterView cluster) {
        Line line = reporting(cluster.health()).and(cluster.health() == null ? "" : " reporting");
        int windows = cluster.windowsNodeCount();
        if (windows > 0) {
            line = line.and(" + " + Count.of(windows, "Windows node") + ", where no agent runs", Tone.QUIET);
        }
        line = line.and(differing(cluster.health()), Tone.BAD);
        return cluster.autoprovisioning()
                ? line.and("; Azure adds nodes that no pool counts (autoprovisioning)", Tone.QUIET)
                : line;
    }

    /** Empty where no node is known to run something else than Azure shows. */
    private static String differing(ClusterView.@Nullable HealthSummary health) {
        if (health == null || health.differing() == null || health.differing() == 0) {
            return "";
        }
        return "; " + health.differing() + " of " + Count.of(health.nodesReporting(), "node")
                + (health.differing() == 1 ? " runs" : " run") + " something else than Azure shows";
    }

    private static Line reporting(ClusterView.@Nullable HealthSummary health) {
        if (health == null) {
            return Line.DASH;
        }
        Integer expected = health.nodesExpected();
        return Line.of(
                health.nodesReporting() + "/" + (expected == null ? "?" : expected),
                expected != null && health.nodesReporting() < expected ? Tone.BUSY : Tone.PLAIN);
    }
}
