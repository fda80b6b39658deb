package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.avro.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folds a node's snapshots into its state, and the states of a cluster's nodes into its health. Pure and idempotent: a
 * duplicate or a snapshot that was overtaken changes nothing.
 */
final class HealthFold {

    /** A node that was not heard for so many of its intervals no longer counts. */
    static final int SILENT_AFTER_INTERVALS = 3;

    /** An interval that a node claims is taken to be within these, so that a wrong one cannot keep a dead node alive. */
    static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    static final Duration MAX_INTERVAL = Duration.ofMinutes(10);

    /** A probe of cluster DNS that failed so often in a row is no accident. */
    static final int PROBE_FAILS_AFTER = 3;

    /** Nodes that a health record lists by name. */
    static final int MAX_LISTED_NODES = 200;

    /** Different configurations that a health record lists; the last then stands for all others, as unknown. */
    static final int MAX_OBSERVED = 128;

    /** Codes of evidence that are taken from one node, and kept of a cluster; agents have fewer. */
    static final int MAX_EVIDENCE = 16;

    /** Versions of agents that a health record counts; those that most nodes have. */
    static final int MAX_AGENT_VERSIONS = 16;

    /** Scheduler of a node whose services differ: a change that was applied by half. */
    static final String MIXED = "mixed";

