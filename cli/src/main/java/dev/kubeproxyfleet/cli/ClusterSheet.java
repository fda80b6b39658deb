package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.ObservedKubeProxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One cluster with its nodes. */
final class ClusterSheet {

    private ClusterSheet() {}

    /** {@code GET /clusters/{subscription}/{resourceGroup}/{name}}. */
    static List<Line> of(ClusterDetail detail, Instant now) {
        ClusterView cluster = detail.cluster();
        Map<String, Line> facts = new LinkedHashMap<>();
        facts.put("cluster", Line.of(cluster.name(), Tone.STRONG));
        facts.put("id", Line.of(cluster.id()));
        facts.put(
                "where",
                Line.of(cluster.location() + ", Kubernetes " + cluster.kubernetesVersion() + ", ")
                        .and(ClusterTable.power(cluster)));
        facts.put("kube-proxy", ClusterTable.kubeProxy(cluster));
        if (cluster.drift() != null) {
            facts.put("drift", Line.of(cluster.drift().message()));
        }
        facts.put("rollout", ClusterTable.rollout(cluster));
        if (cluster.rollout() != null) {
            facts.put("", Line.of(cluster.rollout().message(), Tone.QUIET));
        }
        if (detail.cost() != null) {
            facts.put("cost", Line.of(detail.cost().message()));
        }
        facts.put("nodes", ClusterNodes.inFull(cluster));
        if (cluster.health() != null) {
            health(cluster.health(), facts);
        }
        List<Line> lines = new ArrayList<>(Line.sheet(facts));
        if (!detail.nodes().isEmpty()) {
            lines.add(Line.EMPTY);
            lines.addAll(nodes(detail.nodes(), now));
            lines.addAll(NodeDetailsTable.of(detail.nodes()));
        }
        return lines;
    }

    private static void health(ClusterView.HealthSummary health, Map<String, Line> facts) {
        facts.put(
                "connections",
                Line.of("%s active, %s inactive, %s new/s, imbalance %s"
                        .formatted(
                                health.activeConnections(),
                                health.inactiveConnections(),
                                decimal(health.connectionsPerSecond(), 1),
                                decimal(health.imbalance(), 2))));
        if (!health.evidence().isEmpty()) {
            facts.put("evidence", Line.of(evidence(health.evidence())));
        }
        if (health.clockSkewSeconds() != null) {
            facts.put("clocks", Line.of(clocks(health.clockSkewSeconds()), Tone.BUSY));
        }
    }

    /** What does not fit together, on how many nodes. */
    private static String evidence(Map<String, Integer> nodesByCode) {
        return nodesByCode.entrySet().stream()
                .map(code -> code.getKey() + " on " + Count.of(code.getValue(), "node"))
                .collect(Collectors.joining(", "));
    }

    private static List<Line> nodes(List<ClusterDetail.Node> nodes, Instant now) {
        Table table = new Table(
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
        for (ClusterDetail.Node node : nodes) {
            table.add(
                    Line.of(node.node()),
                    Line.of(Ages.between(node.takenAt(), now) + " ago"),
                    runs(node.kubeProxy()),
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
                    Line.of(decimal(node.imbalance(), 2)));
        }
        return table.lines();
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

    private static String clocks(int seconds) {
        return seconds > 0
                ? "a node is " + seconds + " s behind the service, or the service ahead"
                : "a node is " + -seconds + " s ahead of the service, or the service behind";
    }

    /** What a node reports that it runs, as the kernel and kube-proxy call it. */
    private static Line runs(ObservedKubeProxy observed) {
        Line mode = Line.orDash(observed.mode());
        return observed.scheduler() == null
                ? mode
                : mode.and(" " + observed.scheduler()
                        + " tcp=" + seconds(observed.tcpTimeoutSeconds())
                        + " tcpfin=" + seconds(observed.tcpFinTimeoutSeconds())
                        + " udp=" + seconds(observed.udpTimeoutSeconds()));
    }

    private static String seconds(@Nullable Integer seconds) {
        return seconds == null ? "-" : seconds.toString();
    }

    private static String decimal(@Nullable Double number, int digits) {
        return number == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
