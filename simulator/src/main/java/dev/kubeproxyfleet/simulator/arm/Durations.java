package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.Random;

/** Draws times, as often as it is asked. Not thread-safe. */
final class Durations {

    private final Random random;
    private final double medianSeconds;
    private final double spread;

    Durations(long seed, ArmOptions.LogNormal times, double speed) {
        this.random = new Random(seed);
        this.medianSeconds = times.median().toNanos() / 1e9 / speed;
        this.spread = times.spread();
    }

    Duration next() {
        return Duration.ofNanos((long) (medianSeconds * Math.exp(spread * random.nextGaussian()) * 1e9));
    }
}
