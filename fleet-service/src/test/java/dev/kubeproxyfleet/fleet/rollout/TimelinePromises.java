package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Phase;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Stretch;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Timeline;
import java.time.Instant;
import java.util.List;

/** What a stage is said to have done is without gaps and without overlaps, up to the state that it is in. */
final class TimelinePromises {

    private TimelinePromises() {}

    static void check(Rollout rollout, Stage stage) {
        Timeline timeline = stage.timeline();
        List<Phase> phases = timeline.phases();
        Instant end = null;
        for (Phase phase : phases) {
            check(end == null || phase.since().equals(end), "has a gap", rollout, stage);
            end = phase.until();
        }
        check(end == null || end.equals(stage.state().since()), "does not lead to its state", rollout, stage);
        check(
                !timeline.whole()
                        || stage.state() instanceof StageState.Waiting
                        || (!phases.isEmpty() && phases.getFirst().state() == RolloutStatus.StageState.Waiting),
                "does not begin with its begin",
                rollout,
                stage);
        check(
                (timeline.workingSince() != null) == (stage.inFlight() > 0),
                "does not say whether clusters are in flight",
                rollout,
                stage);
        Instant worked = Instant.MIN;
        for (Stretch stretch : timeline.worked()) {
            check(!stretch.since().isBefore(worked), "has work twice", rollout, stage);
            worked = stretch.until();
        }
    }

    private static void check(boolean holds, String broken, Rollout rollout, Stage stage) {
        if (!holds) {
            throw new SimulationFailure("the timeline of stage %s of %s %s: %s in %s"
                    .formatted(stage.spec().name(), rollout.id(), broken, stage.timeline(), stage.state()));
        }
    }
}