    /** By all that tells two configurations apart. */
    private static final Comparator<ObservedConfiguration> CONFIGURATION = Comparator.comparing(
                    ObservedConfiguration::getMode, Comparator.nullsLast(Comparator.<String>naturalOrder()))
            .thenComparing(ObservedConfiguration::getScheduler, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(ObservedConfiguration::getTcpTimeoutSeconds, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(
                    ObservedConfiguration::getTcpFinTimeoutSeconds, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(ObservedConfiguration::getUdpTimeoutSeconds, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(ObservedConfiguration::getProof)
            .thenComparing(ObservedConfiguration::getTimeoutsByKernel);

    private static final Comparator<ObservedConfiguration> MOST_NODES_FIRST =
            Comparator.comparingInt(ObservedConfiguration::getNodes).reversed().thenComparing(CONFIGURATION);

    private HealthFold() {}

    /**
     * Takes one snapshot.
     *
     * @param previous state of the same node; null if it is not known or was silent
     * @param proven whether its token has proven that it comes from a node of its cluster
     * @param appendedAt when the broker took the snapshot
     */
    static Folding fold(
            @Nullable NodeState previous, NodeStats stats, boolean proven, Instant appendedAt, Instant now) {
        if (!SnapshotLimits.hold(stats)) {
            return new Folding.TextTooLong();
        }
        // The sequence says nothing here: it begins anew with each agent process.
        if (previous != null && !stats.getTakenAt().isAfter(previous.takenAt())) {
            return new Folding.NotNewer();
        }
        Instant heardAt = appendedAt.isBefore(now) ? appendedAt : now;
        Duration interval = interval(stats.getIntervalMillis());
        if (silent(heardAt, interval, now)) {
            return new Folding.TooOld();
        }
        NodeCounters counters = NodeCounters.of(stats);
        IpvsState ipvs = stats.getIpvs();
        Long attemptFails = Optional.ofNullable(stats.getNetwork())
                .map(NetworkState::getTcpAttemptFailsTotal)
                .orElse(null);
        return new Folding.Folded(new NodeState(
                stats.getNode(),
                stats.getBootId(),
                stats.getTakenAt(),
                heardAt,
                interval,
                shown(stats, earlier(stats.getTakenAt(), heardAt)),
                ipvs == null ? 0 : ipvs.getServices(),
                ipvs == null ? 0 : ipvs.getBackends(),
                ipvs == null ? 0 : ipvs.getActiveConnections(),
                ipvs == null ? 0 : ipvs.getInactiveConnections(),
                ipvs == null ? null : finite(ipvs.getConnectionsPerSecond()),
                ipvs == null ? null : finite(ipvs.getImbalance()),
                attemptFails,
                attemptFailsPerSecond(previous, stats, attemptFails),
                evidence(stats),
                counters,
                KubeProxyStarts.with(
                        previous != null && previous.bootId().equals(stats.getBootId()) ? previous.starts() : null,
                        counters.processStartMillis(),
                        heardAt),
                stats.getKubeProxy() == null ? null : name(stats.getKubeProxy().getVersion()),
                probe(stats.getDnsProbes()),
                Details.of(stats),
                proven));
    }

    /** The worse one of two counts; null while none was made. */
    private static @Nullable ProbeState probe(List<DnsProbe> probes) {
        List<DnsProbe> made = probes.stream()
                .filter(probe -> probe.getSkipped() == null && probe.getAttemptsTotal() > 0)
                .toList();
        if (made.isEmpty()) {
            return probes.stream().anyMatch(probe -> probe.getSkipped() != null) ? ProbeState.Skipped : null;
        }
        return made.stream().anyMatch(probe -> probe.getConsecutiveFailures() >= PROBE_FAILS_AFTER)
                ? ProbeState.Failing
                : ProbeState.Ok;
    }

    /**
     * Health of a cluster. Nodes that are silent at {@code now} do not count.
     *
     * @param nodesExpected by the inventory; null if the cluster is not in it
     * @param skew between the nodes' clocks and ours
     * @param signals what the nodes counted; null if nothing is known of it
     * @param leftOut nodes in whose name snapshots were left out for their tokens, by reason
     */
    static ClusterHealth health(
            String cluster,
            Collection<NodeState> states,
            @Nullable Integer nodesExpected,
            ClockSkew skew,
            @Nullable SignalHistory signals,
            Map<String, Integer> leftOut,
            Instant now) {
        List<NodeState> nodes = states.stream()
                .filter(node -> !node.silentAt(now))
                .sorted(Comparator.comparing(NodeState::node))
                .toList();
        return new ClusterHealth(
                cluster,
                now,
                nodesExpected,
                nodes.size(),
                observed(nodes),
                nodes.stream().mapToLong(NodeState::activeConnections).sum(),
                nodes.stream().mapToLong(NodeState::inactiveConnections).sum(),
                sumOfKnown(nodes, NodeState::connectionsPerSecond),
                nodes.stream()
                        .map(NodeState::imbalance)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                sumOfKnown(nodes, NodeState::tcpAttemptFailsPerSecond),
                mostCommon(nodes.stream().flatMap(node -> node.evidence().stream()), MAX_EVIDENCE),
                skew.seconds(nodes, now),
                (int) nodes.stream()
                        .filter(node -> node.probe() == ProbeState.Ok || node.probe() == ProbeState.Failing)
                        .count(),
                newestFirst(nodes.stream()
                        .filter(node -> node.probe() == ProbeState.Failing)
                        .map(node -> node.shown().getOldestSnapshotAt())),
                newestFirst(nodes.stream()
                        .map(NodeState::starts)
                        .filter(Objects::nonNull)
                        .map(starts -> starts.restartsSince(now))
                        .filter(Objects::nonNull)),
                mostCommon(
                        nodes.stream()
                                .map(node -> node.details().getAgentVersion())
                                .filter(version -> !version.isEmpty()),
                        MAX_AGENT_VERSIONS),
                signals == null ? 0 : (int) signals.bucket().toMillis(),
                signals == null ? List.of() : signals.counts(nodes, now),
                nodes.stream().limit(MAX_LISTED_NODES).map(HealthFold::summary).toList(),
                (int) nodes.stream().filter(NodeState::proven).count(),
                leftOut,
                NodesTogether.oldest(nodes, node -> node.details().getKernelRelease()),
                NodesTogether.oldest(nodes, NodeState::kubeProxyVersion),
                NodesTogether.packets(nodes, NodeDetails::getCtStateInvalidDropsTotal),
                NodesTogether.packets(nodes, NodeDetails::getLocalhostNodePortsAcceptedTotal));
    }

    private static List<Long> newestFirst(Stream<Instant> times) {
        return times.sorted(Comparator.reverseOrder())
                .map(Instant::toEpochMilli)
                .toList();
    }

    static boolean silent(Instant heardAt, Duration interval, Instant now) {
        return heardAt.plus(interval.multipliedBy(SILENT_AFTER_INTERVALS)).isBefore(now);
    }

    /** Of the node's clock and the broker's: a snapshot is at least as old as this. */
    static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }

    private static ObservedConfiguration shown(NodeStats stats, Instant snapshotAt) {
        KubeProxyState kubeProxy = stats.getKubeProxy();
        // kube-proxy's word alone: a table in the kernel may have stayed behind after a switch away from IPVS.
        String mode = kubeProxy == null ? null : name(kubeProxy.getMode());
        Proof proof = NodeProof.of(stats, mode);
        if (mode != null && !mode.equals(NodeProof.IPVS)) {
            return new ObservedConfiguration(mode, null, null, null, null, proof, false, 1, snapshotAt);
        }
        String scheduler = scheduler(stats.getIpvs());
        KernelTimeouts kernel = stats.getKernelTimeouts();
        if (kernel != null) {
            return new ObservedConfiguration(
                    mode,
                    scheduler,
                    kernel.getTcpSeconds(),
                    kernel.getTcpFinSeconds(),
                    kernel.getUdpSeconds(),
                    proof,
                    true,
                    1,
                    snapshotAt);
        }
        if (kubeProxy == null) {
            return new ObservedConfiguration(mode, scheduler, null, null, null, proof, false, 1, snapshotAt);
        }
        return new ObservedConfiguration(
                mode,
                scheduler,
                kubeProxy.getTcpTimeoutSeconds(),
                kubeProxy.getTcpFinTimeoutSeconds(),
                kubeProxy.getUdpTimeoutSeconds(),
                proof,
                false,
                1,
                snapshotAt);
    }

    /** The kernel's alone: what kube-proxy is configured for may never have reached it. */
    private static @Nullable String scheduler(@Nullable IpvsState table) {
        if (table == null || table.getSchedulers().isEmpty()) {
            return null;
        }
        return table.getSchedulers().size() == 1
                ? name(table.getSchedulers().keySet().iterator().next())
                : MIXED;
    }

    private static @Nullable Double attemptFailsPerSecond(
            @Nullable NodeState previous, NodeStats stats, @Nullable Long total) {
        if (previous == null || total == null || !previous.bootId().equals(stats.getBootId())) {
            return null;
        }
        Long before = previous.tcpAttemptFailsTotal();
        if (before == null || total < before) {
            return null;
        }
        long millis = Duration.between(previous.takenAt(), stats.getTakenAt()).toMillis();
        return millis <= 0 ? null : (total - before) * 1000.0 / millis;
    }

    private static List<String> evidence(NodeStats stats) {
        return stats.getEvidence().stream()
                .map(Evidence::getCode)
                .filter(code -> name(code) != null)
                .distinct()
                .sorted()
                .limit(MAX_EVIDENCE)
                .toList();
    }

    /** What most nodes have, since what they call it is theirs: a record must not grow with it. */
    private static Map<String, Integer> mostCommon(Stream<String> texts, int limit) {
        Map<String, Integer> counts = new TreeMap<>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(limit)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum, TreeMap::new));
    }

    private static List<ObservedConfiguration> observed(List<NodeState> nodes) {
        Map<ObservedConfiguration, ObservedConfiguration> groups = new TreeMap<>(CONFIGURATION);
        nodes.forEach(node -> groups.merge(node.shown(), node.shown(), HealthFold::together));
        List<ObservedConfiguration> observed =
                groups.values().stream().sorted(MOST_NODES_FIRST).toList();
        if (observed.size() <= MAX_OBSERVED) {
            return observed;
        }
        ObservedConfiguration rest = observed.stream()
                .skip(MAX_OBSERVED - 1)
                .reduce(
                        new ObservedConfiguration(
                                null, null, null, null, null, Proof.ModeUnknown, false, 0, Instant.MAX),
                        HealthFold::together);
        return Stream.concat(observed.stream().limit(MAX_OBSERVED - 1), Stream.of(rest))
                .toList();
    }

    /** The first one's configuration, of the nodes of both. */
    private static ObservedConfiguration together(ObservedConfiguration some, ObservedConfiguration more) {
        return new ObservedConfiguration(
                some.getMode(),
                some.getScheduler(),
                some.getTcpTimeoutSeconds(),
                some.getTcpFinTimeoutSeconds(),
                some.getUdpTimeoutSeconds(),
                some.getProof(),
                some.getTimeoutsByKernel(),
                some.getNodes() + more.getNodes(),
                earlier(some.getOldestSnapshotAt(), more.getOldestSnapshotAt()));
    }

    private static NodeSummary summary(NodeState node) {
        ObservedConfiguration shown = node.shown();
        return new NodeSummary(
                node.node(),
                node.takenAt(),
                shown.getMode(),
                shown.getScheduler(),
                shown.getTcpTimeoutSeconds(),
                shown.getTcpFinTimeoutSeconds(),
                shown.getUdpTimeoutSeconds(),
                shown.getProof(),
                shown.getTimeoutsByKernel(),
                node.kubeProxyVersion(),
                node.starts() == null ? null : node.starts().startedAt().toEpochMilli(),
                node.probe(),
                node.services(),
                node.backends(),
                node.activeConnections(),
                node.inactiveConnections(),
                node.connectionsPerSecond(),
                node.imbalance(),
                node.evidence(),
                node.details());
    }

    /** Null if no node knows. */
    private static @Nullable Double sumOfKnown(List<NodeState> nodes, Function<NodeState, @Nullable Double> value) {
        Double sum = null;
        for (NodeState node : nodes) {
            Double known = value.apply(node);
            if (known != null) {
                sum = sum == null ? known : sum + known;
            }
        }
        return sum;
    }

    static Duration interval(int millis) {
        Duration claimed = Duration.ofMillis(millis);
        if (claimed.compareTo(MIN_INTERVAL) < 0) {
            return MIN_INTERVAL;
        }
        return claimed.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : claimed;
    }

    private static @Nullable String name(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
