package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One stage of a rollout with its caps in clusters and its clusters by state.
 *
 * @param maxConcurrent clusters that may be Updating or Verifying at once, at least 1
 * @param maxFailures failed clusters that are tolerated
 * @param groups as in its spec; one where that has none
 * @param timeline what it did when, up to its state
 */
public record Stage(
        StageSpec spec,
        int maxConcurrent,
        int maxFailures,
        StageState state,
        Counts counts,
        List<Group> groups,
        StageGates gates,
        StageCost cost,
        RolloutStatus.Timeline timeline) {

    /**
     * Clusters of a stage with a cap of their own.
     *
     * @param inFlight clusters that are Updating or Verifying
     */
    public record Group(int maxConcurrent, int inFlight) {

        private Group plus(int clusters) {
            return new Group(maxConcurrent, inFlight + clusters);
        }
    }

    public Stage {
        groups = List.copyOf(groups);
        // A stage that an earlier version has stored has none of these.
        gates = Objects.requireNonNullElse(gates, StageGates.NONE);
        cost = Objects.requireNonNullElse(cost, StageCost.NONE);
        timeline = Objects.requireNonNullElse(timeline, StageTimeline.UNKNOWN);
    }

    /**
     * A stage whose shares are turned into clusters: rounded down, concurrency at least 1.
     *
     * @param clusters that the stage has to do with
     * @param groupSizes clusters of each group of {@code spec}
     */
    static Stage planned(
            StageSpec spec, StageState.Waiting state, Counts counts, int clusters, Map<Integer, Integer> groupSizes) {
        int maxConcurrent = atLeastOne(spec.maxConcurrent(), clusters);
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < spec.groups().size(); i++) {
            groups.add(new Group(atLeastOne(spec.groups().get(i).maxConcurrent(), groupSizes.getOrDefault(i, 0)), 0));
        }
        if (groups.isEmpty()) {
            groups.add(new Group(maxConcurrent, 0));
        }
        return new Stage(
                spec,
                maxConcurrent,
                spec.maxFailures().roundedDown(clusters),
                state,
                counts,
                groups,
                StageGates.NONE,
                StageCost.NONE,
                StageTimeline.EMPTY);
    }

    /** A cap in clusters: a share rounds down, and lets one through in any case. */
    static int atLeastOne(Amount amount, int clusters) {
        return Math.max(1, amount.roundedDown(clusters));
    }

    int inFlight() {
        return counts.updating() + counts.verifying();
    }

    /** Clusters that may start now. */
    int room() {
        return Math.max(0, maxConcurrent - inFlight());
    }

    /** Clusters of a group that may start now, the room of the stage left aside. */
    int room(int group) {
        return Math.max(0, groups.get(group).maxConcurrent() - groups.get(group).inFlight());
    }

    boolean isFinished() {
        return counts.finished() == counts.total();
    }

    boolean isAllSkipped() {
        return counts.skipped() == counts.total();
    }

    boolean hasExceededFailures() {
        return counts.failed() > maxFailures;
    }

    Stage with(StageState next) {
        StageGates following = next instanceof StageState.Done ? gates.done() : gates;
        return new Stage(
                spec,
                maxConcurrent,
                maxFailures,
                next,
                counts,
                groups,
                following,
                cost,
                StageTimeline.moved(timeline, state, next));
    }

    Stage with(StageGates next) {
        return new Stage(spec, maxConcurrent, maxFailures, state, counts, groups, next, cost, timeline);
    }

    Stage with(StageCost next) {
        return new Stage(spec, maxConcurrent, maxFailures, state, counts, groups, gates, next, timeline);
    }

    /** As of {@code now}; the same object if nothing about its timeline has changed. */
    Stage timed(Instant now) {
        RolloutStatus.Timeline next = StageTimeline.timed(timeline, inFlight() > 0, now);
        return next == timeline
                ? this
                : new Stage(spec, maxConcurrent, maxFailures, state, counts, groups, gates, cost, next);
    }

    /** A stage that has got something to do again. */
    Stage reopen(Instant now) {
        return with(state.reopen(now)).with(gates.goOn());
    }

    /** An operator who resumes accepts the failures so far: the next one stops the rollout again. */
    Stage acceptingFailures() {
        return new Stage(
                spec,
                maxConcurrent,
                Math.max(maxFailures, counts.failed()),
                state,
                counts,
                groups,
                gates,
                cost,
                timeline);
    }

    /** Whether an operator accepted more failures than the spec tolerates. */
    boolean hasAcceptedFailures() {
        return maxFailures > spec.maxFailures().roundedDown(counts.total());
    }

    Stage add(RolloutCluster cluster) {
        return change(cluster, 1);
    }

    Stage remove(RolloutCluster cluster) {
        return change(cluster, -1);
    }

    private Stage change(RolloutCluster cluster, int by) {
        int group = cluster.place().group();
        List<Group> changed = groups;
        if (cluster.state() instanceof ClusterState.InFlight) {
            changed = new ArrayList<>(groups);
            changed.set(group, groups.get(group).plus(by));
        }
        return new Stage(
                spec,
                maxConcurrent,
                maxFailures,
                state,
                Tally.of(counts).change(cluster.state(), by).counts(),
                changed,
                gates,
                cost.settling(cluster.isSettling() ? by : 0),
                timeline);
    }
}
