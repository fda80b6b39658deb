package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Past;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.reason.ProofReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster were seen to run, and what they counted lately.
 *
 * @param activeConnections of the nodes reporting
 * @param observed one entry for each different configuration, proof and source of timeouts
 * @param clockSkewSeconds largest difference between a node's clock and ours, positive if the node is behind or we are ahead;
 *     null if none was noticed
 * @param evidenceCodes what does not fit together on nodes: how many of the reporting ones by code
 * @param probeTellingNodes nodes that probe cluster DNS through its ClusterIP
 * @param probeFailingAt for each of them whose probe failed at least three times in a row, when its latest snapshot was taken;
 *     newest first
 * @param restartedAt for each node whose kube-proxy restarts again and again, the earlier of its last two restarts;
 *     newest first
 * @param bucket how long a bucket of {@code signals} is; zero where there are none
 * @param signals what was counted; one that no node told within the last hour is left out
 */
public record Evidence(
        int nodesReporting,
        long activeConnections,
        List<Observed> observed,
        @Nullable Integer clockSkewSeconds,
        Map<String, Integer> evidenceCodes,
        int probeTellingNodes,
        List<Instant> probeFailingAt,
        List<Instant> restartedAt,
        Duration bucket,
        Map<Signal, SignalCounts> signals) {

    public static final Evidence NONE = new Evidence(0, 0, List.of(), null);

    public Evidence {
        observed = List.copyOf(observed);
        evidenceCodes = Map.copyOf(evidenceCodes);
        probeFailingAt = List.copyOf(probeFailingAt);
        restartedAt = List.copyOf(restartedAt);
        signals = Map.copyOf(signals);
    }

    /** Of nodes that tell what they run, and nothing else. */
    public Evidence(
            int nodesReporting, long activeConnections, List<Observed> observed, @Nullable Integer clockSkewSeconds) {
        this(
                nodesReporting,
                activeConnections,
                observed,
                clockSkewSeconds,
                Map.of(),
                0,
                List.of(),
                List.of(),
                Duration.ZERO,
                Map.of());
    }

    /** Nodes that tell at least one signal, as far as one signal shows. */
    int nodesThatCount() {
        return signals.values().stream().mapToInt(SignalCounts::nodes).max().orElse(0);
    }

    public int probeFailingNodes() {
        return probeFailingAt.size();
    }

    /** The mode that each of the cluster's nodes proves to run; empty if one of them runs another, or does not prove it. */
    Optional<KubeProxyMode> provenMode(int nodeCount) {
        return nodesReporting == 0 || nodesReporting < nodeCount
                ? Optional.empty()
                : Arrays.stream(KubeProxyMode.values())
                        .filter(mode -> observed.stream()
                                .allMatch(nodes -> nodes.proof() == Proof.PROVEN
                                        && mode.kubeProxyName().equals(nodes.mode())))
                        .findFirst();
    }

    /**
     * How many nodes are known to run something else than {@code config}, which names its mode: what a node does not tell is no
     * difference.
     */
    public int nodesDifferingFrom(KubeProxyConfig config) {
        return observed.stream()
                .filter(each -> Verification.differs(each, config))
                .mapToInt(Observed::nodes)
                .sum();
    }

    /** Whether nodes have hardly ever reached cluster DNS within the last hour. */
    boolean missesServices() {
        SignalCounts probes = signals.get(Signal.PROBE_FAILURES);
        return probes != null
                && 2 * probes.pastEvents().stream().filter(events -> events > 0).count() > SignalCounts.PAST_PERIODS;
    }

    /** Why nodes prove what they show, or do not; of several reasons against it the first in this order. */
    public enum Proof {
        /** kube-proxy programmed its rules since it started, and in mode ipvs the kernel holds virtual services. */
        PROVEN(ProofReason.Proven, "proven", "kube-proxy has programmed its rules"),
        IPVS_MISSING(
                ProofReason.IpvsMissing, "no IPVS table", "kube-proxy says ipvs, and the kernel has no IPVS table"),
        IPVS_UNREADABLE(
                ProofReason.IpvsUnreadable,
                "IPVS table unreadable",
                "kube-proxy says ipvs, and the kernel's table could not be read"),
        IPVS_EMPTY(
                ProofReason.IpvsEmpty,
                "IPVS table empty",
                "kube-proxy says ipvs, and the kernel's table has no virtual service"),
        /** What the kernel holds is not the work of this kube-proxy. */
        NOT_SYNCED(
                ProofReason.NotSynced,
                "rules not programmed yet",
                "kube-proxy has not programmed its rules since it started"),
        SYNC_OVERDUE(
                ProofReason.SyncOverdue,
                "rules overdue",
                "kube-proxy was asked more than 30 s ago to program its rules, and has not"),
        SYNC_UNKNOWN(
                ProofReason.SyncUnknown,
                "rules unknown",
                "nobody knows whether kube-proxy has programmed its rules, since its metrics do not tell or cannot be reached"),
        MODE_UNKNOWN(ProofReason.ModeUnknown, "mode unknown", "kube-proxy does not tell its mode");

        private final ProofReason code;
        private final String brief;
        private final String words;

        Proof(ProofReason code, String brief, String words) {
            this.code = code;
            this.brief = brief;
            this.words = words;
        }

        /** Stable; as in records of {@code cluster-health}. */
        public ProofReason code() {
            return code;
        }

        /** For people, in a column. */
        public String brief() {
            return brief;
        }

        /** The same as part of a sentence. */
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

    /**
     * Events of one signal, and the time of nodes that would have told of one. Bucket {@code i} begins {@code i} buckets after
     * 1970 by the broker's clock, for all clusters; six buckets from a multiple of six are a period.
     *
     * @param nodes reporting nodes that tell it now
     * @param newestBucket index of the newest complete bucket
     * @param recentEvents of {@link #RECENT_BUCKETS} buckets, oldest first; the last is {@code newestBucket}. They may still rise
     *     where the records of nodes are read late
     * @param recentNodeMillis of the same buckets; zero is unknown
     * @param pastEvents of {@link #PAST_PERIODS} periods, oldest first, the last of which is the newest whose buckets are all complete;
     *     empty if all are zero
     * @param pastNodeSeconds of the same periods; zero is unknown, and it is empty if nothing is known
     */
    public record SignalCounts(
            int nodes,
            long newestBucket,
            List<Integer> recentEvents,
            List<Integer> recentNodeMillis,
            List<Integer> pastEvents,
            List<Integer> pastNodeSeconds) {

        public static final int RECENT_BUCKETS = 12;

        public static final int BUCKETS_PER_PERIOD = 6;

        public static final int PAST_PERIODS = 60;

        public SignalCounts {
            recentEvents = List.copyOf(recentEvents);
            recentNodeMillis = List.copyOf(recentNodeMillis);
            pastEvents = List.copyOf(pastEvents);
            pastNodeSeconds = List.copyOf(pastNodeSeconds);
        }

        /** What is known of the time before now. */
        Past past() {
            return new Past(
                    (int) pastNodeSeconds.stream()
                            .filter(seconds -> seconds > 0)
                            .count(),
                    pastEvents,
                    pastNodeSeconds.stream().mapToLong(Integer::longValue).sum());
        }

        /** Events of a bucket; 0 of one that is not among the recent ones. */
        int events(long bucket) {
            return recent(recentEvents, bucket);
        }

        /** How long nodes were watched in a bucket, in sum; 0 of one that is not among the recent ones. */
        double nodeSeconds(long bucket) {
            return recent(recentNodeMillis, bucket) / 1_000.0;
        }

        private int recent(List<Integer> values, long bucket) {
            long index = values.size() - 1 - (newestBucket - bucket);
            return index < 0 || index >= values.size() ? 0 : values.get((int) index);
        }
    }
}
