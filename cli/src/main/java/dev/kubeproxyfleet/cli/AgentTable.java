package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The agents of each cluster in one line, and below them what is wrong and what helps. */
final class AgentTable {

    private AgentTable() {}

    /** @param named with the names of nodes that miss an agent, or that are not the cluster's */
    static List<Line> of(AgentsView agents, boolean named) {
        if (agents.clusters().isEmpty()) {
            return List.of(Line.of("no such clusters known"));
        }
        Table table = new Table("CLUSTER", "REPORTING", "COUNTED BY", "VERSIONS", "FINDINGS");
        for (AgentsView.Cluster cluster : agents.clusters()) {
            Integer nodes = cluster.nodes();
            table.add(
                    Line.of(cluster.name(), Tone.STRONG),
                    Line.of(
                            cluster.nodesReporting() + "/" + (nodes == null ? "?" : nodes),
                            nodes != null && cluster.nodesReporting() < nodes ? Tone.BUSY : Tone.PLAIN),
                    cluster.countedBy() == null
                            ? Line.of("nobody", Tone.QUIET)
                            : Line.of(cluster.countedBy().name()),
                    cluster.versions().isEmpty() ? Line.DASH : Line.of(versions(cluster.versions())),
                    cluster.findings().isEmpty()
                            ? Line.DASH
                            : Line.of(
                                    cluster.findings().stream()
                                            .map(Finding::code)
                                            .collect(Collectors.joining(", ")),
                                    Tone.BUSY));
        }
        List<Line> lines = new ArrayList<>(table.lines());
        List<Line> told = new ArrayList<>();
        agents.findings().forEach(finding -> told.add(KubernetesFacts.finding(finding, "", Tone.BUSY)));
        for (AgentsView.Cluster cluster : agents.clusters()) {
            cluster.findings()
                    .forEach(finding -> told.add(Line.of(cluster.name(), Tone.STRONG)
                            .and("  ")
                            .and(KubernetesFacts.finding(finding, "", Tone.BUSY))));
            if (named && cluster.silentNodes() != null) {
                cluster.silentNodes().forEach(node -> told.add(Line.of("  no agent on " + node)));
            }
            if (named) {
                cluster.foreignNodes().forEach(node -> told.add(Line.of("  not a node of it: " + node)));
            }
        }
        if (!told.isEmpty()) {
            lines.add(Line.EMPTY);
            lines.addAll(told);
        }
        return lines;
    }

    /** Such as {@code 1.4.0 on 3}; most first. */
    static String versions(Map<String, Integer> nodesByVersion) {
        return nodesByVersion.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(version -> String.format(Locale.ROOT, "%s on %d", version.getKey(), version.getValue()))
                .collect(Collectors.joining(", "));
    }
}
