package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a node: its latest snapshot, as far as a cluster's health needs it. Null is unknown.
 *
 * @param takenAt by the node's clock; orders a node's snapshots
 * @param heardAt by the broker's clock, and never after it was folded; tells whether the node is silent
 * @param interval between two snapshots, within {@link HealthFold#MIN_INTERVAL} and {@link HealthFold#MAX_INTERVAL}
 * @param shown what it shows, as of one node; its scheduler is {@link HealthFold#MIXED} if the services of the node differ
 * @param evidence codes of what does not fit together on the node, in order
 * @param starts of its kube-proxy on this boot
 * @param proven whether its token has proven that it is a node of its cluster
 */
record NodeState(
        String node,
        String bootId,
        Instant takenAt,
        Instant heardAt,
        Duration interval,
        ObservedConfiguration shown,
        int services,
        int backends,
        long activeConnections,
        long inactiveConnections,
        @Nullable Double connectionsPerSecond,
        @Nullable Double imbalance,
        @Nullable Long tcpAttemptFailsTotal,
        @Nullable Double tcpAttemptFailsPerSecond,
        List<String> evidence,
        NodeCounters counters,
        @Nullable KubeProxyStarts starts,
        @Nullable String kubeProxyVersion,
        @Nullable ProbeState probe,
        NodeDetails details,
        boolean proven) {

    NodeState {
        evidence = List.copyOf(evidence);
    }

    /** Whether nobody could decide otherwise by this one than by the other: only times, figures and what counters grew by differ. */
    boolean saysTheSame(NodeState other) {
        return bootId.equals(other.bootId)
                && interval.equals(other.interval)
                && Objects.equals(shown.getMode(), other.shown.getMode())
                && Objects.equals(shown.getScheduler(), other.shown.getScheduler())
                && Objects.equals(shown.getTcpTimeoutSeconds(), other.shown.getTcpTimeoutSeconds())
                && Objects.equals(shown.getTcpFinTimeoutSeconds(), other.shown.getTcpFinTimeoutSeconds())
                && Objects.equals(shown.getUdpTimeoutSeconds(), other.shown.getUdpTimeoutSeconds())
                && shown.getProof() == other.shown.getProof()
                && shown.getTimeoutsByKernel() == other.shown.getTimeoutsByKernel()
                && proven == other.proven
                && evidence.equals(other.evidence)
                && probe == other.probe
                && KubeProxyStarts.areSame(starts, other.starts)
                && Objects.equals(kubeProxyVersion, other.kubeProxyVersion)
                && details.getAgentVersion().equals(other.details.getAgentVersion())
                && details.getKernelRelease().equals(other.details.getKernelRelease());
    }

    boolean silentAt(Instant now) {
        return HealthFold.silent(heardAt, interval, now);
    }
}
