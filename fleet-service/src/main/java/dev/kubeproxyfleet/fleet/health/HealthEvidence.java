package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a record of {@code cluster-health} is to the core, for all who ask the core. */
public final class HealthEvidence {

    private HealthEvidence() {}

    public static Evidence of(ClusterHealth health) {
        return new Evidence(
                health.getNodesReporting(),
                health.getActiveConnections(),
                health.getObserved().stream().map(HealthEvidence::observed).toList(),
                health.getClockSkewSeconds(),
                health.getEvidence(),
                health.getProbeTellingNodes(),
                times(health.getProbeFailingAt()),
                times(health.getRestartedAt()),
                Duration.ofMillis(health.getBucketMillis()),
                signals(health.getSignals()));
    }

    private static Map<Signal, Evidence.SignalCounts> signals(List<SignalCounts> all) {
        Map<Signal, Evidence.SignalCounts> signals = new EnumMap<>(Signal.class);
        for (SignalCounts counts : all) {
            if (isWhole(counts)) {
                signal(counts.getSignal()).ifPresent(signal -> signals.put(signal, counts(counts)));
            }
        }
        return signals;
    }

    private static List<Instant> times(List<Long> millis) {
        return millis.stream().map(Instant::ofEpochMilli).toList();
    }

    /** Whatever else stands in the topic is unknown. */
    private static boolean isWhole(SignalCounts counts) {
        return counts.getNodes() >= 0
                && counts.getNewestBucket() >= 0
                && isSeries(counts.getRecentEvents(), Evidence.SignalCounts.RECENT_BUCKETS)
                && isSeries(counts.getRecentNodeMillis(), Evidence.SignalCounts.RECENT_BUCKETS)
                && isSeries(counts.getPastEvents(), Evidence.SignalCounts.PAST_PERIODS)
                && isSeries(counts.getPastNodeSeconds(), Evidence.SignalCounts.PAST_PERIODS);
    }

    private static boolean isSeries(List<Integer> values, int length) {
        return (values.isEmpty() || values.size() == length) && values.stream().allMatch(value -> value >= 0);
    }

    private static Evidence.SignalCounts counts(SignalCounts counts) {
        return new Evidence.SignalCounts(
                counts.getNodes(),
                counts.getNewestBucket(),
                orZeros(counts.getRecentEvents()),
                orZeros(counts.getRecentNodeMillis()),
                counts.getPastEvents(),
                counts.getPastNodeSeconds());
    }

    private static List<Integer> orZeros(List<Integer> recent) {
        return recent.isEmpty() ? Collections.nCopies(Evidence.SignalCounts.RECENT_BUCKETS, 0) : recent;
    }

    private static Optional<Signal> signal(CountedSignal signal) {
        return switch (signal) {
            case Refusals -> Optional.of(Signal.REFUSALS);
            case ConntrackFailures -> Optional.of(Signal.CONNTRACK_FAILURES);
            case SyncFailures -> Optional.of(Signal.SYNC_FAILURES);
            case SlowSyncs -> Optional.of(Signal.SLOW_SYNCS);
            case ProbeFailures -> Optional.of(Signal.PROBE_FAILURES);
            case Unknown -> Optional.empty();
        };
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
