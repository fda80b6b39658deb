package dev.kubeproxyfleet.fleet.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's connections at one moment.
 *
 * @param connectionsPerSecond null where the nodes could not tell
 * @param imbalance of the worst node; 1 is even; null where no service had enough connections to tell
 */
public record HistoryPoint(
        Instant at,
        long activeConnections,
        long inactiveConnections,
        @Nullable Double connectionsPerSecond,
        @Nullable Double imbalance) {}
