package dev.kubeproxyfleet.fleet.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far our clock is ahead of the broker's, told by how old records are when they are read. A backlog makes them old too, but
 * shrinks while it is worked off: only an age that stays the same for a while is the clocks'.
 */
final class BrokerClock {

    /** Ages are compared within two such spans, the last whole one and the one under way. */
    static final Duration SPAN = Duration.ofSeconds(30);

    /** By how much ages may differ in a span and still count as the same. */
    static final Duration STEADY = Duration.ofSeconds(5);

    private @Nullable Span current;
    private @Nullable Span whole;

    private record Span(Instant since, Duration least, Duration most) {

        Span with(Duration age) {
            if (age.compareTo(least) >= 0 && age.compareTo(most) <= 0) {
                return this;
            }
            return new Span(since, age.compareTo(least) < 0 ? age : least, age.compareTo(most) > 0 ? age : most);
        }

        boolean endedBy(Instant now) {
            return !now.isBefore(since.plus(SPAN));
        }

        boolean steady() {
            return most.minus(least).compareTo(STEADY) <= 0;
        }
    }

    /** A record that the broker took at {@code appendedAt} was read. */
    void read(Instant appendedAt, Instant now) {
        Duration age = Duration.between(appendedAt, now);
        roll(now);
        current = current == null ? new Span(now, age, age) : current.with(age);
    }

    /** Negative if our clock is behind; empty if it is not known. */
    Optional<Duration> ahead(Instant now) {
        roll(now);
        if (whole == null || !whole.steady()) {
            return Optional.empty();
        }
        if (current == null) {
            return Optional.of(whole.least);
        }
        Span both = current.with(whole.least).with(whole.most);
        return both.steady() ? Optional.of(both.least) : Optional.empty();
    }

    private void roll(Instant now) {
        if (current != null && current.endedBy(now)) {
            // What is older than two spans tells nothing of now.
            whole = now.isBefore(current.since.plus(SPAN.multipliedBy(2))) ? current : null;
            current = null;
        } else if (whole != null && current == null && !now.isBefore(whole.since.plus(SPAN.multipliedBy(2)))) {
            whole = null;
        }
    }
}
