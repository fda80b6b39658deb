package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncrementsTest {

    private static final long STARTED = NOON.minusSeconds(600).toEpochMilli();

    /** A snapshot ten seconds later for each number. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @Test
    void counts() {
        Increments increments = between(node(0).network(5, 7L, 1L, 2, 3), node(1).network(6, 9L, 4L, 3, 5));

        assertThat(increments.time()).isEqualTo(INTERVAL);
        assertThat(increments.at()).isEqualTo(NOON.plus(INTERVAL));
        assertThat(increments.events())
                .containsEntry(Signal.REFUSALS, 6L)
                .containsEntry(Signal.CONNTRACK_FAILURES, 3L)
                .hasSize(2);
    }

    @Test
    void aCounterThatBeganAnewIsUnknown() {
        assertThat(between(node(0).network(5, 7L, 1L, 2, 3), node(1).network(6, 9L, 0L, 3, 5))
                        .events())
                .containsOnlyKeys(Signal.CONNTRACK_FAILURES);
        assertThat(between(node(0).network(5, null, null, 2, 3), node(1).network(6, 900L, null, 3, 5))
                        .events())
                .as("a counter that was not told before")
                .containsOnlyKeys(Signal.CONNTRACK_FAILURES);
        assertThat(between(
                                node(0).network(5, 7L, 1L, 2, 3),
                                node(1).network(6, 9L, 4L, 3, 5).boot("two"))
                        .areUnknown())
                .isTrue();
    }

    @Test
    void whatKubeProxyCountsIsOfOneProcess() {
        Node before = node(0).sync(STARTED, 1, 10, 20);

        Increments same = between(before, node(1).sync(STARTED + 1, 4, 10, 25));
        assertThat(same.events()).containsEntry(Signal.SYNC_FAILURES, 6L);
        assertThat(same.syncs()).startsWith(0L, 10L).hasSize(16);
        assertThat(between(before, node(1).sync(STARTED + 5_000, 4, 10, 25)).areUnknown())
                .isTrue();
        assertThat(between(before, node(1).sync(null, 4, 10, 25)).areUnknown()).isTrue();
    }

    @Test
    void whatTheProbeCountsIsOfOneAgent() {
        Node before = node(0).probe(null, 8, 2, 2);

        assertThat(between(before, node(1).probe(null, 9, 3, 3)).events())
                .containsExactly(Map.entry(Signal.PROBE_FAILURES, 1L));
        assertThat(between(before, node(1).sequence(1).probe(null, 9, 3, 3)).areUnknown())
                .isTrue();
        assertThat(between(before, node(1).probe("LinkLocal", 9, 3, 3)).areUnknown())
                .isTrue();
    }

    @Test
    void aProbeFailsFromTheThirdTimeOn() {
        assertThat(node(0).probe(null, 9, 2, 2).state().probe()).isEqualTo(ProbeState.Ok);
        assertThat(node(0).probe(null, 9, 3, 3).state().probe()).isEqualTo(ProbeState.Failing);
        assertThat(node(0).probe("Disabled", 0, 0, 0).state().probe()).isEqualTo(ProbeState.Skipped);
        assertThat(node(0).probe(null, 0, 0, 0).state().probe()).isNull();
        assertThat(node(0).state().probe()).isNull();
    }

    @Test
    void restartsAreSeenAndTheFirstStartIsNone() {
        NodeState first = node(0).sync(STARTED, 0, 1, 1).state();
        NodeState silent = fold(first, node(1));
        NodeState second = fold(silent, node(2).sync(NOON.plusSeconds(12).toEpochMilli(), 0, 1, 1));
        assertThat(twiceSince(second)).isNull();
        NodeState third = fold(second, node(4).sync(NOON.plusSeconds(36).toEpochMilli(), 0, 1, 1));
        assertThat(twiceSince(third)).isEqualTo(NOON.plusSeconds(12));
        NodeState fourth = fold(third, node(6).sync(NOON.plusSeconds(55).toEpochMilli(), 0, 1, 1));
        assertThat(twiceSince(fourth)).isEqualTo(NOON.plusSeconds(36));

        NodeState otherBoot =
                fold(fourth, node(7).boot("two").sync(NOON.plusSeconds(65).toEpochMilli(), 0, 1, 1));
        assertThat(twiceSince(otherBoot)).isNull();
    }

    @Test
    void aClockThatIsAheadMovesNoStartBeyondWhenItWasHeard() {
        NodeState state =
                node(0).sync(NOON.plusSeconds(3_600).toEpochMilli(), 0, 1, 1).state();

        assertThat(Objects.requireNonNull(state.starts()).startedAt()).isEqualTo(NOON);
    }

    private static @Nullable Instant twiceSince(NodeState state) {
        return Objects.requireNonNull(state.starts()).restartsSince(NOON.plusSeconds(70));
    }

    @Test
    void restartsThatLieFarApartOrAreLongOverAreNoLoop() {
        Instant last = NOON.plus(KubeProxyStarts.LOOP);

        assertThat(restarted(NOON, last).restartsSince(last)).isEqualTo(NOON);
        assertThat(restarted(NOON, last).restartsSince(last.plus(KubeProxyStarts.LOOP)))
                .isEqualTo(NOON);
        assertThat(restarted(NOON, last)
                        .restartsSince(last.plus(KubeProxyStarts.LOOP).plusMillis(1)))
                .as("it has run for long enough since")
                .isNull();
        assertThat(restarted(NOON.minusMillis(1), last).restartsSince(last))
                .as("it had run for long enough before")
                .isNull();
    }

    private static KubeProxyStarts restarted(Instant once, Instant again) {
        return new KubeProxyStarts(again.toEpochMilli(), again, List.of(once, again));
    }

    private static Increments between(Node before, Node after) {
        NodeState earlier = before.state();
        return Increments.between(earlier, fold(earlier, after));
    }

    private static NodeState fold(@Nullable NodeState previous, Node node) {
        return ((Folding.Folded)
                        HealthFold.fold(previous, node.stats, false, node.stats.getTakenAt(), node.stats.getTakenAt()))
                .state();
    }

    private static Node node(int interval) {
        return new Node(Snapshots.of("a")
                .at(NOON.plus(INTERVAL.multipliedBy(interval)))
                .sequence(100 + interval)
                .sync(null)
                .stats());
    }

    private record Node(NodeStats stats) {

        NodeState state() {
            return fold(null, this);
        }

        Node boot(String id) {
            return new Node(NodeStats.newBuilder(stats).setBootId(id).build());
        }

        Node sequence(long number) {
            return new Node(NodeStats.newBuilder(stats).setSequence(number).build());
        }

        Node network(long icmp, @Nullable Long icmp6, @Nullable Long limited, long insertFailed, long drops) {
            return new Node(NodeStats.newBuilder(stats)
                    .setNetwork(NetworkState.newBuilder()
                            .setIcmpOutDestUnreachsTotal(icmp)
                            .setIcmp6OutDestUnreachsTotal(icmp6)
                            .setIcmpOutRateLimitedTotal(limited)
                            .setConntrackInsertFailedTotal(insertFailed)
                            .setConntrackDropTotal(drops)
                            .build())
                    .build());
        }

        /** Two families that count the same. */
        Node sync(@Nullable Long start, long failures, long fast, long all) {
            List<Long> buckets =
                    new ArrayList<>(IntStream.range(0, 16).mapToObj(i -> all).toList());
            buckets.set(0, fast);
            List<FamilySync> families = List.of("IPv4", "IPv6").stream()
                    .map(family -> FamilySync.newBuilder()
                            .setFamily(family)
                            .setFailuresTotal(failures)
                            .setSyncDurationBuckets(buckets)
                            .build())
                    .toList();
            return new Node(NodeStats.newBuilder(stats)
                    .setKubeProxySync(KubeProxySync.newBuilder()
                            .setProcessStartMillis(start)
                            .setFamilies(families)
                            .setState(RuleSync.Synced)
                            .build())
                    .build());
        }

        Node probe(@Nullable String skipped, long attempts, long failures, int inARow) {
            return new Node(NodeStats.newBuilder(stats)
                    .setDnsProbes(List.of(DnsProbe.newBuilder()
                            .setAddress("10.0.0.10")
                            .setSkipped(skipped)
                            .setAttemptsTotal(attempts)
                            .setFailuresTotal(failures)
                            .setConsecutiveFailures(inARow)
                            .build()))
                    .build());
        }
    }
}
