package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The agents of each cluster in one line, below them what is wrong, and what helps once for all clusters. */
final class AgentTable {

    private AgentTable() {}

    /** @param named with the names of nodes that miss an agent, or that are not the cluster's */
    static List<Line> of(AgentsView agents, boolean named) {
        if (agents.clusters().isEmpty()) {
            return List.of(Line.of("no such clusters known"));
        }
        Table table = new Table("CLUSTER", "REPORTING", "PROVEN", "COUNTED BY", "VERSIONS", "FINDINGS");
        for (AgentsView.Cluster cluster : agents.clusters()) {
            Integer nodes = cluster.nodes();
            table.add(
                    Line.of(cluster.name(), Tone.STRONG),
                    Line.of(
                            cluster.nodesReporting() + "/" + (nodes == null ? "?" : nodes),
                            nodes != null && cluster.nodesReporting() < nodes ? Tone.BUSY : Tone.PLAIN),
                    Line.of(Integer.toString(cluster.nodesProven())),
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
        Map<String, String> helps = new TreeMap<>();
        agents.findings().forEach(finding -> told.add(KubernetesFacts.finding(finding, "", Tone.BUSY)));
        for (AgentsView.Cluster cluster : agents.clusters()) {
            for (Finding finding : cluster.findings()) {
                told.add(Line.of(cluster.name(), Tone.STRONG)
                        .and("  ")
                        .and(finding.code(), Tone.BUSY)
                        .and(": " + finding.message()));
                if (finding.helps() != null) {
                    helps.put(finding.code(), finding.helps());
                }
            }
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
        if (!helps.isEmpty()) {
            lines.add(Line.EMPTY);
            helps.forEach((code, help) -> lines.add(Line.of(code, Tone.BUSY).and(": " + help, Tone.QUIET)));
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
