package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.GateHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the figures of gates have developed, as far as the records of this process tell it. Not thread-safe: {@link FleetView} guards
 * it.
 *
 * <p>Bounded whatever the fleet does: the stages that were heard of longest ago give way.
 */
final class GateHistories {

    /** Stages that are remembered. */
    static final int MAX_STAGES = 50;

    /** Points of one signal: a picture has no room for more. */
    static final int MAX_POINTS = 120;

    /** Clusters of a stage whose moment of change is remembered, those changed first. */
    static final int MAX_CHANGES = 500;

    private final Map<Key, Seen> stages = new LinkedHashMap<>();

    private record Key(String rollout, String stage) {}

    private static final class Seen {
        private final Map<String, Instant> changes = new LinkedHashMap<>();
        private final Map<String, Series> signals = new LinkedHashMap<>();
    }

    private static final class Series {
        private final @Nullable Instant knownSince;
        private final RolloutStatus.@Nullable Before before;
        private final List<GateHistory.Point> points = new ArrayList<>();

        Series(RolloutStatus.Figures first) {
            this.knownSince = first.until();
            this.before = first.before();
        }

        /** One that is not newer than the last is left out, so that reading a topic again changes nothing. */
        void add(GateHistory.Point point) {
            if (!points.isEmpty() && !point.at().isAfter(points.getLast().at())) {
                return;
            }
            if (points.size() == MAX_POINTS) {
                thin();
            }
            points.add(point);
        }

        /** Counts are sums since the change, so what lies between two points is in the later one. */
        private void thin() {
            int closest = 1;
            for (int i = 2; i < points.size() - 1; i++) {
                if (around(i).compareTo(around(closest)) < 0) {
                    closest = i;
                }
            }
            points.remove(closest);
        }

        private Duration around(int index) {
            return Duration.between(
                    points.get(index - 1).at(), points.get(index + 1).at());
        }
    }

    void fold(RolloutStatus rollout) {
        for (RolloutStatus.Stage stage : rollout.stages()) {
            for (RolloutStatus.StageGate gate : stage.gates()) {
                if (gate.figures() != null) {
                    add(seen(new Key(rollout.id(), stage.name())), gate.name(), gate.figures());
                }
            }
        }
    }

    /** A cluster whose change Azure has applied is verified next. Later on, when it gets back what it had, it is again. */
    void fold(RolloutClusterStatus cluster) {
        if (cluster.state() != RolloutClusterStatus.State.Verifying) {
            return;
        }
        Map<String, Instant> changes = seen(new Key(cluster.rollout(), cluster.stage())).changes;
        if (changes.size() < MAX_CHANGES) {
            changes.putIfAbsent(cluster.cluster(), cluster.since());
        }
    }

    void forget(String rollout) {
        stages.keySet().removeIf(key -> key.rollout().equals(rollout));
    }

    GateHistory of(RolloutStatus rollout) {
        return new GateHistory(
                rollout.id(),
                Comparison.THRESHOLD,
                rollout.stages().stream()
                        .map(stage -> history(stage.name(), stages.get(new Key(rollout.id(), stage.name()))))
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static GateHistory.@Nullable Stage history(String stage, @Nullable Seen seen) {
        return seen == null
                ? null
                : new GateHistory.Stage(
                        stage,
                        seen.changes.values().stream().sorted().toList(),
                        seen.signals.entrySet().stream()
                                .map(known -> new GateHistory.Signal(
                                        known.getKey(),
                                        known.getValue().knownSince,
                                        known.getValue().before,
                                        known.getValue().points))
                                .toList());
    }

    private static void add(Seen seen, String gate, RolloutStatus.Figures figures) {
        Instant until = figures.until();
        Series series = seen.signals.computeIfAbsent(gate, _ -> new Series(figures));
        if (until != null) {
            series.add(new GateHistory.Point(
                    until,
                    figures.changedEvents(),
                    figures.changedNodeSeconds(),
                    figures.unchangedEvents(),
                    figures.unchangedNodeSeconds(),
                    figures.expectedEvents(),
                    figures.evidence()));
        }
    }

    private Seen seen(Key key) {
        Seen known = stages.remove(key);
        Seen seen = known == null ? new Seen() : known;
        stages.put(key, seen);
        if (stages.size() > MAX_STAGES) {
            stages.remove(stages.keySet().iterator().next());
        }
        return seen;
    }
}
