package dev.kubeproxyfleet.fleet.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster were seen to run.
 *
 * @param activeConnections of the nodes reporting
 * @param observed one entry for each different configuration, proof and source of timeouts
 * @param clockSkewSeconds largest difference between a node's clock and ours, positive if the node is behind or we are ahead;
 *     null if none was noticed
 */
public record Evidence(
        int nodesReporting,
        long activeConnections,
        List<Observed> observed,
        @Nullable Integer clockSkewSeconds) {

    public static final Evidence NONE = new Evidence(0, 0, List.of(), null);

    public Evidence {
        observed = List.copyOf(observed);
    }

    /** Why nodes prove what they show, or do not; of several reasons against it the first in this order. */
    public enum Proof {
        /** kube-proxy programmed its rules since it started, and in mode ipvs the kernel holds virtual services. */
        PROVEN("Proven", "proven"),
        /** kube-proxy says ipvs, and the kernel has no IPVS table. */
        IPVS_MISSING("IpvsMissing", "the kernel has no IPVS table"),
        /** kube-proxy says ipvs, and the kernel's table could not be read. */
        IPVS_UNREADABLE("IpvsUnreadable", "the kernel's IPVS table is unreadable"),
        /** kube-proxy says ipvs, and the kernel's table has no virtual service. */
        IPVS_EMPTY("IpvsEmpty", "the kernel's IPVS table is empty"),
        /** kube-proxy has not programmed its rules since it started: what the kernel holds is not its work. */
        NOT_SYNCED("NotSynced", "kube-proxy has not programmed its rules yet"),
        /** kube-proxy was asked to synchronise its rules more than 30 s ago and has not. */
        SYNC_OVERDUE("SyncOverdue", "kube-proxy is overdue to program its rules"),
        /** kube-proxy does not tell whether it synchronised, or its metrics could not be reached. */
        SYNC_UNKNOWN("SyncUnknown", "kube-proxy does not tell whether it programmed its rules"),
        /** kube-proxy does not tell its mode. */
        MODE_UNKNOWN("ModeUnknown", "kube-proxy does not tell its mode");

        private final String code;
        private final String words;

        Proof(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /** Stable; as in records of {@code cluster-health}. */
        public String code() {
            return code;
        }

        /** For people: what is so on these nodes. */
        public String words() {
            return words;
        }
    }

    /**
     * Nodes that show the same; null is unknown.
     *
     * @param mode as kube-proxy names it: {@code iptables}, {@code ipvs}, {@code nftables}; its word alone
     * @param scheduler the kernel's name, or {@code mixed}; null where the kernel holds no virtual service
     * @param timeoutsByKernel the timeouts are the kernel's; else they are kube-proxy's word
     * @param oldestSnapshotAt the oldest of these nodes' latest snapshots
     */
    public record Observed(
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds,
            Proof proof,
            boolean timeoutsByKernel,
            int nodes,
            Instant oldestSnapshotAt) {}
}
