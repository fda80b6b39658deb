package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Before;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How what the gates of a rollout's stages compare has developed, as far as the replica that answers has seen it.
 *
 * @param failsFrom evidence from which on a signal fails, if it is above its floor too
 * @param stages those of which anything is known, in order
 */
public record GateHistory(String rollout, double failsFrom, List<Stage> stages) {

    public GateHistory {
        stages = List.copyOf(stages);
    }

    /**
     * @param changes when Azure had applied the change to clusters of the stage, oldest first; of the first 500 clusters
     * @param signals in the order in which the stage's gates stand
     */
    public record Stage(String stage, List<Instant> changes, List<Signal> signals) {

        public Stage {
            changes = List.copyOf(changes);
            signals = List.copyOf(signals);
        }
    }

    /**
     * @param signal its key
     * @param knownSince from when on it is known, because the replica that answers was not there before; null if from the change on
     * @param before what both sides counted before the change; null if too little is known of it
     * @param points oldest first, at most 120, spread over the time that is known
     */
    public record Signal(
            String signal,
            @Nullable Instant knownSince,
            @Nullable Before before,
            List<Point> points) {

        public Signal {
            points = List.copyOf(points);
        }
    }

    /**
     * What both sides had counted since the change at one moment.
     *
     * @param changedNodeSeconds how long changed nodes had been watched, in sum
     * @param expectedEvents of the changed nodes had nothing changed; null if that was unknown
     * @param evidence how many times likelier it was if the change does harm
     */
    public record Point(
            Instant at,
            long changedEvents,
            double changedNodeSeconds,
            long unchangedEvents,
            double unchangedNodeSeconds,
            @Nullable Double expectedEvents,
            double evidence) {}
}
