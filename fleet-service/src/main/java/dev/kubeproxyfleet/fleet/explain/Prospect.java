package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.fleet.rollout.Continuity;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import org.jspecify.annotations.Nullable;

/**
 * What a config will do by itself, as far as its rollouts tell, and what a person could ask of it.
 *
 * @param latest its rollout that is under way, else its latest one
 * @param full its latest rollout to every selected cluster; null if the read model has none (any more)
 * @param missingStrategy the strategy that it refers to, if that is not published (any more): it can start nothing that a person
 *     asks for
 */
record Prospect(
        RolloutStatus latest,
        @Nullable RolloutStatus full,
        @Nullable String missingStrategy) {

    /** Whether a cluster that is new is taken in, by the latest rollout or after it. */
    boolean takesNewcomers() {
        return (isGoingOn(latest) && latest.onlyCluster() == null) || goesOnByItself();
    }

    /** Whether a cluster that the rollout has left for later is caught, by that rollout or after the latest one. */
    boolean catches(RolloutStatus rollout) {
        return isGoingOn(rollout) || goesOnByItself();
    }

    /** Whether rollouts follow by themselves after the latest one, supposed that it succeeds if it has not ended. */
    boolean goesOnByItself() {
        return full != null
                && !latest.goesBack()
                && Continuity.follows(outcomeOfLatest(), latest.cause(), latest.onlyCluster(), outcome(full));
    }

    /** Where nothing follows by itself, the rollout that this is because of. */
    RolloutStatus stopped() {
        return latest.state() == RolloutStatus.State.Succeeded && full != null ? full : latest;
    }

    private Continuity.Latest outcomeOfLatest() {
        return switch (latest.state()) {
            case Planned, Running, Paused, Succeeded -> Continuity.Latest.Succeeded;
            case Failed ->
                latest.code() == RolloutReason.RollbackIncomplete ? Continuity.Latest.Other : Continuity.Latest.Failed;
            case RolledBack ->
                latest.code() == RolloutReason.MaxFailuresExceeded ? Continuity.Latest.Failed : Continuity.Latest.Other;
            case RollingBack, Aborted, Superseded -> Continuity.Latest.Other;
        };
    }

    private static Continuity.Full outcome(RolloutStatus full) {
        return switch (full.state()) {
            case Planned, Running, Succeeded -> Continuity.Full.Succeeded;
            case Paused -> full.goesBack() ? Continuity.Full.Other : Continuity.Full.Succeeded;
            case Failed, Aborted -> full.plan() == null ? Continuity.Full.Other : Continuity.Full.Stopped;
            case RollingBack, Superseded, RolledBack -> Continuity.Full.Other;
        };
    }

    private static boolean isGoingOn(RolloutStatus rollout) {
        return switch (rollout.state()) {
            case Running -> true;
            case Paused -> !rollout.goesBack() && rollout.plan() != null;
            case Planned, RollingBack, Succeeded, Failed, Aborted, Superseded, RolledBack -> false;
        };
    }
}
