package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double up to a limit, each somewhere between half and all of its length, so that many do not retry in step. */
public record Backoff(Duration base, Duration max, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 20;

    public Backoff {
        if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException("kpfleet.azure.backoff-base must be above 0 and at most backoff-max");
        }
    }

    /** @param failures how many there were in a row, 1 for the first */
    public Duration after(int failures) {
        Duration full = base.multipliedBy(1L << Math.min(MAX_DOUBLINGS, Math.max(0, failures - 1)));
        return jittered(full.compareTo(max) > 0 ? max : full);
    }

    /** Between half and all of {@code time}. */
    Duration jittered(Duration time) {
        long half = Math.max(1, time.toNanos() / 2);
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }
}
