package dev.kubeproxyfleet.fleet.rollout;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** All chance of a simulation: the same seed throws the same. */
final class Dice {

    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 up to, but not including, {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends belong to it. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    Duration seconds(int least, int most) {
        return Duration.ofMillis(random.nextLong(least * 1_000L, most * 1_000L + 1));
    }

    /** The time to the next of events that come independently of each other. */
    Duration untilNext(Duration mean) {
        double share = -Math.log(1 - random.nextDouble());
        return Duration.ofMillis(1 + (long) (mean.toMillis() * share));
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
