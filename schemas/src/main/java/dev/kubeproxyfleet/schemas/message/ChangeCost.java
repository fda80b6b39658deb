package dev.kubeproxyfleet.schemas.message;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the change of a cluster cost, by what its nodes counted from the change until it had settled, beside the time before.
 *
 * @param from when Azure was asked to change it
 * @param settledAt when it had converged, or failed with the change in place
 * @param message one sentence for people
 * @param signals those that its nodes told within the hour before
 */
public record ChangeCost(Instant from, Instant settledAt, String message, List<SignalCost> signals) {

    public ChangeCost {
        signals = List.copyOf(signals);
    }

    /**
     * @param signal its key
     * @param deviation null if nobody can tell: too little was watched, before the change or since
     */
    public record SignalCost(String signal, @Nullable Deviation deviation) {}

    /**
     * How what was counted deviates from the time before.
     *
     * @param atMost for how long there was more than chance lets expect, at most; zero if no such time was seen
     * @param expectedEvents had nothing changed
     * @param unwatched for how long nothing is known of it
     * @param lasting whether it still deviated once the cluster had settled
     */
    public record Deviation(Duration atMost, long events, double expectedEvents, Duration unwatched, boolean lasting) {}
}
