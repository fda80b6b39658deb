package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The time, how it passes, and the chance that keeps replicas from acting in step. */
record Timing(Pause pause, InstantSource clock, RandomGenerator random) {

    Instant now() {
        return clock.instant();
    }

    /** Some time in the second half of {@code interval}. */
    Duration jittered(Duration interval) {
        long half = Math.max(1, interval.toNanos() / 2);
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }
}
