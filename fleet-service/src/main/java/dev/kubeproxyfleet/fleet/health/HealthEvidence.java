package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.Proof;

/** What a record of {@code cluster-health} is to the core, for all who ask the core. */
public final class HealthEvidence {

    private HealthEvidence() {}

    public static Evidence of(ClusterHealth health) {
        return new Evidence(
                health.getNodesReporting(),
                health.getActiveConnections(),
                health.getObserved().stream().map(HealthEvidence::observed).toList(),
                health.getClockSkewSeconds());
    }

    private static Evidence.Observed observed(ObservedConfiguration observed) {
        return new Evidence.Observed(
                observed.getMode(),
                observed.getScheduler(),
                observed.getTcpTimeoutSeconds(),
                observed.getTcpFinTimeoutSeconds(),
                observed.getUdpTimeoutSeconds(),
                proof(observed.getProof()),
                observed.getTimeoutsByKernel(),
                observed.getNodes(),
                observed.getOldestSnapshotAt());
    }

    public static Evidence.Proof proof(Proof proof) {
        return switch (proof) {
            case Proven -> Evidence.Proof.PROVEN;
            case IpvsMissing -> Evidence.Proof.IPVS_MISSING;
            case IpvsUnreadable -> Evidence.Proof.IPVS_UNREADABLE;
            case IpvsEmpty -> Evidence.Proof.IPVS_EMPTY;
            case NotSynced -> Evidence.Proof.NOT_SYNCED;
            case SyncOverdue -> Evidence.Proof.SYNC_OVERDUE;
            case SyncUnknown -> Evidence.Proof.SYNC_UNKNOWN;
            case ModeUnknown -> Evidence.Proof.MODE_UNKNOWN;
        };
    }
}
