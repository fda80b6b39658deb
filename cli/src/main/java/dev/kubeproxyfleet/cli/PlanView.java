package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Draws a plan: by itself, or beside what became of it. */
final class PlanView {

    private final RolloutPlan plan;
    private final @Nullable RolloutModel outcome;
    private final Look look;
    private final Instant now;
    private final Map<String, String> labels;
    private final int names;

    private PlanView(RolloutPlan plan, @Nullable RolloutModel outcome, Look look, Instant now) {
        this.plan = plan;
        this.outcome = outcome;
        this.look = look;
        this.now = now;
        this.labels = ClusterId.labels(Stream.concat(
                        Stream.of(plan.converged(), plan.skipped()).flatMap(Collection::stream),
                        plan.stages().stream().flatMap(stage -> stage.clusters().stream()))
                .map(RolloutPlan.Change::cluster)
                .toList());
        this.names = ClusterId.columns(labels);
    }

    /** What would happen. */
    static List<Line> plan(RolloutPlan plan, Look look, Instant now) {
        return new PlanView(plan, null, look, now).lines();
    }

    /** What was to happen, and what did. */
    static List<Line> outcome(RolloutPlan plan, RolloutModel outcome, Look look, Instant now) {
        return new PlanView(plan, outcome, look, now).lines();
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>(head());
        for (RolloutPlan.Warning warning : plan.warnings()) {
            lines.add(Symbols.warning(look)
                    .and(" ")
                    .and(warning.code().code(), Tone.NOTE)
                    .and(": " + warning.message())
                    .and(concerned(warning), Tone.QUIET));
        }
        if (!plan.warnings().isEmpty()) {
            lines.add(Line.EMPTY);
        }
        int stageNames = plan.stages().stream()
                .mapToInt(stage -> stage.name().length())
                .max()
                .orElse(0);
        for (RolloutPlan.Stage stage : plan.stages()) {
            lines.add(stage(stage, stageNames));
            if (stage.gates() != null && !stage.clusters().isEmpty()) {
                lines.addAll(gates(stage.gates()));
            }
            stage.clusters().forEach(change -> lines.add(change(change)));
        }
        section("skipped", Symbols.skipped(look), plan.skipped(), lines);
        section("converged already", Symbols.good(look), plan.converged(), lines);
        if (outcome != null) {
            lines.addAll(joined(outcome));
        }
        return lines;
    }

