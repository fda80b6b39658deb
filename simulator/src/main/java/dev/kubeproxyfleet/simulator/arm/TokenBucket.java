package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.time.Instant;

/** A bucket that tells how many calls are left. Not thread-safe. */
final class TokenBucket {

    private final int capacity;
    private final double refillPerSecond;
    private double left;
    private Instant filledAt;

    TokenBucket(int capacity, double refillPerSecond, Instant now) {
        this.capacity = capacity;
        this.refillPerSecond = refillPerSecond;
        this.left = capacity;
        this.filledAt = now;
    }

    /** Spends one and returns the whole ones left, never below zero. */
    long spend(Instant now) {
        double seconds = Duration.between(filledAt, now).toNanos() / 1e9;
        left = Math.min(capacity, left + Math.max(0, seconds) * refillPerSecond);
        filledAt = now;
        left = Math.max(0, left - 1);
        return (long) left;
    }
}
