package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.limit.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Which application has failed of late, and why. Thread-safe. */
final class RecentFailures {

    /** An application that has failed within this time counts as failing, whatever its threads do right now. */
    static final Duration FAILING_FOR = Duration.ofMinutes(1);

    static final int MAX_SHOWN = 500;

    private record Failure(String why, long at) {}

    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** @param nanoTime nanoseconds from any origin on, evenly */
    RecentFailures(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void failed(String purpose, Throwable failure) {
        failures.put(purpose, new Failure(Limits.cut(failure.toString(), MAX_SHOWN), nanoTime.getAsLong()));
    }

    /** Why, by purpose; of each application its last failure. */
    Map<String, String> failing() {
        long now = nanoTime.getAsLong();
        Map<String, String> failing = new HashMap<>();
        failures.forEach((purpose, failure) -> {
            if (now - failure.at() < FAILING_FOR.toNanos()) {
                failing.put(purpose, failure.why());
            }
        });
        return failing;
    }
}
