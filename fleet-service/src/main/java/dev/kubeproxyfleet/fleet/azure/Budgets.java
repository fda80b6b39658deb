package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Spends Azure's token buckets before Azure has to refuse, and believes Azure when it refuses all the same.
 *
 * <p>Each bucket is a generic cell rate algorithm (ITU-T I.371): one instant at which the bucket is full again, so that
 * counting is exact. Whoever finds a bucket empty reserves the next token that will be there: callers are served in the order in
 * which they came, and each waits once. Thread-safe.
 */
final class Budgets {

    /** Buckets kept; full ones beyond it are forgotten, which changes nothing. */
    static final int MAX_BUCKETS = 20_000;

    /** Pause after a 429 without {@code Retry-After}. */
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(30);

    /**
     * Part of a bucket that is left alone, one token at least: Azure starts to refill when the first request of a burst arrives,
     * so one that travels faster than the first would come too early.
     */
    static final double HEADROOM = 0.02;

    /** Factor by which a bucket refills slower from a 429 until its {@code Retry-After} has passed. */
    static final int SLOWED = 2;

    /** Codes of Azure Resource Manager's own 429s; others come from the resource provider behind it. */
    private static final Set<String> OF_ARM = Set.of(
            "subscriptionrequeststhrottled",
            "tenantrequeststhrottled",
            "resourcerequeststhrottled",
            "resourcecollectionrequeststhrottled");

    /** @param scope what the bucket is for: a cluster, a subscription, or {@code <subscription>/<region>} */
    record Key(Budget budget, String scope) {}

    /** Told of every bucket that is used for the first time. */
    @FunctionalInterface
    interface Observer {
        void opened(Key key);
    }

    private static final class Bucket {
        /** When it is full again if nobody takes anything more. */
        Instant fullAt;
        /** Nothing is sent before; a request that comes earlier would begin ARM's wait anew. */
        Instant heldUntil = Instant.MIN;

        Bucket(Instant now) {
            this.fullAt = now;
        }
    }

    private final InstantSource clock;
    private final double timeScale;
    private final Map<Key, Bucket> buckets = new HashMap<>();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();

    /** @param timeScale how many times faster than Azure's the buckets refill */
    Budgets(InstantSource clock, double timeScale) {
        if (!(timeScale > 0)) {
            throw new IllegalArgumentException("kpfleet.azure.time-scale must be greater than 0, not " + timeScale);
        }
        this.clock = clock;
        this.timeScale = timeScale;
    }

