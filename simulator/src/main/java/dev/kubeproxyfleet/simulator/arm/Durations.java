package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.Random;

/** How long operations take: log-normal, as durations of many small steps are. Not thread-safe. */
final class Durations {

    private final Random random;
    private final double medianSeconds;
    private final double spread;

    Durations(long seed, Duration median, double spread, double speed) {
        this.random = new Random(seed);
        this.medianSeconds = median.toNanos() / 1e9 / speed;
        this.spread = spread;
    }

    Duration next() {
        return Duration.ofNanos((long) (medianSeconds * Math.exp(spread * random.nextGaussian()) * 1e9));
    }
}
