package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Draws a rollout: what it is, how far it is, its stages and their clusters.
 *
 * <p>Never higher than the look allows: what is done and what merely waits its turn gives way first, and is counted.
 */
final class RolloutTree {

    private static final int BAR_COLUMNS = 40;
    private static final int SHORTEST_BAR = 10;
    private static final int MOST_WAYS = 2;

    private final RolloutModel model;
    private final Look look;
    private final Instant now;
    private final String program;

    private RolloutTree(RolloutModel model, Look look, Instant now, String program) {
        this.model = model;
        this.look = look;
        this.now = now;
        this.program = program;
    }

    /** @param program how the reader calls this program, for the commands that are suggested */
    static List<Line> draw(RolloutModel model, Look look, Instant now, String program) {
        return new RolloutTree(model, look, now, program).lines();
    }

    private List<Line> lines() {
        List<Line> head = head();
        List<Line> foot = foot();
        Map<String, String> labels = ClusterId.labels(model.clusters().keySet());
        int names = ClusterId.columns(labels);
        int stageNames = model.rollout().stages().stream()
                .mapToInt(stage -> stage.name().length())
                .max()
                .orElse(0);
        // One row stays free: writing the last one would scroll.
        int room = look.height() == Look.UNLIMITED
                ? Look.UNLIMITED
                : look.height()
                        - 1
                        - head.size()
                        - foot.size()
                        - model.rollout().stages().size()
                        - model.rollout().stages().stream()
                                .mapToInt(stage -> GateLines.of(stage, look).size())
                                .sum();
        Set<String> shown = shown(room);

        List<Line> lines = new ArrayList<>(head);
        for (RolloutStatus.Stage stage : model.rollout().stages()) {
            lines.add(stage(stage, stageNames));
            lines.addAll(GateLines.of(stage, look));
            List<RolloutClusterStatus> clusters = clustersOf(stage);
            clusters.stream()
                    .filter(cluster -> shown.contains(cluster.cluster()))
                    .map(cluster -> cluster(cluster, labels.getOrDefault(cluster.cluster(), cluster.cluster()), names))
                    .forEach(lines::add);
            List<RolloutClusterStatus> hidden = clusters.stream()
                    .filter(cluster -> !shown.contains(cluster.cluster()))
                    .toList();
            if (!hidden.isEmpty()) {
                lines.add(hidden(hidden));
            }
        }
        lines.addAll(foot);
        return lines;
    }

    private List<Line> head() {
        RolloutStatus rollout = model.rollout();
        Gate gate = rollout.spec().gate();
        List<Line> head = new ArrayList<>();
        String lasting = rollout.finishedAt() == null
                ? "for " + Ages.between(rollout.since(), now)
                : "after " + Ages.between(rollout.createdAt(), rollout.finishedAt());
        head.add(Line.of(rollout.id(), Tone.STRONG)
                .and("  ")
                .and(rollout.state().name(), Symbols.tone(rollout.state()))
                .and(" " + lasting)
                .and(look.dot() + "published by " + rollout.actor(), Tone.QUIET));
        head.add(Line.of(
                rollout.spec().desired().describe() + look.dot() + "evidence: "
                        + GateWords.needed(gate.coverage(), gate.evidence()),
                Tone.QUIET));
        head.add(progress());
        head.add(Line.of(RolloutTable.durations(rollout, now), Tone.QUIET));
        if (!rollout.message().isBlank() || rollout.code() != null) {
            head.add(reason(rollout.code(), rollout.message(), Symbols.tone(rollout.state())));
        }
        head.add(Line.EMPTY);
        return head;
    }

