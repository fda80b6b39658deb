package dev.kubeproxyfleet.cli;

import java.time.Duration;
import java.time.Instant;

/** How long something has been, in the two largest units that say something: {@code 12s}, {@code 3m05s}, {@code 2h10m}, {@code 4d}. */
final class Ages {

    private Ages() {}

    static String between(Instant from, Instant to) {
        return of(Duration.between(from, to));
    }

    /** A negative length, which clocks that differ produce, counts as none. */
    static String of(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return "%dm%02ds".formatted(seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return "%dh%02dm".formatted(seconds / 3600, seconds / 60 % 60);
        }
        return "%dd".formatted(seconds / 86_400);
    }
}
