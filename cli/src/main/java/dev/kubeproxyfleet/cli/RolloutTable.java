package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Rollouts in one line each. */
final class RolloutTable {

    private RolloutTable() {}

    /** {@code GET /rollouts}, newest first. */
    static List<Line> of(List<RolloutStatus> rollouts, Instant now) {
        Table table = new Table("ROLLOUT", "STATE", "CLUSTERS", "AGE", "GIVES", "MESSAGE");
        for (RolloutStatus rollout : rollouts) {
            table.add(
                    Line.of(rollout.id(), Tone.STRONG),
                    Line.of(rollout.state().name(), Symbols.tone(rollout.state())),
                    progress(rollout),
                    Line.of(Ages.between(rollout.createdAt(), now)),
                    Line.of(rollout.spec().desired().describe()),
                    Line.reason(rollout.code(), rollout.message()));
        }
        return rollouts.isEmpty() ? List.of(Line.of("no rollouts yet")) : table.lines();
    }

    /** One rollout by itself. */
    static Line line(RolloutStatus rollout) {
        Line line = Line.of(rollout.id(), Tone.STRONG)
                .and("  ")
                .and(rollout.state().name(), Symbols.tone(rollout.state()))
                .and("  ")
                .and(progress(rollout));
        Line reason = Line.reason(rollout.code(), rollout.message());
        return reason.spans().isEmpty() ? line : line.and("  ").and(reason);
    }

    /** How long a rollout has lasted or did last, and how much of that clusters were in flight. */
    static String durations(RolloutStatus rollout, Instant now) {
        Instant end = rollout.finishedAt() == null ? now : rollout.finishedAt();
        Duration total = Duration.between(rollout.createdAt(), end);
        Duration active = rollout.activeSince() == null
                ? rollout.activeFor()
                : rollout.activeFor().plus(Duration.between(rollout.activeSince(), end));
        return "total %s, active %s, waiting %s"
                .formatted(Ages.of(total), Ages.of(active), Ages.of(total.minus(active)));
    }

    private static Line progress(RolloutStatus rollout) {
        return progress(
                rollout.stages().stream().map(RolloutStatus.Stage::clusters).toList());
    }

    /** How many of the clusters counted are done. */
    static Line progress(List<RolloutStatus.Counts> counts) {
        int total = 0;
        int finished = 0;
        int failed = 0;
        for (RolloutStatus.Counts each : counts) {
            total += each.total();
            finished += each.finished();
            failed += each.failed();
        }
        Line line = Line.of(finished + "/" + total);
        return failed == 0 ? line : line.and(" " + failed + " failed", Tone.BAD);
    }
}
