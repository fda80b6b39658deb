package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Instant;
import java.util.List;

/** What the nodes of a simulated cluster show, as the health topology would publish it. */
final class SimulatedHealth {

    private SimulatedHealth() {}

    static ClusterHealth of(String cluster, Evidence evidence, Instant now) {
        return ClusterHealth.newBuilder()
                .setCluster(cluster)
                .setAt(now)
                .setNodesReporting(evidence.nodesReporting())
                .setObserved(evidence.observed().stream()
                        .map(observed -> ObservedConfiguration.newBuilder()
                                .setMode(observed.mode())
                                .setScheduler(observed.scheduler())
                                .setTcpTimeoutSeconds(observed.tcpTimeoutSeconds())
                                .setTcpFinTimeoutSeconds(observed.tcpFinTimeoutSeconds())
                                .setUdpTimeoutSeconds(observed.udpTimeoutSeconds())
                                .setProof(proof(observed.proof()))
                                .setTimeoutsByKernel(observed.timeoutsByKernel())
                                .setNodes(observed.nodes())
                                .setOldestSnapshotAt(observed.oldestSnapshotAt())
                                .build())
                        .toList())
                .setActiveConnections(evidence.activeConnections())
                .setInactiveConnections(0)
                .setClockSkewSeconds(evidence.clockSkewSeconds())
                .setEvidence(evidence.evidenceCodes())
                .setProbeTellingNodes(evidence.probeTellingNodes())
                .setProbeFailingAt(millis(evidence.probeFailingAt()))
                .setRestartedAt(millis(evidence.restartedAt()))
                .setBucketMillis((int) evidence.bucket().toMillis())
                .setSignals(evidence.signals().entrySet().stream()
                        .map(entry -> counts(entry.getKey(), entry.getValue()))
                        .toList())
                .setNodes(List.of())
                .build();
    }

    private static SignalCounts counts(Signal signal, Evidence.SignalCounts counts) {
        return new SignalCounts(
                switch (signal) {
                    case REFUSALS -> CountedSignal.Refusals;
                    case CONNTRACK_FAILURES -> CountedSignal.ConntrackFailures;
                    case SYNC_FAILURES -> CountedSignal.SyncFailures;
                    case SLOW_SYNCS -> CountedSignal.SlowSyncs;
                    case PROBE_FAILURES -> CountedSignal.ProbeFailures;
                },
                counts.nodes(),
                counts.newestBucket(),
                counts.recentEvents(),
                counts.recentNodeMillis(),
                counts.pastEvents(),
                counts.pastNodeSeconds());
    }

    private static List<Long> millis(List<Instant> times) {
        return times.stream().map(Instant::toEpochMilli).toList();
    }

    private static Proof proof(Evidence.Proof proof) {
        return switch (proof) {
            case PROVEN -> Proof.Proven;
            case IPVS_MISSING -> Proof.IpvsMissing;
            case IPVS_UNREADABLE -> Proof.IpvsUnreadable;
            case IPVS_EMPTY -> Proof.IpvsEmpty;
            case NOT_SYNCED -> Proof.NotSynced;
            case SYNC_OVERDUE -> Proof.SyncOverdue;
            case SYNC_UNKNOWN -> Proof.SyncUnknown;
            case MODE_UNKNOWN -> Proof.ModeUnknown;
        };
    }
}
