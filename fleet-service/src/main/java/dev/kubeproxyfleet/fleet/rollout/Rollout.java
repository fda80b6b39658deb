package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Place;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as a whole. Its clusters are kept one by one elsewhere, so that an event costs the same whatever the fleet.
 *
 * @param request what it is for
 * @param ahead earlier rollouts of the config that had clusters in flight when it began
 * @param stages empty until it is planned
 * @param plan what was foreseen; null until it is planned
 * @param totals counts over all of its clusters
 * @param released whether its config is deleted
 * @param activity when clusters were in flight
 */
public record Rollout(
        RolloutId id,
        List<RolloutId> ahead,
        Request request,
        RolloutState state,
        List<Stage> stages,
        RolloutStatus.@Nullable Plan plan,
        Totals totals,
        boolean released,
        Activity activity) {

    /**
     * What was asked for, by whom and when; it never changes.
     *
     * @param cause which clusters it takes: for {@code Retry} what has not converged, for {@code CatchUp} what was deferred
     *     or is new, for {@code DriftCorrection} what has drifted, else every selected one
     * @param onlyCluster the one cluster that it takes; null for all
     * @param spec a copy: a later change of the config or of a stored strategy makes another rollout
     */
    public record Request(
            RolloutStatus.Cause cause,
            @Nullable String onlyCluster,
            FleetConfig.Spec spec,
            String actor,
            Instant createdAt) {}

    /**
     * @param changes clusters changed so far
     * @param unforeseenSkips clusters skipped for a reason that the plan had not shown
     * @param failedRollbacks clusters that could not be given back what they had before
     */
    public record Totals(int changes, int unforeseenSkips, int failedRollbacks) {

        static final Totals ZERO = new Totals(0, 0, 0);

        private Totals changed() {
            return new Totals(changes + 1, unforeseenSkips, failedRollbacks);
        }

        private Totals plus(RolloutCluster cluster, int by) {
            boolean unforeseen = !cluster.isTakenBack()
                    && cluster.state() instanceof ClusterState.Skipped skipped
                    && skipped.isUnforeseen();
            return new Totals(
                    changes,
                    unforeseenSkips + (unforeseen ? by : 0),
                    failedRollbacks + (cluster.isRollbackFailure() ? by : 0));
        }
    }

    /**
     * @param total time with clusters in flight, up to {@code since}
     * @param since since when clusters are in flight; null while none is
     */
    public record Activity(Duration total, @Nullable Instant since) {

        static final Activity NONE = new Activity(Duration.ZERO, null);

        private Activity at(boolean inFlight, Instant now) {
            if (inFlight == (since != null)) {
                return this;
            }
            return since == null
                    ? new Activity(total, now)
                    : new Activity(total.plus(Duration.between(since, now)), null);
        }
    }

    public Rollout {
        ahead = List.copyOf(ahead);
        stages = List.copyOf(stages);
    }

    /** A rollout whose clusters have yet to be chosen. */
    static Rollout requested(RolloutId id, List<RolloutId> ahead, Request request) {
        return new Rollout(
                id,
                ahead,
                request,
                new RolloutState.Planned(
                        request.createdAt(), RolloutReason.InventoryPending, "its clusters are being chosen"),
                List.of(),
                null,
                Totals.ZERO,
                false,
                Activity.NONE);
    }

    public FleetConfig.Spec spec() {
        return request.spec();
    }

    /**
     * Whether time can change anything about it: whether it may start clusters, has some in flight, or has yet to tell what the
     * change of some cost.
     */
    public boolean isOpen() {
        return state instanceof RolloutState.Active || inFlight() > 0 || isSettling();
    }

    /** Whether it has yet to tell what the change of some cluster cost. */
    boolean isSettling() {
        return stages.stream().anyMatch(stage -> stage.cost().settling() > 0);
    }

    /** Whether it was for every selected cluster. */
    boolean reachesAll() {
        return switch (request.cause()) {
            case Publish, Rerun -> true;
            case Retry, CatchUp, DriftCorrection -> false;
        };
    }

    int inFlight() {
        return stages.stream().mapToInt(Stage::inFlight).sum();
    }

    /** Index of the first stage that is not Done; empty if all are. */
    OptionalInt currentStage() {
        for (int i = 0; i < stages.size(); i++) {
            if (!(stages.get(i).state() instanceof StageState.Done)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    Rollout with(RolloutState next) {
        return new Rollout(id, ahead, request, next, stages, plan, totals, released, activity);
    }

    Rollout with(int index, Stage stage) {
        List<Stage> changed = new ArrayList<>(stages);
        changed.set(index, stage);
        return new Rollout(id, ahead, request, state, changed, plan, totals, released, activity);
    }

    Rollout planned(RolloutState.Running running, List<Stage> plannedStages, RolloutStatus.Plan nextPlan) {
        return new Rollout(id, ahead, request, running, plannedStages, nextPlan, totals, released, activity);
    }

    Rollout release() {
        return new Rollout(id, ahead, request, state, stages, plan, totals, true, activity);
    }

    /** With one more cluster changed. */
    Rollout changedOneMore() {
        return new Rollout(id, ahead, request, state, stages, plan, totals.changed(), released, activity);
    }

    /** With a cluster in another state or place. */
    Rollout moved(RolloutCluster from, RolloutCluster to) {
        return new Rollout(
                id,
                ahead,
                request,
                state,
                without(from).joined(to).costing(from, to).stages,
                plan,
                totals.plus(from, -1).plus(to, 1),
                released,
                activity);
    }

    /** With one more cluster, that waits for its turn. */
    Rollout joined(RolloutCluster newcomer) {
        Place place = newcomer.place();
        return with(place.stage(), stages.get(place.stage()).add(newcomer));
    }

    /** With what the change of the cluster cost, if that is told now. */
    private Rollout costing(RolloutCluster from, RolloutCluster to) {
        if (from.cost() instanceof Cost.Told || !(to.cost() instanceof Cost.Told told)) {
            return this;
        }
        Stage stage = stages.get(to.place().stage());
        return with(to.place().stage(), stage.with(stage.cost().plus(told)));
    }

    private Rollout without(RolloutCluster leaving) {
        Place place = leaving.place();
        return with(place.stage(), stages.get(place.stage()).remove(leaving));
    }

    /** As of {@code now}, to be called with every change. */
    Rollout timed(Instant now) {
        Activity next = activity.at(inFlight() > 0, now);
        List<Stage> timed = stages.stream().map(stage -> stage.timed(now)).toList();
        return next == activity && timed.equals(stages)
                ? this
                : new Rollout(id, ahead, request, state, timed, plan, totals, released, next);
    }
}
