package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import org.jspecify.annotations.Nullable;

/** Whether a config goes on by itself. */
final class Continuity {

    /** What became of a config's latest rollout. */
    enum Latest {
        Succeeded,
        /** Failures ended it, and no person did. */
        Failed,
        Other
    }

    /** What became of a config's latest rollout to every selected cluster. */
    enum Full {
        Succeeded,
        /** It had chosen its clusters, and then failed or was ended by a person. */
        Stopped,
        Other
    }

    private Continuity() {}

    /**
     * Whether what is deferred, new or drifted follows by itself: whether every cluster that the config was last rolled out to
     * got it then, at once or by a retry of all that had not, and nothing has failed since but clusters that were new or came
     * back. Those wait for a person; they do not hold the others.
     *
     * @param cause of the latest rollout
     * @param onlyCluster the one cluster that it was for; null if there were more
     */
    static boolean follows(Latest latest, Cause cause, @Nullable String onlyCluster, Full full) {
        boolean goesOn = switch (latest) {
            case Succeeded -> true;
            case Failed -> cause == Cause.CatchUp;
            case Other -> false;
        };
        return goesOn
                && switch (full) {
                    case Succeeded -> true;
                    case Stopped ->
                        switch (cause) {
                            case Retry -> onlyCluster == null;
                            case CatchUp, DriftCorrection -> true;
                            case Publish, Rerun -> false;
                        };
                    case Other -> false;
                };
    }
}
