package dev.kubeproxyfleet.fleet.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** One queue of everything that is going to happen, ordered by virtual time; what is due at once keeps its order. */
final class VirtualTime {

    private record Entry(long at, long number, Runnable what) {}

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::number));
    private long millis = START.toEpochMilli();
    private long scheduled;
    private Instant now = START;

    Instant now() {
        return now;
    }

    void after(Duration delay, Runnable what) {
        queue.add(new Entry(millis + delay.toMillis(), scheduled++, what));
    }

    /** Lets the next thing happen. */
    void runNext() {
        Entry next = queue.remove();
        if (next.at() > millis) {
            millis = next.at();
            now = Instant.ofEpochMilli(millis);
        }
        next.what().run();
    }
}
