package dev.kubeproxyfleet.simulator.network;

import java.time.Duration;

/** What a {@link Relay} does to connections. */
public sealed interface Weather {

    /** Everything goes through at once. */
    Weather FAIR = new Slow(Duration.ZERO, Long.MAX_VALUE);

    /** Connections are reset, and new ones as soon as they are made, as by a firewall that rejects. */
    record Cut() implements Weather {}

    /** Connections stay open and nothing comes through, as where packets are lost; what was sent meanwhile arrives afterwards. */
    record Silent() implements Weather {}

    /**
     * Everything goes through late.
     *
     * @param delay of each piece of at most {@value Relay#PIECE_BYTES} bytes, in each direction
     * @param bytesPerSecond of each connection, in each direction
     */
    record Slow(Duration delay, long bytesPerSecond) implements Weather {
        public Slow {
            if (delay.isNegative() || bytesPerSecond <= 0) {
                throw new IllegalArgumentException("delay is not negative, bytesPerSecond is positive");
            }
        }

        /** How long a piece is held back. */
        Duration hold(int bytes) {
            return delay.plusNanos((long) (bytes * 1e9 / bytesPerSecond));
        }
    }
}
