package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.rollout.Continuity;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a config will do by itself, as far as its rollouts tell.
 *
 * @param latest its latest rollout
 * @param full its latest rollout to every selected cluster; null if the read model has none (any more)
 */
record Prospect(RolloutStatus latest, @Nullable RolloutStatus full) {

    /** Whether a cluster that is new is taken in, by the latest rollout or after it. */
    boolean takesNewcomers() {
        return (isGoingOn(latest) && latest.onlyCluster() == null) || catchesUp();
    }

    /** Whether a cluster that the rollout has left for later is caught, by that rollout or after the latest one. */
    boolean catches(RolloutStatus rollout) {
        return isGoingOn(rollout) || catchesUp();
    }

    /** Where nothing follows by itself, the rollout that this is because of. */
    RolloutStatus stopped() {
        return latest.state() == RolloutStatus.State.Succeeded && full != null ? full : latest;
    }

    /** Whether rollouts follow by themselves after the latest one, supposed that it succeeds. */
    private boolean catchesUp() {
        return full != null
                && !latest.goesBack()
                && switch (latest.state()) {
                    case Planned, Running, Paused, Succeeded ->
                        Continuity.follows(latest.cause(), latest.onlyCluster(), outcome(full));
                    case RollingBack, Failed, Aborted, Superseded, RolledBack -> false;
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
