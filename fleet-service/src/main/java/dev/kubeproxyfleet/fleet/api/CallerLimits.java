package dev.kubeproxyfleet.fleet.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How much each caller may change in a time, so that one that floods leaves room for others: a token bucket for each subject.
 * Thread-safe.
 */
final class CallerLimits {

    /** Callers remembered; beyond it those that ask least are forgotten, and have their whole allowance again. */
    static final int MAX_CALLERS = 10_000;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final int changes;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MAX_CALLERS).build();

    /** @param changes of a caller within a minute, and at once */
    CallerLimits(int changes, TimeMeter time) {
        this.changes = changes;
        this.time = time;
    }

    /**
     * Takes one change from the caller's allowance. Without a login, callers cannot be told apart, and have none.
     *
     * @throws RefusedException if nothing is left of it; it says when there will be
     */
    void change(Caller caller) {
        if (caller.subject() == null) {
            return;
        }
        ConsumptionProbe probe = buckets.get(caller.subject(), _ -> full()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw new RefusedException(
                    RequestReason.TooManyOwnChanges,
                    caller.name() + " has sent " + changes
                            + " requests within a minute that change or plan something, which is all that one caller may"
                            + " (kpfleet.api.max-changes-per-caller); nothing was done",
                    Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(changes).refillGreedy(changes, WINDOW))
                .withCustomTimePrecision(time)
                .build();
    }

    /** Callers that are remembered. */
    long callers() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
