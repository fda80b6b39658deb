package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Totals of the counters behind the signals, as one snapshot tells them; null is unknown.
 *
 * @param sequence of the snapshot; one that is not larger is another agent process's
 * @param refusals ICMP unreachables, those of ICMPv6, and answers held back for their rate
 * @param conntrackFailures insertions that failed, and drops
 * @param processStartMillis of kube-proxy, by the node's clock
 * @param syncFailures of all IP families
 * @param syncs of all IP families, as many as {@link SyncDurations#BOUNDS}, each within its bound and beyond the one before;
 *     empty if unknown
 * @param probeFailures of the probes that are not skipped
 */
record NodeCounters(
        long sequence,
        List<@Nullable Long> refusals,
        List<@Nullable Long> conntrackFailures,
        @Nullable Long processStartMillis,
        @Nullable Long syncFailures,
        List<Long> syncs,
        @Nullable Long probeFailures) {

    NodeCounters {
        refusals = Collections.unmodifiableList(new ArrayList<>(refusals));
        conntrackFailures = Collections.unmodifiableList(new ArrayList<>(conntrackFailures));
        syncs = List.copyOf(syncs);
    }

    static NodeCounters of(NodeStats stats) {
        NetworkState network = stats.getNetwork();
        KubeProxySync sync = stats.getKubeProxySync();
        return new NodeCounters(
                stats.getSequence(),
                network == null
                        ? unknown(3)
                        : totals(
                                network.getIcmpOutDestUnreachsTotal(),
                                network.getIcmp6OutDestUnreachsTotal(),
                                network.getIcmpOutRateLimitedTotal()),
                network == null
                        ? unknown(2)
                        : totals(network.getConntrackInsertFailedTotal(), network.getConntrackDropTotal()),
                sync == null ? null : total(sync.getProcessStartMillis()),
                sync == null ? null : sum(sync.getFamilies().stream().map(FamilySync::getFailuresTotal)),
                sync == null ? List.of() : syncs(sync.getFamilies()),
                sum(stats.getDnsProbes().stream()
                        .filter(probe -> probe.getSkipped() == null)
                        .map(DnsProbe::getFailuresTotal)));
    }

    /** Whether a next snapshot could tell how much of it there was. */
    boolean tell(Signal signal) {
        return switch (signal) {
            case REFUSALS -> refusals.stream().anyMatch(Objects::nonNull);
            case CONNTRACK_FAILURES -> conntrackFailures.stream().anyMatch(Objects::nonNull);
            case SYNC_FAILURES -> processStartMillis != null && syncFailures != null;
            case SLOW_SYNCS -> processStartMillis != null && !syncs.isEmpty();
            case PROBE_FAILURES -> probeFailures != null;
        };
    }

    private static List<@Nullable Long> unknown(int counters) {
        return Collections.nCopies(counters, null);
    }

    private static List<@Nullable Long> totals(@Nullable Long... totals) {
        return Stream.of(totals).<@Nullable Long>map(NodeCounters::total).toList();
    }

    /** A negative one is none. */
    private static @Nullable Long total(@Nullable Long total) {
        return total == null || total < 0 ? null : total;
    }

    /** Null if none is known. */
    private static @Nullable Long sum(Stream<@Nullable Long> totals) {
        return totals.map(NodeCounters::total)
                .filter(Objects::nonNull)
                .reduce(NodeCounters::plus)
                .orElse(null);
    }

    private static List<Long> syncs(List<FamilySync> families) {
        long[] sum = new long[SyncDurations.BOUNDS];
        boolean known = false;
        for (FamilySync family : families) {
            List<Long> cumulative = family.getSyncDurationBuckets();
            if (cumulative.size() != SyncDurations.BOUNDS) {
                continue;
            }
            known = true;
            long before = 0;
            for (int bound = 0; bound < SyncDurations.BOUNDS; bound++) {
                if (cumulative.get(bound) < before) {
                    return List.of();
                }
                sum[bound] = plus(sum[bound], cumulative.get(bound) - before);
                before = cumulative.get(bound);
            }
        }
        return known ? Arrays.stream(sum).boxed().toList() : List.of();
    }

    static long plus(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
