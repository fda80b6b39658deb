package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.Comparator;
import java.util.List;

/** Clusters in one line each. */
final class ClusterTable {

    private ClusterTable() {}

    /** {@code GET /clusters}, by name. */
    static List<Line> of(List<ClusterView> clusters) {
        Table table = new Table(
                "CLUSTER", "RESOURCE GROUP", "LOCATION", "VERSION", "STATE", "KUBE-PROXY", "NODES", "ROLLOUT");
        clusters.stream()
                .sorted(Comparator.comparing(ClusterView::name).thenComparing(ClusterView::id))
                .forEach(cluster -> table.add(
                        Line.of(cluster.name(), Tone.STRONG),
                        Line.of(cluster.resourceGroup()),
                        Line.of(cluster.location()),
                        Line.of(cluster.kubernetesVersion()),
                        power(cluster),
                        kubeProxy(cluster),
                        ClusterNodes.inShort(cluster),
                        rollout(cluster)));
        return clusters.isEmpty() ? List.of(Line.of("no clusters known yet")) : table.lines();
    }

    /** Whether Azure has it ready. */
    static Line power(ClusterView cluster) {
        String provisioning = cluster.provisioningState();
        if (!provisioning.equals("Succeeded")) {
            return Line.of(provisioning, provisioning.equals("Failed") ? Tone.BAD : Tone.BUSY);
        }
        return Line.of(cluster.powerState(), cluster.powerState().equals("Running") ? Tone.PLAIN : Tone.QUIET);
    }

    /** What the cluster runs by Azure's word, and whether that is what it should be. */
    static Line kubeProxy(ClusterView cluster) {
        Line line = Line.of(cluster.effective());
        return cluster.drift() == null ? line : line.and("  " + cluster.drift().code(), Tone.BAD);
    }

    /** The latest rollout that has it. */
    static Line rollout(ClusterView cluster) {
        ClusterView.InRollout rollout = cluster.rollout();
        if (rollout == null) {
            return Line.DASH;
        }
        Line line = Line.of(rollout.id() + " " + rollout.state());
        return rollout.code() == null ? line : line.and(" " + rollout.code(), Tone.QUIET);
    }
}