    void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Takes a token from every bucket of the call and says when they are there: zero if it may be made now. After a wait the
     * caller asks {@link #held} before it sends.
     */
    Duration reserve(ArmRequest request) {
        List<Key> opened;
        Duration wait = Duration.ZERO;
        synchronized (this) {
            Instant now = clock.instant();
            opened = request.kind().budgets().stream()
                    .map(budget -> key(budget, request))
                    .filter(key -> !buckets.containsKey(key))
                    .toList();
            for (Budget budget : request.kind().budgets()) {
                Bucket bucket = buckets.computeIfAbsent(key(budget, request), key -> new Bucket(now));
                Instant full = bucket.fullAt.isBefore(now) ? now : bucket.fullAt;
                Instant oneAt = full.minus(refill(budget).multipliedBy(capacity(budget) - 1L));
                wait = longer(wait, Duration.between(now, oneAt));
                Duration step = refill(budget);
                bucket.fullAt = full.plus(bucket.heldUntil.isAfter(now) ? step.multipliedBy(SLOWED) : step);
            }
            if (buckets.size() > MAX_BUCKETS) {
                buckets.values().removeIf(bucket -> !bucket.fullAt.isAfter(now) && !bucket.heldUntil.isAfter(now));
            }
        }
        opened.forEach(key -> observers.forEach(observer -> observer.opened(key)));
        return wait;
    }

    /** Puts back what was reserved for a call that is not made. */
    synchronized void giveBack(ArmRequest request) {
        for (Budget budget : request.kind().budgets()) {
            Bucket bucket = buckets.get(key(budget, request));
            if (bucket != null) {
                bucket.fullAt = bucket.fullAt.minus(refill(budget));
            }
        }
    }

    /** Whether such a call could be made at once. */
    synchronized boolean available(ArmRequest request) {
        return held(request).isZero()
                && request.kind().budgets().stream().allMatch(budget -> left(key(budget, request)) >= 1);
    }

    /** How long ARM has asked to wait with such calls, whatever was reserved: zero if it has not. */
    synchronized Duration held(ArmRequest request) {
        Instant now = clock.instant();
        Duration wait = Duration.ZERO;
        for (Budget budget : request.kind().budgets()) {
            Bucket bucket = buckets.get(key(budget, request));
            if (bucket != null && bucket.heldUntil.isAfter(now)) {
                wait = longer(wait, Duration.between(now, bucket.heldUntil));
            }
        }
        return wait;
    }

    /**
     * Takes notice of an answer. After a 429 the bucket that ran dry is empty until {@code Retry-After} has passed, and refills
     * at half its rate until then; what ARM says to remain corrects the own count downwards.
     */
    synchronized void learn(ArmRequest request, ArmResult result) {
        Instant now = clock.instant();
        if (result instanceof ArmResult.ArmError error && error.status() == 429) {
            Duration wait = error.retryAfter() == null ? DEFAULT_RETRY_AFTER : error.retryAfter();
            boolean ofArm = OF_ARM.contains(error.code().code().toLowerCase(Locale.ROOT));
            for (Budget budget : request.kind().budgets()) {
                if (budget.ofArm() == ofArm || request.kind().budgets().size() == 1) {
                    Bucket bucket = buckets.computeIfAbsent(key(budget, request), key -> new Bucket(now));
                    Instant until = now.plus(wait);
                    bucket.heldUntil = later(bucket.heldUntil, until);
                    bucket.fullAt =
                            later(bucket.fullAt, until.plus(refill(budget).multipliedBy(capacity(budget) - 1L)));
                }
            }
        }
        Integer remaining = result.remaining();
        if (remaining != null) {
            for (Budget budget : request.kind().budgets()) {
                if (budget.ofArm()) {
                    Bucket bucket = buckets.computeIfAbsent(key(budget, request), key -> new Bucket(now));
                    long missing = Math.max(0L, budget.capacity() - remaining.longValue());
                    // The headroom is what makes ARM's count and the own one differ anyway.
                    long known = Math.max(0L, missing - (budget.capacity() - capacity(budget)));
                    bucket.fullAt = later(bucket.fullAt, now.plus(refill(budget).multipliedBy(known)));
                }
            }
        }
    }

    /** Tokens left in one bucket. */
    synchronized double left(Key key) {
        Bucket bucket = buckets.get(key);
        return bucket == null ? capacity(key.budget()) : left(key.budget(), bucket, clock.instant());
    }

    /** Tokens left in the emptiest bucket of this budget. */
    synchronized double lowest(Budget budget) {
        Instant now = clock.instant();
        return buckets.entrySet().stream()
                .filter(entry -> entry.getKey().budget() == budget)
                .mapToDouble(entry -> left(budget, entry.getValue(), now))
                .min()
                .orElse(capacity(budget));
    }

    private double left(Budget budget, Bucket bucket, Instant now) {
        double missing = (double) Duration.between(now, bucket.fullAt).toNanos()
                / refill(budget).toNanos();
        return Math.max(0, Math.min(capacity(budget), capacity(budget) - missing));
    }

    /** Buckets that are remembered. */
    synchronized int buckets() {
        return buckets.size();
    }

    /** Tokens that are spent of a full bucket. */
    static int capacity(Budget budget) {
        return budget.capacity() - Math.max(1, (int) (budget.capacity() * HEADROOM));
    }

    /** Time in which one call is granted anew. */
    Duration refill(Budget budget) {
        return Duration.ofNanos(Math.max(1, Math.round(budget.refill().toNanos() / timeScale)));
    }

    private static Key key(Budget budget, ArmRequest request) {
        return new Key(budget, request.scope(budget.per()));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
