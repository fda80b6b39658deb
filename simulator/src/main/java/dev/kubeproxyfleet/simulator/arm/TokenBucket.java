package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.time.Instant;

/**
 * A bucket that refuses when it is empty, and then until the caller has kept quiet for as long as it was told: a request that
 * comes earlier begins the wait anew. Not thread-safe.
 */
final class TokenBucket {

    /** What a request is told. */
    sealed interface Spending {
        /** @param left whole tokens */
        record Granted(long left) implements Spending {}

        /** @param retryAfter whole seconds, at least one */
        record Refused(Duration retryAfter) implements Spending {}
    }

    private final int capacity;
    private final double refillPerSecond;
    private double left;
    private Instant filledAt;
    private Instant quietUntil = Instant.MIN;

    TokenBucket(int capacity, double refillPerSecond, Instant now) {
        this.capacity = capacity;
        this.refillPerSecond = refillPerSecond;
        this.left = capacity;
        this.filledAt = now;
    }

    Spending spend(Instant now) {
        double seconds = Duration.between(filledAt, now).toNanos() / 1e9;
        left = Math.min(capacity, left + Math.max(0, seconds) * refillPerSecond);
        filledAt = now;
        if (left < 1 || now.isBefore(quietUntil)) {
            long wait = Math.max(1, (long) Math.ceil((1 - left) / refillPerSecond));
            quietUntil = now.plusSeconds(wait);
            return new Spending.Refused(Duration.ofSeconds(wait));
        }
        left -= 1;
        return new Spending.Granted((long) left);
    }
}