    /** Clusters that the rollout has taken in since it was planned. */
    private List<Line> joined(RolloutModel since) {
        List<RolloutClusterStatus> newcomers = since.clusters().values().stream()
                .filter(cluster -> cluster.plan() == null)
                .toList();
        if (newcomers.isEmpty()) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("joined since", Tone.STRONG).and("  " + Count.of(newcomers.size(), "cluster")));
        for (RolloutClusterStatus newcomer : newcomers) {
            lines.add(Line.of("  " + ClusterId.name(newcomer.cluster())).and(outcome(newcomer)));
        }
        return lines;
    }

    private Line outcome(RolloutClusterStatus became) {
        return Line.of("  ")
                .and(Symbols.of(became.state(), look))
                .and(" ")
                .and(became.state().name(), Symbols.tone(became.state()))
                .and(became.code() == null ? "" : " " + became.code())
                .and(became.code() == null || became.message().isBlank() ? "" : ": " + became.message(), Tone.QUIET);
    }

    private List<Line> head() {
        List<Line> head = new ArrayList<>();
        head.add(Line.of(outcome == null ? plan.config() : outcome.rollout().id(), Tone.STRONG)
                .and(look.arrow() + plan.to()));
        int changes = plan.stages().stream()
                .mapToInt(stage -> stage.clusters().size())
                .sum();
        int converged = Math.max(plan.converged().size(), alreadyConverged(outcome == null ? null : outcome.rollout()));
        boolean past = outcome != null;
        head.add(Line.of("%s %s in %s, %s converged already, %s skipped"
                .formatted(
                        Count.of(changes, "cluster"),
                        past ? "to change" : "would change",
                        Count.of(plan.stages().size(), "stage"),
                        converged,
                        past ? plan.skipped().size() + " to be" : plan.skipped().size() + " would be")));
        RolloutPlan.Reason waits = plan.waitsFor();
        if (waits != null) {
            head.add(Line.of(past ? "waited for " : "it could not start now: ")
                    .and(waits.code().code(), Tone.NOTE)
                    .and(": " + waits.message()));
        }
        Instant earliest = plan.earliestEnd();
        Instant latest = plan.latestEnd();
        if (earliest != null && latest != null && changes > 0) {
            head.add(
                    past
                            ? foreseen(earliest, latest)
                            : Line.of("ends between ")
                                    .and(time(earliest) + " (in " + Ages.between(now, earliest) + ")", Tone.STRONG)
                                    .and(" and ")
                                    .and(time(latest) + " (in " + Ages.between(now, latest) + ")", Tone.STRONG)
                                    .and(", if nobody is waited for", Tone.QUIET));
        }
        if (plan.earlierCost() != null) {
            head.add(CostLines.earlier(plan.earlierCost()));
        }
        if (outcome != null) {
            RolloutStatus rollout = outcome.rollout();
            Instant finished = rollout.finishedAt();
            head.add(Line.of(rollout.state().name(), Symbols.tone(rollout.state()))
                    .and(finished == null ? " since " + time(rollout.since()) : " at " + time(finished))
                    .and(look.dot() + RolloutTable.durations(rollout, now), Tone.QUIET));
        }
        head.add(Line.EMPTY);
        return head;
    }

    private static int alreadyConverged(@Nullable RolloutStatus rollout) {
        return rollout == null || rollout.plan() == null ? 0 : rollout.plan().alreadyConverged();
    }

    private static Line foreseen(Instant earliest, Instant latest) {
        return Line.of("foreseen to end between " + time(earliest) + " and " + time(latest));
    }

    private Line stage(RolloutPlan.Stage stage, int width) {
        return Line.of(stage.name(), Tone.STRONG)
                .padded(width + 2)
                .and(Count.of(stage.clusters().size(), "cluster"))
                .and(
                        look.dot() + "at most " + stage.maxConcurrent() + " at once, tolerates "
                                + (stage.maxFailures() == 0 ? "no failure" : Count.of(stage.maxFailures(), "failure")),
                        Tone.QUIET);
    }

    private List<Line> gates(RolloutPlan.Gates gates) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("  gates: " + GateWords.of(gates), Tone.QUIET));
        for (RolloutPlan.Reason reason : gates.cannotTell()) {
            lines.add(Line.of("  ")
                    .and(Symbols.warning(look))
                    .and(" ")
                    .and(reason.code().code(), Tone.NOTE)
                    .and(": " + reason.message(), Tone.QUIET));
        }
        return lines;
    }

    private Line change(RolloutPlan.Change change) {
        Line line = Line.of("  ")
                .and(Line.of(label(change)).padded(names + 2))
                .and(change.group() == null ? "" : change.group() + "  ", Tone.QUIET)
                .and(change.from() + look.arrow() + change.to());
        @Nullable RolloutClusterStatus became = became(change);
        if (became != null) {
            return line.and(outcome(became));
        }
        return change.reason() == null ? line : line.and("  waits: ", Tone.NOTE).and(reason(change.reason()));
    }

    private void section(String title, Line sign, List<RolloutPlan.Change> changes, List<Line> lines) {
        if (changes.isEmpty()) {
            return;
        }
        lines.add(sign.and(" ").and(title, Tone.STRONG).and("  " + Count.of(changes.size(), "cluster")));
        for (RolloutPlan.Change change : changes) {
            Line line = Line.of("  ").and(Line.of(label(change)).padded(names + 2));
            @Nullable RolloutClusterStatus became = became(change);
            if (became != null && became.state() != RolloutClusterStatus.State.Skipped) {
                line = line.and(became.state().name(), Symbols.tone(became.state()))
                        .and("  ");
            }
            lines.add(
                    change.reason() == null ? line.and(change.from(), Tone.QUIET) : line.and(reason(change.reason())));
        }
    }

    private @Nullable RolloutClusterStatus became(RolloutPlan.Change change) {
        return outcome == null ? null : outcome.clusters().get(change.cluster());
    }

    private String label(RolloutPlan.Change change) {
        return Objects.requireNonNullElse(labels.get(change.cluster()), change.cluster());
    }

    private static Line reason(RolloutPlan.Reason reason) {
        return Line.of(reason.code().code()).and(": " + reason.message(), Tone.QUIET);
    }

    private String concerned(RolloutPlan.Warning warning) {
        if (warning.clusters() == 0) {
            return "";
        }
        String names = warning.examples().stream().collect(Collectors.joining(", "));
        return " (" + Count.of(warning.clusters(), "cluster") + (names.isEmpty() ? "" : ": " + names)
                + (warning.clusters() > warning.examples().size() && !names.isEmpty() ? ", " + look.ellipsis() : "")
                + ")";
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
