package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import org.jspecify.annotations.Nullable;

/**
 * What a config will do by itself, and what a person could ask of it.
 *
 * @param latest its rollout that is under way, else its latest one
 * @param stoppedBy the rollout because of which none follows by itself; null where one does, supposed that the latest succeeds if
 *     it has not ended
 * @param missingStrategy the strategy that it refers to, if that is not published (any more)
 */
record Prospect(
        RolloutStatus latest,
        @Nullable RolloutStatus stoppedBy,
        @Nullable String missingStrategy) {

    /** Whether a cluster that is new is taken in, by the latest rollout or after it. */
    boolean takesNewcomers() {
        return (isGoingOn(latest) && latest.onlyCluster() == null) || stoppedBy == null;
    }

    /** Whether a cluster that the rollout has left for later is caught, by that rollout or after the latest one. */
    boolean catches(RolloutStatus rollout) {
        return isGoingOn(rollout) || stoppedBy == null;
    }

    /**
     * Whether the controller would do that to the latest rollout now; where its record does not tell, it has to have ended, and its
     * config must not be deleted. That none of its clusters needs a retry says nothing of one that is new to it.
     */
    boolean takes(Command.Action action) {
        return latest.actions() == null
                ? latest.state().isEnded()
                        && !latest.released()
                        && (missingStrategy == null || action == Command.Action.Rollback)
                : latest.objection(action)
                        .filter(objection -> objection.code() != AnswerReason.NothingToRetry)
                        .isEmpty();
    }

    private static boolean isGoingOn(RolloutStatus rollout) {
        return switch (rollout.state()) {
            case Running -> true;
            case Paused -> !rollout.goesBack() && rollout.plan() != null;
            case Planned, RollingBack, Succeeded, Failed, Aborted, Superseded, RolledBack -> false;
        };
    }
}
