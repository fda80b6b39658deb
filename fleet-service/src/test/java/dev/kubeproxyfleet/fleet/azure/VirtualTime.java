package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A clock that a pause moves, at once. */
final class VirtualTime implements InstantSource, Pause {

    static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    final List<Duration> pauses = new ArrayList<>();
    private Instant now = START;

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized void await(CompletionStage<?> wake, Duration atMost) {
        pauses.add(atMost);
        if (!wake.toCompletableFuture().isDone()) {
            now = now.plus(atMost);
        }
    }

    synchronized void advance(Duration time) {
        now = now.plus(time);
    }

    Duration passed() {
        return Duration.between(START, instant());
    }
}
