package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.text.Count;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster's nodes run what was desired.
 *
 * <p>Only snapshots from after ARM showed the configuration count; what is unknown proves nothing.
 *
 * @param matching nodes proven to run it
 * @param required nodes that must
 */
record Verification(int matching, int required, int reporting, int expected) {

    /** @param desired a timeout that it leaves unset is not written either, and needs no proof */
    static Verification of(
            KubeProxyConfig desired, Evidence evidence, int nodesExpected, double coverage, Instant appliedAt) {
        int matching = evidence.observed().stream()
                .filter(observed -> !observed.oldestSnapshotAt().isBefore(appliedAt))
                .filter(observed -> runs(observed, desired))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        int required = required(nodesExpected, coverage);
        return new Verification(matching, required, evidence.nodesReporting(), nodesExpected);
    }

    private static int required(int nodesExpected, double coverage) {
        return Math.max(
                1,
                BigDecimal.valueOf(coverage)
                        .multiply(BigDecimal.valueOf(nodesExpected))
                        .setScale(0, RoundingMode.CEILING)
                        .intValueExact());
    }

    /**
     * Whether nodes of a cluster that was proven to run it show something else, by snapshots from after {@code since}: more of
     * them than the proof had left out, which may only be late.
     */
    static boolean contradicted(
            KubeProxyConfig desired, Evidence evidence, int nodesExpected, double coverage, Instant since) {
        int differing = evidence.observed().stream()
                .filter(observed -> observed.oldestSnapshotAt().isAfter(since))
                .filter(observed -> observed.mode() != null && !runs(observed, desired))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        return differing > Math.max(0, nodesExpected - required(nodesExpected, coverage));
    }

    /** Whether nodes that run {@code shown} look other than nodes that run {@code desired}. */
    static boolean tellsApart(KubeProxyConfig desired, EffectiveKubeProxy shown) {
        EffectiveIpvs ipvs = shown.ipvs();
        return shown.enabled()
                && !runs(
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

    boolean isProven() {
        return matching >= required;
    }

    String describe() {
        return matching + " of " + Count.of(expected, "node") + (matching == 1 ? " runs it, " : " run it, ") + required
                + " must; " + Count.of(reporting, "reports", "report");
    }

    /** What to tell when the deadline has passed. */
    String failureCode() {
        return reporting < required ? "NodesSilent" : "NodesDiffer";
    }

    private static boolean runs(Evidence.Observed observed, KubeProxyConfig desired) {
        EffectiveKubeProxy effective = desired.effective();
        if (!mode(effective).equals(observed.mode())) {
            return false;
        }
        EffectiveIpvs ipvs = effective.ipvs();
        if (effective.mode() != KubeProxyMode.IPVS || ipvs == null) {
            return true;
        }
        IpvsConfig wanted = desired.ipvsConfig() == null ? IpvsConfig.UNSET : desired.ipvsConfig();
        return ipvs.scheduler().kernelName().equals(observed.scheduler())
                && holds(observed.tcpTimeoutSeconds(), wanted.tcpTimeoutSeconds())
                && holds(observed.tcpFinTimeoutSeconds(), wanted.tcpFinTimeoutSeconds())
                && holds(observed.udpTimeoutSeconds(), wanted.udpTimeoutSeconds());
    }

    /** As kube-proxy names it. */
    private static String mode(EffectiveKubeProxy effective) {
        return effective.mode().name().toLowerCase(Locale.ROOT);
    }

    /** What is unknown proves nothing. */
    private static boolean holds(@Nullable Integer observed, @Nullable Integer wanted) {
        return wanted == null || wanted.equals(observed);
    }
}
