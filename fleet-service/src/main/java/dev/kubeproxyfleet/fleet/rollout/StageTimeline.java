package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Phase;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Stretch;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a stage did when. It is there to be shown; nothing is decided by it. */
final class StageTimeline {

    /** Earlier states of one stage that are kept; each retry adds three at most. */
    static final int MAX_PHASES = 20;

    /** Times with clusters in flight that are kept; a record of a rollout holds them, so there are not many. */
    static final int MAX_STRETCHES = 40;

    static final Timeline EMPTY = new Timeline(true, List.of(), List.of(), null);

    /** Of a stage that an earlier version has stored. */
    static final Timeline UNKNOWN = new Timeline(false, List.of(), List.of(), null);

    private StageTimeline() {}

    /** Once the stage has left a state for the next one. */
    static Timeline moved(Timeline timeline, StageState from, StageState to) {
        // A bake that a person has ended is the same bake.
        if (from.shown() == to.shown()) {
            return timeline;
        }
        List<Phase> phases = latest(timeline.phases(), new Phase(from.shown(), from.since(), to.since()), MAX_PHASES);
        boolean whole = timeline.whole() && phases.size() > timeline.phases().size();
        return new Timeline(whole, phases, timeline.worked(), timeline.workingSince());
    }

    /** As of {@code now}; the same object if nothing has changed. */
    static Timeline timed(Timeline timeline, boolean inFlight, Instant now) {
        Instant since = timeline.workingSince();
        if (inFlight == (since != null)) {
            return timeline;
        }
        if (since == null) {
            return new Timeline(timeline.whole(), timeline.phases(), timeline.worked(), now);
        }
        List<Stretch> worked = latest(timeline.worked(), new Stretch(since, now), MAX_STRETCHES);
        boolean whole = timeline.whole() && worked.size() > timeline.worked().size();
        return new Timeline(whole, timeline.phases(), worked, null);
    }

    private static <T> List<T> latest(List<T> known, T next, int most) {
        List<T> all = new ArrayList<>(known);
        all.add(next);
        return all.subList(Math.max(0, all.size() - most), all.size());
    }
}
