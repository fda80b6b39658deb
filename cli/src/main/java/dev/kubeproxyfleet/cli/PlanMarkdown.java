package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** A plan for a comment in a pull request. */
final class PlanMarkdown {

    /** Clusters that are listed one by one: GitHub takes a comment of 65,536 characters. */
    static final int MAX_CLUSTERS = 200;

    private static final List<String> HEADINGS = List.of("stage", "cluster", "has", "gets or why not");

    private PlanMarkdown() {}

    /** One section, with an empty line at its end. */
    static List<String> of(RolloutPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("### " + text(plan.config()) + " → " + text(plan.to()));
        lines.add("");
        long changes = plan.stages().stream()
                .mapToLong(stage -> stage.clusters().size())
                .sum();
        lines.add("**%s would change** in %s, %s converged already, %s would be skipped."
                .formatted(
                        Count.of((int) changes, "cluster"),
                        Count.of(plan.stages().size(), "stage"),
                        plan.converged().size(),
                        plan.skipped().size()));
        RolloutPlan.Reason waits = plan.waitsFor();
        if (waits != null) {
            lines.add("");
            lines.add("It could not start now: " + reason(waits));
        }
        if (!plan.warnings().isEmpty()) {
            lines.add("");
            plan.warnings().forEach(warning -> lines.add("- " + warning(warning)));
        }
        List<List<String>> rows = rows(plan);
        if (!rows.isEmpty()) {
            lines.add("");
            lines.add(Output.Style.markdown.row(HEADINGS));
            lines.addAll(Output.Style.markdown.below(HEADINGS));
            rows.stream()
                    .limit(MAX_CLUSTERS)
                    .forEach(row -> lines.add(Output.Style.markdown.row(
                            row.stream().map(Visible::text).toList())));
            if (rows.size() > MAX_CLUSTERS) {
                lines.add("");
                lines.add("… and %s more; `kpfleet plan` lists all."
                        .formatted(Count.of(rows.size() - MAX_CLUSTERS, "cluster")));
            }
        }
        lines.add("");
        return lines;
    }

    /** Those that would change first, then those that would not although they are selected. */
    private static List<List<String>> rows(RolloutPlan plan) {
        var labels = ClusterId.labels(Stream.concat(
                        Stream.of(plan.converged(), plan.skipped()).flatMap(Collection::stream),
                        plan.stages().stream().flatMap(stage -> stage.clusters().stream()))
                .map(RolloutPlan.Change::cluster)
                .toList());
        List<List<String>> rows = new ArrayList<>();
        for (RolloutPlan.Stage stage : plan.stages()) {
            for (RolloutPlan.Change change : stage.clusters()) {
                rows.add(List.of(
                        stage.name(),
                        labels.getOrDefault(change.cluster(), change.cluster()),
                        change.from(),
                        change.reason() == null ? change.to() : change.to() + ", waits: " + plain(change.reason())));
            }
        }
        for (RolloutPlan.Change change : plan.skipped()) {
            rows.add(List.of(
                    "skipped",
                    labels.getOrDefault(change.cluster(), change.cluster()),
                    change.from(),
                    change.reason() == null ? "" : plain(change.reason())));
        }
        return rows;
    }

    private static String warning(RolloutPlan.Warning warning) {
        String names = String.join(", ", warning.examples());
        String more = warning.clusters() > warning.examples().size() && !names.isEmpty() ? ", …" : "";
        return "**" + text(warning.code().code()) + "**: " + text(warning.message())
                + (warning.clusters() == 0
                        ? ""
                        : text(" (" + Count.of(warning.clusters(), "cluster") + (names.isEmpty() ? "" : ": " + names)
                                + more + ")"));
    }

    private static String reason(RolloutPlan.Reason reason) {
        return "**" + text(reason.code().code()) + "**: " + text(reason.message());
    }

    private static String plain(RolloutPlan.Reason reason) {
        return reason.code().code() + ": " + reason.message();
    }

    /** As it reads, whatever is in it. */
    private static String text(String text) {
        return Output.Style.escaped(Visible.text(text));
    }
}
