package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
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

    /** The agent's code for a proc file that is there and tells nothing. */
    private static final String PROC_UNREADABLE = "proc-unreadable";

    /** The agent's code for a node whose kube-proxy says ipvs and whose kernel has no table. */
    private static final String IPVS_MISSING = "ipvs-missing";

    private NodeProof() {}

    /** @param mode kube-proxy's word; null if it does not tell */
    static Proof of(NodeStats stats, @Nullable String mode) {
        if (IPVS.equals(mode)) {
            IpvsState table = stats.getIpvs();
            if (table == null) {
                return !has(stats, IPVS_MISSING) && has(stats, PROC_UNREADABLE)
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

    private static boolean has(NodeStats stats, String code) {
        return stats.getEvidence().stream().map(Evidence::getCode).anyMatch(code::equals);
    }
}
