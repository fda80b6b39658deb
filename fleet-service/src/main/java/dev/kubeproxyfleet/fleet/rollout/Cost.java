package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the change of a cluster cost, by what its nodes count: told once, some time after the cluster has settled. */
public sealed interface Cost {

    /** @param from when Azure was asked to change the cluster */
    record Running(Instant from) implements Cost {}

    /**
     * The cluster has converged, or has failed with the change in place.
     *
     * @param until until when what its nodes count is the cost of the change
     * @param dueAt when they have told it
     */
    record Settling(Instant from, Instant settledAt, Instant until, Instant dueAt) implements Cost {}

    /** @param signals those that nodes told within the hour up to then */
    record Told(Instant from, Instant settledAt, List<SignalCost> signals) implements Cost {

        public Told {
            signals = List.copyOf(signals);
        }
    }

    /** @param deviation null if nobody can tell: too little was watched, before the change or since */
    record SignalCost(Signal signal, @Nullable Deviation deviation) {}
}