    private Line progress() {
        int total = 0;
        int good = 0;
        int bad = 0;
        int skipped = 0;
        int back = 0;
        int busy = 0;
        for (RolloutStatus.Stage stage : model.rollout().stages()) {
            RolloutStatus.Counts counts = stage.clusters();
            total += counts.total();
            good += counts.converged();
            bad += counts.failed();
            skipped += counts.skipped();
            back += counts.rolledBack();
            busy += counts.updating() + counts.verifying();
        }
        int done = good + bad + skipped + back;
        if (total == 0) {
            return Line.of("no clusters selected", Tone.QUIET);
        }
        List<String> also = new ArrayList<>();
        if (busy > 0) {
            also.add(busy + " under way");
        }
        if (bad > 0) {
            also.add(bad + " failed");
        }
        if (skipped > 0) {
            also.add(skipped + " skipped");
        }
        if (back > 0) {
            also.add(back + " rolled back");
        }
        String words = "%d of %d done (%d%%)".formatted(done, total, done * 100 / total)
                + (also.isEmpty() ? "" : ", " + String.join(", ", also));
        if (look.width() == Look.UNLIMITED) {
            return Line.of(words);
        }
        int columns = Math.min(BAR_COLUMNS, look.width() - words.length() - 2);
        if (columns < SHORTEST_BAR) {
            return Line.of(words);
        }
        return bar(columns, total, good, bad, skipped, back, busy).and("  " + words);
    }

    private Line bar(int columns, int total, int good, int bad, int skipped, int back, int busy) {
        int ofGood = edge(columns, total, good);
        int ofBad = edge(columns, total, good + bad);
        int ofSkipped = edge(columns, total, good + bad + skipped);
        int ofBack = edge(columns, total, good + bad + skipped + back);
        int ofBusy = edge(columns, total, good + bad + skipped + back + busy);
        return Line.of((look.unicode() ? "█" : "#").repeat(ofGood), Tone.GOOD)
                .and((look.unicode() ? "×" : "x").repeat(ofBad - ofGood), Tone.BAD)
                .and((look.unicode() ? "▓" : "-").repeat(ofSkipped - ofBad), Tone.QUIET)
                .and((look.unicode() ? "▚" : "<").repeat(ofBack - ofSkipped), Tone.NOTE)
                .and((look.unicode() ? "▒" : ">").repeat(ofBusy - ofBack), Tone.BUSY)
                .and((look.unicode() ? "░" : ".").repeat(columns - ofBusy), Tone.QUIET);
    }

    private static int edge(int columns, int total, int clusters) {
        return (int) Math.round((double) columns * clusters / total);
    }

    private Line stage(RolloutStatus.Stage stage, int names) {
        RolloutStatus.Counts counts = stage.clusters();
        Line line = Symbols.of(stage.state(), look)
                .and(" ")
                .and(Line.of(stage.name(), Tone.STRONG).padded(names + 2))
                .and("%d/%d".formatted(counts.finished(), counts.total()))
                .and("  " + stageState(stage));
        return switch (stage.state()) {
            case Done, Baking -> line;
            case Waiting, AwaitingApproval, Updating ->
                line.and(
                        look.dot() + "at most " + stage.maxConcurrent() + " at once, tolerates "
                                + (stage.maxFailures() == 0 ? "no failure" : Count.of(stage.maxFailures(), "failure")),
                        Tone.QUIET);
        };
    }

    private String stageState(RolloutStatus.Stage stage) {
        return switch (stage.state()) {
            case Waiting -> "waiting";
            case AwaitingApproval -> "waits for approval since " + Ages.between(stage.since(), now);
            case Updating -> "updating for " + Ages.between(stage.since(), now);
            case Baking -> stage.until() == null ? "baking" : "baking, " + Ages.between(now, stage.until()) + " left";
            case Done -> "done";
        };
    }

    private Line cluster(RolloutClusterStatus cluster, String label, int names) {
        int states = RolloutClusterStatus.State.RolledBack.name().length();
        Line line = Line.of("  ")
                .and(Symbols.of(cluster.state(), look))
                .and(" ")
                .and(Line.of(label).padded(names + 2))
                .and(cluster.group() == null ? Line.EMPTY : Line.of(cluster.group() + "  ", Tone.QUIET))
                .and(Line.of(cluster.state().name(), Symbols.tone(cluster.state()))
                        .padded(states));
        return switch (cluster.state()) {
            case Converged -> cluster.code() == null ? line : line.and("  " + cluster.code(), Tone.QUIET);
            case Waiting ->
                cluster.code() == null
                        ? line
                        : line.and("  ").and(reason(cluster.code(), cluster.message(), Tone.QUIET));
            case Updating, Verifying ->
                line.and("  ")
                        .and(Line.of(Ages.between(cluster.since(), now)).padded(6))
                        .and(cluster.attempt() > 1 ? "  attempt " + cluster.attempt() : "")
                        .and("  ")
                        .and(reason(cluster.code(), cluster.message(), Tone.QUIET));
            case Failed -> line.and("  ").and(reason(cluster.code(), cluster.message(), Tone.BAD));
            case Skipped, RolledBack -> line.and("  ").and(reason(cluster.code(), cluster.message(), Tone.PLAIN));
        };
    }

