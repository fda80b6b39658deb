package dev.kubeproxyfleet.fleet.api;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of request bodies that are held in memory; never more than the limit. Thread-safe. */
final class BytesInFlight {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    BytesInFlight(long limit) {
        this.limit = limit;
    }

    /** Returns false, and takes none, if they would be too many. */
    boolean take(long bytes) {
        long before = held.getAndUpdate(now -> now + bytes > limit ? now : now + bytes);
        return before + bytes <= limit;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
