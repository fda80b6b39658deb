package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Clusters in one line each. */
final class ClusterTable {

    private ClusterTable() {}

    private static final List<String> HEADINGS =
            List.of("CLUSTER", "RESOURCE GROUP", "LOCATION", "VERSION", "STATE", "KUBE-PROXY", "NODES", "ROLLOUT");

    /** {@code GET /clusters}, in the order of the answer. */
    static List<Line> of(List<ClusterView> clusters) {
        Table table = new Table(HEADINGS.toArray(String[]::new));
        clusters.forEach(cluster -> table.add(row(cluster).toArray(Line[]::new)));
        return lines(clusters, table);
    }

    /** The same, with what each Kubernetes API shows. */
    static List<Line> wide(List<ClusterView> clusters, Instant now) {
        Table table = new Table(
                Stream.concat(HEADINGS.stream(), Stream.of("KUBERNETES API")).toArray(String[]::new));
        clusters.forEach(cluster ->
                table.add(Stream.concat(row(cluster).stream(), Stream.of(KubernetesFacts.inShort(cluster, now)))
                        .toArray(Line[]::new)));
        return lines(clusters, table);
    }

    private static List<Line> row(ClusterView cluster) {
        return List.of(
                Line.of(cluster.name(), Tone.STRONG),
                Line.of(cluster.resourceGroup()),
                Line.of(cluster.location()),
                Line.of(cluster.kubernetesVersion()),
                power(cluster),
                kubeProxy(cluster),
                ClusterNodes.inShort(cluster),
                rollout(cluster.rollout()));
    }

    private static List<Line> lines(List<ClusterView> clusters, Table table) {
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
        ClusterView.Drift drift = cluster.drift();
        return drift == null
                ? line
                : line.and((drift.of() == Desired.Kind.Agents ? "  agents " : "  ") + drift.code(), Tone.BAD);
    }

    /** The latest rollout that has it. */
    static Line rollout(ClusterView.@Nullable InRollout rollout) {
        if (rollout == null) {
            return Line.DASH;
        }
        Line line = Line.of(rollout.id() + " " + rollout.state());
        return rollout.code() == null ? line : line.and(" " + rollout.code(), Tone.QUIET);
    }
}
