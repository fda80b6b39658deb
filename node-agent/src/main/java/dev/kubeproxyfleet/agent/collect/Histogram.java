package dev.kubeproxyfleet.agent.collect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts in a fixed number of buckets, reused from snapshot to snapshot. */
final class Histogram {

    /** Buckets of {@link #addDoubling}: 0, 1, 2 to 3, 4 to 7, and so on up to 2^62. */
    static final int DOUBLING_BUCKETS = Long.SIZE;

    private final int[] counts;

    Histogram(int buckets) {
        counts = new int[buckets];
    }

    void clear() {
        Arrays.fill(counts, 0);
    }

    void add(int bucket) {
        counts[bucket]++;
    }

    /** @param value not negative */
    void addDoubling(long value) {
        counts[Long.SIZE - Long.numberOfLeadingZeros(value)]++;
    }

    /** Empty buckets at the end are left out. */
    List<Integer> toList() {
        int length = counts.length;
        while (length > 0 && counts[length - 1] == 0) {
            length--;
        }
        List<Integer> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(counts[i]);
        }
        return list;
    }
}
