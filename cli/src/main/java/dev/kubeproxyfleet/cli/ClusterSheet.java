package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
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
        facts.put("rollout", ClusterTable.rollout(cluster.rollout()));
        if (cluster.rollout() != null) {
            facts.put("", Line.of(cluster.rollout().message(), Tone.QUIET));
        }
        if (cluster.agentsRollout() != null) {
            facts.put("of agents", ClusterTable.rollout(cluster.agentsRollout()));
        }
        if (detail.cost() != null) {
            facts.put("cost", Line.of(detail.cost().message()));
        }
        facts.put("nodes", ClusterNodes.inFull(cluster));
        if (cluster.health() != null) {
            health(cluster.health(), facts);
        }
        KubernetesFacts.add(cluster, facts, now);
        List<Line> lines = new ArrayList<>(Line.sheet(facts));
        lines.addAll(NodeTable.of(detail, now));
        lines.addAll(NodeDetailsTable.of(detail.nodes()));
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
        if (!health.agentVersions().isEmpty()) {
            facts.put("agents", Line.of(AgentTable.versions(health.agentVersions())));
        }
        if (!health.evidence().isEmpty()) {
            facts.put("evidence", Line.of(evidence(health.evidence())));
        }
        if (!health.leftOut().isEmpty()) {
            facts.put("left out", Line.of(evidence(health.leftOut()), Tone.BAD));
        }
        if (health.clockSkewSeconds() != null) {
            facts.put("clocks", Line.of(clocks(health.clockSkewSeconds()), Tone.BUSY));
        }
    }

    /** What is wrong, on how many nodes. */
    private static String evidence(Map<String, Integer> nodesByCode) {
        return nodesByCode.entrySet().stream()
                .map(code -> code.getKey() + " on " + Count.of(code.getValue(), "node"))
                .collect(Collectors.joining(", "));
    }

    private static String clocks(int seconds) {
        return seconds > 0
                ? "a node is " + seconds + " s behind the service, or the service ahead"
                : "a node is " + -seconds + " s ahead of the service, or the service behind";
    }

    private static String decimal(@Nullable Double number, int digits) {
        return number == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
