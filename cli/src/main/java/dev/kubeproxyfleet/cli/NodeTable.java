package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The nodes of a cluster in one line each: what the agent says, and what the Kubernetes API shows of the same node. */
final class NodeTable {

    private static final List<String> BY_AGENT = List.of(
            "NODE",
            "SEEN",
            "RUNS",
            "PROOF",
            "VERSION",
            "STARTED",
            "DNS",
            "SERVICES",
            "BACKENDS",
            "ACTIVE",
            "NEW/S",
            "IMBALANCE");
    private static final List<String> BY_KUBERNETES = List.of("POD", "KUBELET", "KERNEL", "ARCH");

    private NodeTable() {}

    /** With an empty line before it; nothing if no node is known. What nobody looks at has no columns. */
    static List<Line> of(ClusterDetail detail, Instant now) {
        if (detail.nodes().isEmpty() && detail.silentNodes().isEmpty()) {
            return List.of();
        }
        boolean looksAt = detail.cluster().kubernetes() != null;
        Table table = new Table(Stream.concat(BY_AGENT.stream(), looksAt ? BY_KUBERNETES.stream() : Stream.empty())
                .toArray(String[]::new));
        for (ClusterDetail.Node node : detail.nodes()) {
            List<Line> row = byAgent(node, now);
            if (looksAt) {
                row.addAll(byKubernetes(node.kubernetes(), node.foreign()));
            }
            table.add(row.toArray(Line[]::new));
        }
        for (ClusterDetail.KubernetesNode node : detail.silentNodes()) {
            List<Line> row = new ArrayList<>(List.of(Line.of(node.node()), Line.of("no agent", Tone.BUSY)));
            row.addAll(BY_AGENT.stream().skip(row.size()).map(_ -> Line.DASH).toList());
            row.addAll(byKubernetes(node, false));
            table.add(row.toArray(Line[]::new));
        }
        return Stream.concat(Stream.of(Line.EMPTY), table.lines().stream()).toList();
    }

    private static List<Line> byAgent(ClusterDetail.Node node, Instant now) {
        return new ArrayList<>(List.of(
                Line.of(node.node()),
                Line.of(Ages.between(node.takenAt(), now) + " ago"),
                ObservedWords.of(node.kubeProxy()),
                Line.of(node.kubeProxy().proofText(), node.kubeProxy().isProven() ? Tone.PLAIN : Tone.BUSY),
                Line.orDash(node.kubeProxyVersion()),
                node.kubeProxyStartedAt() == null
                        ? Line.DASH
                        : Line.of(Ages.between(node.kubeProxyStartedAt(), now) + " ago"),
                probe(node.probe()),
                Line.of(Integer.toString(node.services())),
                Line.of(Integer.toString(node.backends())),
                Line.of(Long.toString(node.activeConnections())),
                Line.of(decimal(node.connectionsPerSecond(), 1)),
                Line.of(decimal(node.imbalance(), 2))));
    }

    private static List<Line> byKubernetes(ClusterDetail.@Nullable KubernetesNode node, boolean isForeign) {
        if (node == null) {
            return List.of(
                    isForeign ? Line.of("not a node of this cluster", Tone.BAD) : Line.DASH,
                    Line.DASH,
                    Line.DASH,
                    Line.DASH);
        }
        return List.of(
                (node.ready() ? Line.EMPTY : Line.of("node not ready, ", Tone.BUSY)).and(pod(node.pod())),
                text(node.kubeletVersion()),
                text(node.kernelVersion()),
                text(node.architecture()));
    }

    private static Line pod(ClusterDetail.@Nullable Pod pod) {
        if (pod == null) {
            return Line.of("no kube-proxy", Tone.BUSY);
        }
        Line state = pod.waiting() != null
                ? Line.of(pod.waiting(), Tone.BAD)
                : pod.ready() ? Line.of("ready") : Line.of("not ready", Tone.BUSY);
        return Line.of(Objects.requireNonNullElse(pod.mode(), "mode unknown") + ", ")
                .and(state)
                .and(pod.newest() ? "" : ", to be replaced", Tone.BUSY)
                .and(pod.restarts() == 0 ? "" : ", restarts: " + pod.restarts(), Tone.BUSY);
    }

    private static Line text(String text) {
        return text.isEmpty() ? Line.DASH : Line.of(text);
    }

    /** Whether the agent reaches cluster DNS through its ClusterIP. */
    private static Line probe(ClusterDetail.@Nullable Probe probe) {
        return switch (probe) {
            case Ok -> Line.of("ok");
            case Failing -> Line.of("failing", Tone.BAD);
            case Skipped -> Line.of("skipped", Tone.QUIET);
            case null -> Line.DASH;
        };
    }

    private static String decimal(@Nullable Double number, int digits) {
        return number == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
