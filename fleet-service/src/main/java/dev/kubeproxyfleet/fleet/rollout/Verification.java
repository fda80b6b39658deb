package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
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

    static Verification of(
            EffectiveKubeProxy desired, Evidence evidence, int nodesExpected, double coverage, Instant appliedAt) {
        int matching = evidence.observed().stream()
                .filter(observed -> !observed.oldestSnapshotAt().isBefore(appliedAt))
                .filter(observed -> runs(observed, desired))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        int required = (int) Math.ceil(coverage * nodesExpected);
        return new Verification(matching, required, evidence.nodesReporting(), nodesExpected);
    }

    boolean isProven() {
        return matching >= required;
    }

    String describe() {
        return matching + " of " + expected + " nodes run it, " + required + " must; " + reporting + " report";
    }

    /** What to tell when the deadline has passed. */
    String failureCode() {
        return reporting < required ? "NodesSilent" : "NodesDiffer";
    }

    private static boolean runs(Evidence.Observed observed, EffectiveKubeProxy desired) {
        if (observed.mode() == null
                || !observed.mode().equals(desired.mode().name().toLowerCase(Locale.ROOT))) {
            return false;
        }
        EffectiveIpvs ipvs = desired.ipvs();
        if (desired.mode() != KubeProxyMode.IPVS || ipvs == null) {
            return true;
        }
        return ipvs.scheduler().kernelName().equals(observed.scheduler())
                && holds(
                        observed.tcpTimeoutSeconds(),
                        ipvs.tcpTimeoutSeconds(),
                        EffectiveIpvs.DEFAULT_TCP_TIMEOUT_SECONDS)
                && holds(
                        observed.tcpFinTimeoutSeconds(),
                        ipvs.tcpFinTimeoutSeconds(),
                        EffectiveIpvs.DEFAULT_TCP_FIN_TIMEOUT_SECONDS)
                && holds(
                        observed.udpTimeoutSeconds(),
                        ipvs.udpTimeoutSeconds(),
                        EffectiveIpvs.DEFAULT_UDP_TIMEOUT_SECONDS);
    }

    /** A timeout that kube-proxy leaves unset is the kernel's default, and proves no other. */
    private static boolean holds(@Nullable Integer observed, int desired, int kernelDefault) {
        return (observed == null ? kernelDefault : observed) == desired;
    }
}
