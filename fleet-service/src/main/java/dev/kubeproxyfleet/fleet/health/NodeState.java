package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a node: its latest snapshot, as far as a cluster's health needs it. Null is unknown.
 *
 * @param takenAt by the node's clock; orders a node's snapshots
 * @param heardAt by the broker's clock, and never after it was folded; tells whether the node is silent
 * @param interval between two snapshots, within {@link HealthFold#MIN_INTERVAL} and {@link HealthFold#MAX_INTERVAL}
 * @param mode kube-proxy's word
 * @param scheduler the kernel's; {@link HealthFold#MIXED} if the services of the node differ
 * @param proof whether the node proves what it shows
 * @param timeoutsByKernel the timeouts are the kernel's; else they are kube-proxy's word
 * @param evidence codes of what does not fit together on the node, in order
 */
record NodeState(
        String node,
        String bootId,
        Instant takenAt,
        Instant heardAt,
        Duration interval,
        @Nullable String mode,
        @Nullable String scheduler,
        @Nullable Integer tcpTimeoutSeconds,
        @Nullable Integer tcpFinTimeoutSeconds,
        @Nullable Integer udpTimeoutSeconds,
        Proof proof,
        boolean timeoutsByKernel,
        int services,
        int backends,
        long activeConnections,
        long inactiveConnections,
        @Nullable Double connectionsPerSecond,
        @Nullable Double imbalance,
        @Nullable Long tcpAttemptFailsTotal,
        @Nullable Double tcpAttemptFailsPerSecond,
        List<String> evidence) {

    NodeState {
        evidence = List.copyOf(evidence);
    }

    /** The earlier of the node's clock and the broker's: the snapshot is at least as old as this. */
    Instant snapshotAt() {
        return takenAt.isBefore(heardAt) ? takenAt : heardAt;
    }

    boolean silentAt(Instant now) {
        return HealthFold.silent(heardAt, interval, now);
    }
}
