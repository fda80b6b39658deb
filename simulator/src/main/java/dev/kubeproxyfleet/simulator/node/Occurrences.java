package dev.kubeproxyfleet.simulator.node;

import java.time.Instant;

/**
 * A counter of something that happens at random on a node. What it counts depends on the seed, on the times and on the rates
 * alone, and not on how often one looks. Not thread-safe.
 */
final class Occurrences {

    static final long SLOT_MILLIS = 100;

    /** Of a longer time without a look only this much is simulated. */
    static final long MAX_SLOTS = 6_000;

    private final long seed;
    private long slot;
    private long total;

    /** @param total what it has counted before {@code since} */
    Occurrences(long seed, Instant since, long total) {
        this.seed = seed;
        this.slot = slot(since);
        this.total = total;
    }

    /** Lets time pass in which it happens {@code perSecond} times a second in the mean. */
    void advance(Instant until, double perSecond) {
        long end = slot(until);
        double perSlot = perSecond * SLOT_MILLIS / 1e3;
        for (slot = Math.max(slot, end - MAX_SLOTS); slot < end; slot++) {
            total += (long) (perSlot + uniform(seed ^ slot));
        }
    }

    long total() {
        return total;
    }

    private static long slot(Instant at) {
        return Math.floorDiv(at.toEpochMilli(), SLOT_MILLIS);
    }

    /** In [0, 1), by the mixing function of SplitMix64, of which neighbours have nothing in common. */
    private static double uniform(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
    }
}
