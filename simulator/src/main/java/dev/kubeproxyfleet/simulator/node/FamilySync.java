package dev.kubeproxyfleet.simulator.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far one kube-proxy process has programmed one IP family. Not thread-safe.
 *
 * <p>The first synchronisation is due some time after the start; then there is one a period, asked for just before. One that
 * fails is tried again a period later, and what asked for it waits.
 */
final class FamilySync {

    /** What becomes of the synchronisations that are due. */
    enum Fate {
        DONE,
        /** Each counts as failed, and what asked for the first of them waits. */
        FAILED,
        /** None is done or counted, and kube-proxy is asked again each time. */
        HANGING
    }

    /** From the moment a synchronisation is asked for until it is done. */
    static final Duration DURATION = Duration.ofMillis(40);

    private final Duration period;
    private Instant due;
    private Instant queued;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private long syncs;
    private long failures;

    FamilySync(Instant startedAt, Instant firstDue, Duration period) {
        this.period = period;
        this.due = firstDue;
        this.queued = startedAt;
    }

    /** Lets every synchronisation meet its fate that is due until {@code now}. */
    void advance(Instant now, Fate fate) {
        if (now.isBefore(due)) {
            return;
        }
        long attempts = Duration.between(due, now).dividedBy(period) + 1;
        Instant latest = due.plus(period.multipliedBy(attempts - 1));
        switch (fate) {
            case DONE -> {
                first = first == null ? due : first;
                queued = last == null && attempts == 1 ? queued : latest.minus(DURATION);
                last = latest;
                syncs += attempts;
            }
            case FAILED -> {
                if (last != null && !queued.isAfter(last)) {
                    queued = due.minus(DURATION);
                }
                failures += attempts;
            }
            case HANGING -> queued = latest.minus(DURATION);
        }
        due = latest.plus(period);
    }

    /** When it was programmed for the first time; empty before. */
    Optional<Instant> first() {
        return Optional.ofNullable(first);
    }

    /** When it was programmed last; empty before the first time. */
    Optional<Instant> last() {
        return Optional.ofNullable(last);
    }

    /** When a synchronisation was last asked for: later than {@link #last()} while it is still to come. */
    Instant queued() {
        return queued;
    }

    long syncs() {
        return syncs;
    }

    long failures() {
        return failures;
    }
}
