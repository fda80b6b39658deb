package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import java.util.List;
import java.util.Optional;

final class RolloutAssert extends StateAssert<RolloutAssert, Rollout> {

    RolloutAssert(Rollout actual) {
        super(actual, RolloutAssert.class, "rollout " + actual.id(), told(actual.state()));
    }

    private static Told told(RolloutState state) {
        return switch (state) {
            case RolloutState.Planned planned -> new Told(state, planned.code(), planned.message());
            case RolloutState.Running running -> new Told(state, running.code(), running.message());
            case RolloutState.Paused paused -> new Told(state, paused.code(), paused.message());
            case RolloutState.RollingBack rollingBack -> new Told(state, rollingBack.code(), rollingBack.message());
            case RolloutState.Failed failed -> new Told(state, failed.code(), failed.message());
            case RolloutState.Aborted aborted -> new Told(state, aborted.code(), aborted.message());
            case RolloutState.RolledBack rolledBack -> new Told(state, rolledBack.code(), rolledBack.message());
            case RolloutState.Superseded superseded -> new Told(state, null, "superseded by " + superseded.by());
            case RolloutState.Succeeded _ -> new Told(state, null, null);
        };
    }

    RolloutAssert isActive() {
        return is(RolloutState.Active.class);
    }

    RolloutAssert isPlanned() {
        return is(RolloutState.Planned.class);
    }

    RolloutAssert isRunning() {
        return is(RolloutState.Running.class);
    }

    /** It runs, and nothing keeps it from starting clusters. */
    RolloutAssert isRunningFreely() {
        return isRunning().check(!hasReason(), "run freely");
    }

    RolloutAssert isPaused() {
        return is(RolloutState.Paused.class);
    }

    RolloutAssert isRollingBack() {
        return is(RolloutState.RollingBack.class);
    }

    RolloutAssert isRolledBack() {
        return is(RolloutState.RolledBack.class);
    }

    RolloutAssert isAborted() {
        return is(RolloutState.Aborted.class);
    }

    RolloutAssert isSuperseded() {
        return is(RolloutState.Superseded.class);
    }

    RolloutAssert hasSucceeded() {
        return is(RolloutState.Succeeded.class);
    }

    RolloutAssert hasFailed() {
        return is(RolloutState.Failed.class);
    }

    RolloutAssert isCausedBy(Cause cause) {
        return check(
                actual.request().cause() == cause,
                "be caused by " + cause + " and not " + actual.request().cause());
    }

    /** How many clusters ran the configuration already when it was planned. */
    RolloutAssert hasFoundConverged(int clusters) {
        RolloutStatus.Plan plan = actual.plan();
        return check(
                plan != null && plan.alreadyConverged() == clusters,
                "have found " + clusters + " clusters converged by its plan " + plan);
    }

    /** @param names of all of its stages, in their order */
    RolloutAssert hasStages(String... names) {
        List<String> found =
                actual.stages().stream().map(stage -> stage.spec().name()).toList();
        return check(found.equals(List.of(names)), "have the stages " + List.of(names) + " and not " + found);
    }

    StageAssert hasStage(String name) {
        Optional<Stage> stage = actual.stages().stream()
                .filter(candidate -> candidate.spec().name().equals(name))
                .findFirst();
        check(stage.isPresent(), "have a stage " + name);
        return new StageAssert(stage.orElseThrow()).as(descriptionText());
    }
}