    private Line hidden(List<RolloutClusterStatus> hidden) {
        Map<RolloutClusterStatus.State, Long> counts =
                hidden.stream().collect(Collectors.groupingBy(RolloutClusterStatus::state, Collectors.counting()));
        String kinds = Arrays.stream(RolloutClusterStatus.State.values())
                .filter(counts::containsKey)
                .map(state -> counts.get(state) + " " + state)
                .collect(Collectors.joining(", "));
        return Line.of("  " + look.ellipsis() + " " + kinds, Tone.QUIET);
    }

    /** What a reader is likely to want next, of what the service says is possible; by the rollout's id, as another may be meant else. */
    private List<Line> foot() {
        RolloutStatus rollout = model.rollout();
        List<Command.Action> ways = switch (rollout.state()) {
            case Paused -> List.of(Command.Action.Resume, Command.Action.Rollback, Command.Action.Abort);
            case Running -> List.of(Command.Action.Approve, Command.Action.Reject, Command.Action.Promote);
            case Failed -> List.of(Command.Action.Retry, Command.Action.Rollback);
            case Aborted -> List.of(Command.Action.Rerun, Command.Action.Rollback);
            case Planned, RollingBack, Succeeded, Superseded, RolledBack -> List.of();
        };
        List<Line> foot = new ArrayList<>();
        ways.stream().filter(rollout::allows).limit(MOST_WAYS).forEach(way -> {
            String verb = way.name().toLowerCase(Locale.ROOT);
            foot.add(Line.of("to " + verb + ":  ")
                    .padded("to rollback:  ".length())
                    .and(program + " " + verb + " " + rollout.id(), Tone.NOTE));
        });
        if (rollout.allows(Command.Action.Override)) {
            GateLines.worst(rollout)
                    .ifPresent(gate -> foot.add(Line.of("to override:  ")
                            .and(
                                    "%s override %s --gate %s --reason '...'".formatted(program, rollout.id(), gate),
                                    Tone.NOTE)));
        }
        if (!foot.isEmpty()) {
            foot.addFirst(Line.EMPTY);
        }
        return foot;
    }

    private static Line reason(@Nullable ReasonCode code, String message, Tone tone) {
        Line line = code == null ? Line.EMPTY : Line.of(code.code(), tone);
        return message.isBlank() ? line : line.and(code == null ? message : ": " + message);
    }

    private List<RolloutClusterStatus> clustersOf(RolloutStatus.Stage stage) {
        return model.clusters().values().stream()
                .filter(cluster -> cluster.stage().equals(stage.name()))
                .sorted(Comparator.comparing((RolloutClusterStatus cluster) -> ClusterId.name(cluster.cluster()))
                        .thenComparing(RolloutClusterStatus::cluster))
                .toList();
    }

    /** The clusters to draw when there are {@code room} rows; stages that hide some need a row to say so. */
    private Set<String> shown(int room) {
        List<RolloutClusterStatus> all = model.rollout().stages().stream()
                .flatMap(stage -> clustersOf(stage).stream())
                .toList();
        Set<String> shown = new HashSet<>();
        int rows = all.size() <= room
                ? all.size()
                : Math.max(0, room - model.rollout().stages().size());
        all.stream()
                .sorted(Comparator.comparingInt(RolloutTree::rank))
                .limit(rows)
                .forEach(cluster -> shown.add(cluster.cluster()));
        return shown;
    }

    /** What a reader wants to see first. */
    private static int rank(RolloutClusterStatus cluster) {
        return switch (cluster.state()) {
            case Failed -> 0;
            case Updating, Verifying -> 1;
            case Waiting -> cluster.code() == null ? 4 : 2;
            case Skipped, RolledBack -> 3;
            case Converged -> 5;
        };
    }
}
