package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spends Azure's token buckets before Azure has to refuse, and believes Azure when it refuses all the same.
 *
 * <p>Each bucket is a generic cell rate algorithm (ITU-T I.371): one instant at which the bucket is full again, so that
 * counting is exact. Thread-safe.
 */
final class Budgets {

    /** Buckets kept; full ones beyond it are forgotten, which changes nothing. */
    static final int MAX_BUCKETS = 20_000;

    /** Pause after a 429 without {@code Retry-After}. */
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(30);

    private record Key(Budget budget, String scope) {}

    private record Hold(CallKind kind, String scope) {}

    private final InstantSource clock;
    private final double timeScale;
    private final Map<Key, Instant> fullAt = new HashMap<>();
    private final Map<Hold, Instant> heldUntil = new HashMap<>();

    /** @param timeScale how many times faster than Azure's the buckets refill */
    Budgets(InstantSource clock, double timeScale) {
        if (!(timeScale > 0)) {
            throw new IllegalArgumentException("kpfleet.azure.time-scale must be greater than 0, not " + timeScale);
        }
        this.clock = clock;
        this.timeScale = timeScale;
    }

    /** Takes a token from every bucket of the call, or none and says how long to wait: zero if it may be made now. */
    synchronized Duration take(ArmRequest request) {
        Instant now = clock.instant();
        Duration wait = Duration.ZERO;
        Hold hold = hold(request);
        Instant until = heldUntil.get(hold);
        if (until != null) {
            if (until.isAfter(now)) {
                wait = Duration.between(now, until);
            } else {
                heldUntil.remove(hold);
            }
        }
        for (Budget budget : request.kind().budgets()) {
            wait = longer(wait, untilOne(budget, fullAt.get(key(budget, request)), now));
        }
        if (wait.isZero()) {
            for (Budget budget : request.kind().budgets()) {
                Key key = key(budget, request);
                Instant full = fullAt.get(key);
                fullAt.put(key, (full == null || full.isBefore(now) ? now : full).plus(refill(budget)));
            }
            if (fullAt.size() > MAX_BUCKETS) {
                fullAt.values().removeIf(full -> !full.isAfter(now));
            }
        }
        return wait;
    }

    /** Takes notice of an answer: after a 429, calls of that kind in that scope wait as long as ARM asked. */
    synchronized void learn(ArmRequest request, ArmResult result) {
        if (result instanceof ArmResult.ArmError error && error.status() == 429) {
            Duration wait = error.retryAfter() == null ? DEFAULT_RETRY_AFTER : error.retryAfter();
            heldUntil.merge(
                    hold(request), clock.instant().plus(wait), (held, asked) -> held.isAfter(asked) ? held : asked);
        }
    }

    /** Tokens left in the emptiest bucket of this budget. */
    synchronized double lowest(Budget budget) {
        Instant now = clock.instant();
        double lowest = budget.capacity();
        for (Map.Entry<Key, Instant> entry : fullAt.entrySet()) {
            if (entry.getKey().budget() == budget && entry.getValue().isAfter(now)) {
                double missing =
                        (double) Duration.between(now, entry.getValue()).toNanos()
                                / refill(budget).toNanos();
                lowest = Math.min(lowest, budget.capacity() - missing);
            }
        }
        return Math.max(0, lowest);
    }

    /** Buckets that are remembered. */
    synchronized int buckets() {
        return fullAt.size();
    }

    private Duration untilOne(Budget budget, @Nullable Instant full, Instant now) {
        if (full == null) {
            return Duration.ZERO;
        }
        Instant oneAt = full.minus(refill(budget).multipliedBy(budget.capacity() - 1L));
        return oneAt.isAfter(now) ? Duration.between(now, oneAt) : Duration.ZERO;
    }

    private Duration refill(Budget budget) {
        return Duration.ofNanos(Math.max(1, Math.round(budget.refill().toNanos() / timeScale)));
    }

    private static Hold hold(ArmRequest request) {
        // A refusal of one cluster's writes says nothing about its neighbours.
        return new Hold(request.kind(), request.scope(Budget.Per.CLUSTER));
    }

    private static Key key(Budget budget, ArmRequest request) {
        return new Key(budget, request.scope(budget.per()));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
