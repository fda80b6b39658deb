package dev.kubeproxyfleet.fleet.azure;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;

/** A clock for spans of time: it goes on evenly when the system's is set. */
@Singleton
@Typed(SteadyClock.class)
public final class SteadyClock implements InstantSource {

    private final Instant start;
    private final long origin = System.nanoTime();

    SteadyClock(InstantSource clock) {
        start = clock.instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - origin);
    }
}
