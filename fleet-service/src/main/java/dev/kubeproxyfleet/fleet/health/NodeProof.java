package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import org.jspecify.annotations.Nullable;

/**
 * Whether a snapshot proves what its node shows. Pure.
 *
 * <p>kube-proxy tells its configured mode from its first second, so its word alone proves nothing: it must have programmed its
 * rules since it started, and mode IPVS must show in the kernel. Of several reasons against it the most serious counts, in the
 * order of {@link Proof}.
 */
final class NodeProof {

    static final String IPVS = "ipvs";

    private NodeProof() {}

    /** @param mode kube-proxy's word; null if it does not tell */
    static Proof of(NodeStats stats, @Nullable String mode) {
        if (IPVS.equals(mode)) {
            IpvsState table = stats.getIpvs();
            if (table == null) {
                return !has(stats, EvidenceReason.IpvsMissing) && has(stats, EvidenceReason.ProcUnreadable)
                        ? Proof.IpvsUnreadable
                        : Proof.IpvsMissing;
            }
            if (table.getServices() <= 0) {
                return table.getSkippedLines().isEmpty() ? Proof.IpvsEmpty : Proof.IpvsUnreadable;
            }
        }
        KubeProxySync sync = stats.getKubeProxySync();
        return switch (sync == null ? RuleSync.Unknown : sync.getState()) {
            case NotSynced -> Proof.NotSynced;
            case Overdue -> Proof.SyncOverdue;
            case Unknown -> Proof.SyncUnknown;
            case Synced -> mode == null ? Proof.ModeUnknown : Proof.Proven;
        };
    }

    private static boolean has(NodeStats stats, EvidenceReason reason) {
        return stats.getEvidence().stream().map(Evidence::getCode).anyMatch(reason.code()::equals);
    }
}
