package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster's nodes run what was desired.
 *
 * <p>Only snapshots from after ARM showed the configuration count, and only of nodes that prove what they show; what is unknown
 * proves nothing. Azure's count of nodes may be old, and leaves out those that autoprovisioning adds: the share is of the
 * larger of expected and reporting ones. What a node does not tell of restarts of kube-proxy and of services is no fault.
 *
 * @param matching nodes proven to run it
 * @param differing nodes known to run something else
 * @param unproven nodes, differing ones among them, that do not prove what they show, by the reason
 * @param unknown nodes that prove what they show, and do not tell all that was asked for
 * @param required nodes that must run it
 * @param reporting nodes that were heard lately, with whatever
 * @param heard those of them whose latest snapshot counts
 * @param counted nodes that the cluster has, as far as anyone knows
 * @param clockSkewSeconds see {@link Evidence#clockSkewSeconds()}
 * @param restarting nodes whose kube-proxy has restarted more than once since
 * @param probing nodes that probe cluster DNS through its ClusterIP
 * @param unreaching nodes whose probe has failed three times in a row since
 * @param services what it means that a probe fails
 * @param appeared codes of evidence with how many nodes have come to show them since
 * @param byWordAlone whether the kernel has not confirmed the timeouts of a node that counts
 */
record Verification(
        int matching,
        int differing,
        Map<Evidence.Proof, Integer> unproven,
        int unknown,
        int required,
        int reporting,
        int heard,
        int counted,
        @Nullable Integer clockSkewSeconds,
        int restarting,
        int probing,
        int unreaching,
        Services services,
        SortedMap<String, Integer> appeared,
        boolean byWordAlone) {

    /**
     * The code of what a kube-proxy in mode iptables never cleans up: whoever leaves mode IPVS for it sees this on every node, and no
     * service fails by it.
     */
    private static final String LEFT_BEHIND = EvidenceReason.StaleIpvs.code();

    /** Nodes whose probe fails, before it is the cluster's fault and not a node's; all of them where fewer probe. */
    private static final int UNREACHING_NODES = 2;

    /** What it means for a cluster that its nodes do not reach cluster DNS. */
    enum Services {
        JUDGED(""),
        /** Nobody asks for them. */
        LEFT_OUT(""),
        MISSED_BEFORE(", as for most of the hour before the change"),
        MISSED_ELSEWHERE(", as in clusters that were not changed");

        private final String words;

        Services(String words) {
            this.words = words;
        }
    }

    /**
     * What nodes must show.
     *
     * @param config a timeout that it leaves unset is not written either, and needs no proof; where it names no mode, none is proven and
     *     none contradicts it
     * @param coverage share of the nodes that must show it
     * @param trustsUnknownSync whether a node counts whose kube-proxy does not tell that it has programmed its rules
     * @param services whether they must be reached
     * @param before what they showed before the change
     */
    record Demand(
            KubeProxyConfig config, double coverage, boolean trustsUnknownSync, Services services, NodesBefore before) {

        /**
         * @param modeStays whether Azure had the mode before: then a kernel that shows mode IPVS is enough. In other modes the
         *     kernel shows nothing, and an earlier change may never have reached it.
         */
        static Demand of(KubeProxyConfig config, Gate gate, boolean modeStays, NodesBefore before) {
            boolean kernelTells = config.effective().mode() == KubeProxyMode.IPVS;
            return new Demand(
                    config,
                    gate.coverage(),
                    (modeStays && kernelTells) || gate.proof() == Gate.Proof.Ignore,
                    before.missedServices() ? Services.MISSED_BEFORE : Services.JUDGED,
                    before);
        }

        /** In a cluster whose version says which mode it is that the configuration does not name. */
        Demand in(ClusterRecord cluster) {
            return new Demand(
                    config.named(cluster.kubernetesVersion()).orElse(config),
                    coverage,
                    trustsUnknownSync,
                    services,
                    before);
        }

        /** Where unchanged clusters do not reach their services either. */
        Demand withoutServices() {
            return new Demand(config, coverage, trustsUnknownSync, Services.MISSED_ELSEWHERE, before);
        }

        private boolean trusts(Evidence.Proof proof) {
            return proof == Evidence.Proof.PROVEN || (proof == Evidence.Proof.SYNC_UNKNOWN && trustsUnknownSync);
        }
    }

    /** How many of so many nodes must show it; one at least. */
    static int required(double coverage, int nodes) {
        return Math.max(
                1,
                BigDecimal.valueOf(coverage)
                        .multiply(BigDecimal.valueOf(nodes))
                        .setScale(0, RoundingMode.CEILING)
                        .intValueExact());
    }

    /**
     * @param shownSince snapshots before it say nothing
     * @param restartedSince as little as restarts before this
     */
    static Verification of(
            Demand demand, Evidence evidence, int nodesExpected, Instant shownSince, Instant restartedSince) {
        int counted = Math.max(nodesExpected, evidence.nodesReporting());
        int matching = 0;
        int differing = 0;
        int unknown = 0;
        int heard = 0;
        boolean byWordAlone = false;
        Map<Evidence.Proof, Integer> unproven = new EnumMap<>(Evidence.Proof.class);
        for (Evidence.Observed observed : evidence.observed()) {
            if (observed.oldestSnapshotAt().isBefore(shownSince)) {
                continue;
            }
            heard += observed.nodes();
            if (differs(observed, demand.config())) {
                differing += observed.nodes();
                if (observed.proof() != Evidence.Proof.PROVEN) {
                    unproven.merge(observed.proof(), observed.nodes(), Integer::sum);
                }
            } else if (!demand.trusts(observed.proof())) {
                unproven.merge(observed.proof(), observed.nodes(), Integer::sum);
            } else if (!runs(observed, demand.config())) {
                unknown += observed.nodes();
            } else {
                matching += observed.nodes();
                byWordAlone |= !observed.timeoutsByKernel() && asksForTimeouts(demand.config());
            }
        }
        return new Verification(
                matching,
                differing,
                unproven,
                unknown,
                required(demand.coverage(), counted),
                evidence.nodesReporting(),
                heard,
                counted,
                evidence.clockSkewSeconds(),
                (int) evidence.restartedAt().stream()
                        .filter(restart -> restart.isAfter(restartedSince))
                        .count(),
                evidence.probeTellingNodes(),
                (int) evidence.probeFailingAt().stream()
                        .filter(snapshot -> !snapshot.isBefore(shownSince))
                        .count(),
                demand.services(),
                appeared(demand.before(), evidence, counted),
                byWordAlone);
    }

    private static SortedMap<String, Integer> appeared(NodesBefore before, Evidence evidence, int counted) {
        SortedMap<String, Integer> appeared = new TreeMap<>();
        evidence.evidenceCodes().forEach((code, nodes) -> {
            int more = before.more(code, nodes, counted);
            if (more > 0) {
                appeared.put(code, more);
            }
        });
        return appeared;
    }

    boolean isProven() {
        return matching >= required && !isRestarting() && !isUnreachable() && !hasNewEvidence();
    }

    /** Whether kube-proxy restarts again and again; one restart may be the change's, or Azure's. */
    private boolean isRestarting() {
        return restarting > leftOut();
    }

    private boolean isUnreachable() {
        return services == Services.JUDGED && unreaching > 0 && unreaching >= Math.min(UNREACHING_NODES, probing);
    }

    /** Whether nodes are known not to be as they must, and not only silent. */
    boolean isDisproven() {
        return isContradicted() || isRestarting() || isUnreachable() || hasNewEvidence() || isLagging();
    }

    private boolean isLagging() {
        return unproven.getOrDefault(Evidence.Proof.NOT_SYNCED, 0)
                        + unproven.getOrDefault(Evidence.Proof.SYNC_OVERDUE, 0)
                > leftOut();
    }

    private boolean hasNewEvidence() {
        return appeared.entrySet().stream()
                .anyMatch(entry -> !entry.getKey().equals(LEFT_BEHIND) && entry.getValue() > leftOut());
    }

    /** Nodes that need not run it. */
    private int leftOut() {
        return Math.max(0, counted - required);
    }

    /** Whether more nodes are known to run something else than the share leaves out: those may only be late. */
    boolean isContradicted() {
        return differing > leftOut();
    }

    String describe() {
        return matching + " of " + Count.of(counted, "node runs it", "nodes run it") + ", " + required + " must; "
                + Count.of(reporting, "reports", "report")
                + (heard == reporting ? "" : ", " + (reporting - heard) + " of them nothing new")
                + (differing == 0 ? "" : "; " + Count.of(differing, "runs something else", "run something else"))
                + unproven.entrySet().stream()
                        .map(entry -> "; on " + entry.getValue() + " "
                                + entry.getKey().words())
                        .collect(Collectors.joining())
                + (unknown == 0 ? "" : "; " + Count.of(unknown, "does not tell", "do not tell") + " all of it")
                + (restarting == 0 ? "" : "; kube-proxy has restarted more than once since on " + restarting)
                + (unreaching == 0
                        ? ""
                        : "; cluster DNS cannot be reached through its ClusterIP from " + unreaching + " of "
                                + Count.of(probing, "node")
                                + services.words)
                + appeared.entrySet().stream()
                        .map(entry -> "; " + Count.of(entry.getValue(), "node has", "nodes have") + " come to show "
                                + entry.getKey())
                        .collect(Collectors.joining())
                + (clockSkewSeconds == null
                        ? ""
                        : "; clocks of nodes and service differ by " + Math.abs(clockSkewSeconds) + " s")
                + (byWordAlone ? "; the timeouts are kube-proxy's word, since the agent may not ask the kernel" : "");
    }

    /** What to tell when the deadline has passed. */
    ClusterReason failureCode() {
        if (matching >= required) {
            if (isRestarting()) {
                return ClusterReason.KubeProxyRestarting;
            }
            return isUnreachable() ? ClusterReason.ServicesUnreachable : ClusterReason.NewEvidence;
        }
        if (isContradicted()) {
            return ClusterReason.NodesDiffer;
        }
        if (clockSkewSeconds != null) {
            return ClusterReason.ClockSkew;
        }
        if (heard < required) {
            return ClusterReason.NodesSilent;
        }
        if (isRestarting()) {
            return ClusterReason.KubeProxyRestarting;
        }
        if (unproven.containsKey(Evidence.Proof.NOT_SYNCED) || unproven.containsKey(Evidence.Proof.SYNC_OVERDUE)) {
            return ClusterReason.NodesNotSynced;
        }
        if (isUnreachable()) {
            return ClusterReason.ServicesUnreachable;
        }
        return unproven.isEmpty() && unknown == 0 ? ClusterReason.NodesDiffer : ClusterReason.NodesUnproven;
    }

    /** Whether nodes that run {@code shown} look other than nodes that run {@code desired}. */
    static boolean tellsApart(KubeProxyConfig desired, EffectiveKubeProxy shown) {
        EffectiveIpvs ipvs = shown.ipvs();
        return shown.enabled()
                && differs(
                        new Evidence.Observed(
                                mode(shown),
                                ipvs == null ? null : ipvs.scheduler().kernelName(),
                                ipvs == null ? null : (Integer) ipvs.tcpTimeoutSeconds(),
                                ipvs == null ? null : (Integer) ipvs.tcpFinTimeoutSeconds(),
                                ipvs == null ? null : (Integer) ipvs.udpTimeoutSeconds(),
                                Evidence.Proof.PROVEN,
                                true,
                                1,
                                Instant.EPOCH),
                        desired);
    }

    /** Whether nodes are known to run something else: what they do not tell, or the configuration does not name, is no difference. */
    static boolean differs(Evidence.Observed observed, KubeProxyConfig desired) {
        EffectiveKubeProxy effective = desired.effective();
        if (observed.mode() == null || !desired.namesMode()) {
            return false;
        }
        if (!mode(effective).equals(observed.mode())) {
            return true;
        }
        EffectiveIpvs ipvs = effective.ipvs();
        if (effective.mode() != KubeProxyMode.IPVS || ipvs == null) {
            return false;
        }
        IpvsConfig wanted = wanted(desired);
        return observed.proof() == Evidence.Proof.IPVS_MISSING
                || observed.proof() == Evidence.Proof.IPVS_EMPTY
                || (observed.scheduler() != null
                        && !ipvs.scheduler().kernelName().equals(observed.scheduler()))
                || differs(observed.tcpTimeoutSeconds(), wanted.tcpTimeoutSeconds())
                || differs(observed.tcpFinTimeoutSeconds(), wanted.tcpFinTimeoutSeconds())
                || differs(observed.udpTimeoutSeconds(), wanted.udpTimeoutSeconds());
    }

    private static boolean differs(@Nullable Integer observed, @Nullable Integer wanted) {
        return wanted != null && observed != null && !wanted.equals(observed);
    }

    private static boolean runs(Evidence.Observed observed, KubeProxyConfig desired) {
        EffectiveKubeProxy effective = desired.effective();
        if (!desired.namesMode() || !mode(effective).equals(observed.mode())) {
            return false;
        }
        EffectiveIpvs ipvs = effective.ipvs();
        if (effective.mode() != KubeProxyMode.IPVS || ipvs == null) {
            return true;
        }
        IpvsConfig wanted = wanted(desired);
        return ipvs.scheduler().kernelName().equals(observed.scheduler())
                && holds(observed.tcpTimeoutSeconds(), wanted.tcpTimeoutSeconds())
                && holds(observed.tcpFinTimeoutSeconds(), wanted.tcpFinTimeoutSeconds())
                && holds(observed.udpTimeoutSeconds(), wanted.udpTimeoutSeconds());
    }

    private static boolean asksForTimeouts(KubeProxyConfig desired) {
        IpvsConfig wanted = wanted(desired);
        return wanted.tcpTimeoutSeconds() != null
                || wanted.tcpFinTimeoutSeconds() != null
                || wanted.udpTimeoutSeconds() != null;
    }

    static IpvsConfig wanted(KubeProxyConfig desired) {
        return desired.ipvsConfig() == null ? IpvsConfig.UNSET : desired.ipvsConfig();
    }

    /** As kube-proxy names it. */
    static String mode(EffectiveKubeProxy effective) {
        return effective.mode().kubeProxyName();
    }

    /** What is unknown proves nothing. */
    private static boolean holds(@Nullable Integer observed, @Nullable Integer wanted) {
        return wanted == null || wanted.equals(observed);
    }
}
