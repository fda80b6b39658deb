package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells what happened between two looks at a rollout, one line for each change: for logs and pipes. */
final class RolloutChanges {

    private RolloutChanges() {}

    /** @param before null for the first look, which tells all but the clusters that only wait their turn */
    static List<Line> between(@Nullable RolloutModel before, RolloutModel after) {
        List<Line> lines = new ArrayList<>();
        RolloutStatus rollout = after.rollout();
        if (before == null && !rollout.state().isEnded()) {
            lines.add(rollout(rollout));
        }
        stages(before, rollout, lines);
        Map<String, String> labels = ClusterId.labels(after.clusters().keySet());
        List<String> order =
                rollout.stages().stream().map(RolloutStatus.Stage::name).toList();
        List<RolloutClusterStatus> clusters = after.clusters().values().stream()
                .sorted(Comparator.comparingInt(cluster -> order.indexOf(cluster.stage())))
                .toList();
        for (RolloutClusterStatus cluster : clusters) {
            @Nullable
            RolloutClusterStatus old = before == null ? null : before.clusters().get(cluster.cluster());
            boolean news = old == null
                    ? cluster.state() != RolloutClusterStatus.State.Waiting || cluster.code() != null
                    : old.state() != cluster.state() || !Objects.equals(old.code(), cluster.code());
            if (news) {
                lines.add(line(
                                cluster.since(),
                                rollout.id(),
                                cluster.stage() + " " + labels.getOrDefault(cluster.cluster(), cluster.cluster()))
                        .and(cluster.state().name(), Symbols.tone(cluster.state()))
                        .and(reason(cluster.code(), cluster.message())));
            }
        }
        boolean changed = before != null
                && (before.rollout().state() != rollout.state()
                        || !Objects.equals(before.rollout().code(), rollout.code()));
        if (changed || (before == null && rollout.state().isEnded())) {
            lines.add(rollout(rollout));
        }
        return lines;
    }

    private static void stages(@Nullable RolloutModel before, RolloutStatus rollout, List<Line> lines) {
        Map<String, RolloutStatus.StageState> old = new HashMap<>();
        if (before != null) {
            before.rollout().stages().forEach(stage -> old.put(stage.name(), stage.state()));
        }
        for (RolloutStatus.Stage stage : rollout.stages()) {
            if (old.getOrDefault(stage.name(), RolloutStatus.StageState.Waiting) != stage.state()) {
                RolloutStatus.Counts counts = stage.clusters();
                lines.add(line(stage.since(), rollout.id(), "stage " + stage.name())
                        .and(stage.state().name())
                        .and(" " + counts.finished() + "/" + counts.total()));
            }
        }
    }

    private static Line rollout(RolloutStatus rollout) {
        return line(rollout.since(), rollout.id(), "rollout")
                .and(rollout.state().name(), Symbols.tone(rollout.state()))
                .and(reason(rollout.code(), rollout.message()));
    }

    private static Line line(Instant at, String rollout, String subject) {
        return Line.of(at.truncatedTo(ChronoUnit.SECONDS).toString(), Tone.QUIET)
                .and(" " + rollout + " ")
                .and(subject + " ", Tone.STRONG);
    }

    private static String reason(@Nullable ReasonCode code, String message) {
        return (code == null ? "" : " " + code.code()) + (message.isBlank() ? "" : ": " + message);
    }
}
