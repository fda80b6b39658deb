package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether kube-proxy programmed its rules since it started: what its mode and its health checks, which answer from its first
 * second, do not prove. Pure.
 */
final class RuleSyncs {

    /** kube-proxy synchronises within a second when asked, and by itself every 30 s, unless it backs off from failures. */
    static final Duration OVERDUE = Duration.ofSeconds(30);

    private RuleSyncs() {}

    static KubeProxySync judge(KubeProxyMetrics metrics, Instant takenAt) {
        KubeProxyMetrics.Totals totals = metrics.totals();
        return new KubeProxySync(
                metrics.processStartMillis(),
                metrics.families(),
                state(metrics, takenAt),
                totals.networkProgrammingCount(),
                totals.networkProgrammingSeconds(),
                totals.noLocalEndpointsInternal(),
                totals.noLocalEndpointsExternal(),
                totals.ctStateInvalidDrops(),
                totals.localhostNodePortsAccepted());
    }

    private static RuleSync state(KubeProxyMetrics metrics, Instant takenAt) {
        if (metrics.families().isEmpty() || !metrics.complete()) {
            return RuleSync.Unknown;
        }
        Long start = metrics.processStartMillis();
        if (metrics.families().stream().anyMatch(family -> !synced(family, start))) {
            return RuleSync.NotSynced;
        }
        if (metrics.families().stream().anyMatch(family -> overdue(family, takenAt))) {
            return RuleSync.Overdue;
        }
        return start == null ? RuleSync.Unknown : RuleSync.Synced;
    }

    /**
     * Whether the family was programmed, and not before the process started.
     *
     * @param processStartMillis null if it is not known
     */
    static boolean synced(FamilySync family, @Nullable Long processStartMillis) {
        Long last = family.getLastMillis();
        return last != null && (processStartMillis == null || last >= processStartMillis);
    }

    static boolean overdue(FamilySync family, Instant takenAt) {
        return waiting(family, takenAt).compareTo(OVERDUE) > 0;
    }

    /** For how long the family has been asked for without an answer; zero if it waits for nothing. */
    static Duration waiting(FamilySync family, Instant takenAt) {
        Long since = family.getWaitingSinceMillis();
        return since == null ? Duration.ZERO : Duration.between(Instant.ofEpochMilli(since), takenAt);
    }
}
