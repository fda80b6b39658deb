package dev.kubeproxyfleet.fleet.health;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * How long a cluster's rule synchronisations took, in chunks of half an hour where periods are a minute, so that what is slow is told by
 * an earlier time than the one that is judged. Not thread-safe.
 */
final class SyncDurations {

    /** Upper bounds that kube-proxy counts by, the last of which is infinite. */
    static final int BOUNDS = 16;

    static final int PERIODS_PER_CHUNK = 30;

    /** The one under way and three complete ones. */
    static final int CHUNKS = 4;

    /** Of fewer synchronisations nobody can tell what 99 % of them took. */
    static final int MIN_SYNCS = 100;

    private final SumRing[] byBound;

    SyncDurations() {
        this(new SumRing[BOUNDS]);
        for (int bound = 0; bound < BOUNDS; bound++) {
            byBound[bound] = new SumRing(CHUNKS, 0);
        }
    }

    private SyncDurations(SumRing[] byBound) {
        this.byBound = byBound;
    }

    /** @param syncs as many as there are bounds, each within its bound and beyond the one before */
    void add(long period, List<Long> syncs) {
        long chunk = period / PERIODS_PER_CHUNK;
        for (int bound = 0; bound < BOUNDS; bound++) {
            byBound[bound].advance(chunk);
            byBound[bound].add(chunk, syncs.get(bound));
        }
    }

    /**
     * Index of the bound that 99 % of the synchronisations before a period were within: of complete chunks without the newest
     * one, which may hold what is judged, or of that one alone where no other has enough. Empty if it has not either.
     */
    OptionalInt usual(long period) {
        long chunk = period / PERIODS_PER_CHUNK;
        OptionalInt earlier = usual(chunk - CHUNKS + 1, chunk - 2);
        return earlier.isPresent() ? earlier : usual(chunk - 1, chunk - 1);
    }

    private OptionalInt usual(long first, long last) {
        long all = 0;
        for (int bound = 0; bound < BOUNDS; bound++) {
            all += within(bound, first, last);
        }
        if (all < MIN_SYNCS) {
            return OptionalInt.empty();
        }
        long counted = 0;
        for (int bound = 0; bound < BOUNDS; bound++) {
            counted += within(bound, first, last);
            if (counted * 100 >= all * 99) {
                return OptionalInt.of(bound);
            }
        }
        throw new AssertionError("more than all");
    }

    private long within(int bound, long first, long last) {
        long sum = 0;
        for (long chunk = first; chunk <= last; chunk++) {
            sum += byBound[bound].get(chunk);
        }
        return sum;
    }

    void write(DataOutputStream out) throws IOException {
        for (SumRing ring : byBound) {
            ring.write(out);
        }
    }

    static SyncDurations read(DataInputStream in) throws IOException {
        SumRing[] byBound = new SumRing[BOUNDS];
        for (int bound = 0; bound < BOUNDS; bound++) {
            byBound[bound] = SumRing.read(CHUNKS, in);
        }
        return new SyncDurations(byBound);
    }
}
