package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * For how long this replica may take its partitions for its own without hearing so again from Kafka, which gives them to others
 * after a session without a sign of life. Once it has run out, nothing is held before it is begun anew. Thread-safe.
 */
final class Lease {

    private final InstantSource steady;
    private final Duration length;
    private Instant until = Instant.MIN;
    private boolean lapsed = true;

    /**
     * @param steady goes on evenly, also while the process stands still
     * @param length shorter than the session
     */
    Lease(InstantSource steady, Duration length) {
        this.steady = steady;
        this.length = length;
    }

    /** @param sent when the request was sent that Kafka has taken as a member's */
    synchronized void renewed(Instant sent) {
        until = sent.plus(length);
    }

    synchronized boolean isHeld() {
        lapsed |= !steady.instant().isBefore(until);
        return !lapsed;
    }

    /** Nothing goes on any more that has relied on it. */
    synchronized void begin() {
        lapsed = false;
    }
}
