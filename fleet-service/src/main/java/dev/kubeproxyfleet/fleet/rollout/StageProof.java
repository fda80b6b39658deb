package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;

/**
 * Whether a stage has shown what the stages after it rely on. One in which no cluster converged, since they were skipped, are
 * gone or failed, has shown nothing.
 */
final class StageProof {

    private StageProof() {}

    /** Whether a person is asked before the stage counts as done: because its spec says so, or because it has shown nothing. */
    static boolean asksAPerson(Rollout rollout, int index) {
        boolean isLast = index == rollout.stages().size() - 1;
        boolean asked = rollout.stages().get(index).spec().approval() == Approval.after;
        return (asked && (isLast || somethingFollows(rollout, index))) || isMissing(rollout, index);
    }

    /** Whether clusters would change next that rely on a stage which has shown nothing. */
    static boolean isMissing(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        boolean goesOnAfterFailures = stage.counts().failed() > 0
                && (rollout.spec().strategy().onFailure() == OnFailure.Continue || stage.hasAcceptedFailures());
        return stage.counts().total() > 0
                && stage.counts().converged() == 0
                && !goesOnAfterFailures
                && somethingFollows(rollout, index);
    }

    /** Why a person is asked. */
    static String missing(Stage stage) {
        return (stage.counts().total() == 1
                        ? "the only cluster of stage " + stage.spec().name() + " has not"
                        : "none of the " + stage.counts().total() + " clusters of stage "
                                + stage.spec().name() + " has")
                + " converged, so it has shown nothing; the next stage begins once it is approved";
    }

    /** Whether clusters of later stages are still to be changed. */
    static boolean somethingFollows(Rollout rollout, int index) {
        return rollout.stages().stream().skip(index + 1L).anyMatch(stage -> !stage.isFinished());
    }
}
