package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Clusters that may leave their mode in one line each, below them how many can, and what helps once for all clusters. */
final class ReadinessTable {

    /** Of the forms that are for other programs and for pages. */
    static final List<String> HEADINGS = List.of(
            "cluster",
            "resource group",
            "subscription",
            "location",
            "version",
            "mode",
            "to",
            "verdict",
            "blocked by",
            "unknown",
            "end of support",
            "days left",
            "long-term support",
            "findings");

    private ReadinessTable() {}

    /** @param wide with each finding in a sentence */
    static List<Line> of(List<ClusterReadiness> clusters, boolean wide) {
        if (clusters.isEmpty()) {
            return List.of(Line.of("no such clusters known"));
        }
        Table table = new Table("CLUSTER", "VERSION", "MODE", "VERDICT", "SUPPORTED UNTIL", "FINDINGS");
        clusters.forEach(cluster -> table.add(
                Line.of(cluster.name(), Tone.STRONG),
                Line.of(cluster.kubernetesVersion()),
                Line.of(cluster.mode()),
                Line.of(cluster.verdict().name(), tone(cluster.verdict())),
                support(cluster.support()),
                codes(cluster)));
        List<Line> lines = new ArrayList<>(table.lines());
        lines.add(Line.EMPTY);
        lines.add(Line.of(Arrays.stream(Verdict.values())
                .map(verdict -> clusters.stream()
                                .filter(cluster -> cluster.verdict() == verdict)
                                .count()
                        + " " + verdict)
                .collect(Collectors.joining(", "))));
        if (wide) {
            lines.add(Line.EMPTY);
            clusters.forEach(cluster -> cluster.findings()
                    .forEach(finding -> lines.add(Line.of(cluster.name(), Tone.STRONG)
                            .and("  ")
                            .and(finding.code(), tone(finding.weight()))
                            .and(" (" + finding.source() + "): " + finding.message()))));
        }
        lines.addAll(helps(clusters));
        return lines;
    }

    /** A row for each cluster of the answer, below {@link #HEADINGS}. */
    static List<List<String>> texts(JsonNode answer) throws JsonProcessingException {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode entry : answer) {
            ClusterReadiness cluster = Json.MAPPER.treeToValue(entry, ClusterReadiness.class);
            ClusterReadiness.Support support = cluster.support();
            rows.add(List.of(
                    cluster.name(),
                    cluster.resourceGroup(),
                    cluster.subscription(),
                    cluster.location(),
                    cluster.kubernetesVersion(),
                    cluster.mode(),
                    cluster.to().name(),
                    cluster.verdict().name(),
                    codes(cluster, Weight.Blocks),
                    codes(cluster, Weight.Unknown),
                    Objects.requireNonNullElse(support.endOfLife(), ""),
                    support.daysLeft() == null ? "" : support.daysLeft().toString(),
                    Objects.requireNonNullElse(support.longTermEndOfLife(), ""),
                    cluster.findings().stream()
                            .map(finding -> finding.code() + ": " + finding.message())
                            .collect(Collectors.joining("; "))));
        }
        return rows;
    }

    private static String codes(ClusterReadiness cluster, Weight weight) {
        return cluster.findings().stream()
                .filter(finding -> finding.weight() == weight)
                .map(Finding::code)
                .collect(Collectors.joining(" "));
    }

    private static Line support(ClusterReadiness.Support support) {
        Integer days = support.daysLeft();
        if (support.endOfLife() == null || days == null) {
            return Line.of("unknown", Tone.QUIET);
        }
        return Line.of(support.endOfLife())
                .and(days < 0 ? " (" + -days + "d ago)" : " (" + days + "d)", days < 0 ? Tone.BAD : Tone.QUIET);
    }

    /** The calendar has a column of its own. */
    private static Line codes(ClusterReadiness cluster) {
        Line line = Line.EMPTY;
        for (Finding finding : cluster.findings()) {
            if (finding.source() != Source.Calendar) {
                line = (line.width() == 0 ? line : line.and(", ")).and(finding.code(), tone(finding.weight()));
            }
        }
        return line.width() == 0 ? Line.DASH : line;
    }

    private static List<Line> helps(List<ClusterReadiness> clusters) {
        Map<String, String> helps = new TreeMap<>();
        Map<String, Integer> concerned = new TreeMap<>();
        obstacles(clusters).forEach(finding -> {
            concerned.merge(finding.code(), 1, Integer::sum);
            if (finding.helps() != null) {
                helps.put(finding.code(), finding.helps());
            }
        });
        List<Line> lines = new ArrayList<>();
        helps.forEach((code, help) -> lines.add(Line.of(code, Tone.BUSY)
                .and(" (" + Count.of(concerned.getOrDefault(code, 0), "cluster") + "): " + help, Tone.QUIET)));
        if (!lines.isEmpty()) {
            lines.addFirst(Line.EMPTY);
        }
        return lines;
    }

    private static Stream<Finding> obstacles(List<ClusterReadiness> clusters) {
        return clusters.stream()
                .flatMap(cluster -> cluster.findings().stream())
                .filter(finding -> finding.weight() != Weight.Note);
    }

    private static Tone tone(Verdict verdict) {
        return switch (verdict) {
            case Ready -> Tone.GOOD;
            case Blocked -> Tone.BAD;
            case Unknown -> Tone.BUSY;
            case NothingToDo -> Tone.QUIET;
        };
    }

    private static Tone tone(Weight weight) {
        return switch (weight) {
            case Blocks -> Tone.BAD;
            case Unknown -> Tone.BUSY;
            case Note -> Tone.QUIET;
        };
    }
}
