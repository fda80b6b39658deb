package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HealthFoldProperties {

    @Property
    void duplicatesNeverChangeTheHealth(@ForAll("snapshots") List<Snapshots> snapshots, @ForAll Random random) {
        List<Snapshots> twice = snapshots.stream()
                .flatMap(it -> IntStream.range(0, 1 + random.nextInt(3)).mapToObj(i -> it))
                .toList();

        assertThat(health(twice)).isEqualTo(health(snapshots));
    }

    @Property
    void theLatestSnapshotOfEachNodeIsWhatCounts(@ForAll("snapshots") List<Snapshots> snapshots) {
        Map<String, Instant> latest = new HashMap<>();
        snapshots.forEach(it -> latest.merge(it.node(), it.takenAt(), (a, b) -> a.isAfter(b) ? a : b));

        Map<String, Instant> folded = new HashMap<>();
        fold(snapshots).forEach((node, state) -> folded.put(node, state.takenAt()));

        assertThat(folded).isEqualTo(latest);
    }

    @Property
    void everyReportingNodeIsInExactlyOneObservedConfiguration(@ForAll("snapshots") List<Snapshots> snapshots) {
        var health = health(snapshots);

        assertThat(health.getObserved().stream().mapToInt(it -> it.getNodes()).sum())
                .isEqualTo(health.getNodesReporting());
    }

    @Property
    void aStateSurvivesItsStore(@ForAll("snapshots") List<Snapshots> snapshots) {
        assertThat(fold(snapshots).values())
                .allSatisfy(state -> assertThat(NodeStateSerde.read(NodeStateSerde.write(state)))
                        .isEqualTo(state));
    }

    @Property
    void aWholeRecordIsReadAndACutOrALongerOneIsNot(
            @ForAll("snapshots") List<Snapshots> snapshots, @ForAll Random random) {
        for (Snapshots snapshot : snapshots) {
            byte[] whole = snapshot.bytes();
            byte[] cut = Arrays.copyOf(whole, 10 + random.nextInt(whole.length - 10));
            assertThat(AvroReader.NODE_STATS.read(whole)).contains(snapshot.stats());
            assertThat(AvroReader.NODE_STATS.read(cut)).isEmpty();
            assertThat(AvroReader.NODE_STATS.read(Arrays.copyOf(whole, whole.length + 1)))
                    .isEmpty();
        }
    }

    @Property
    void anyBytesAreReadOrNot(@ForAll byte[] bytes) {
        byte[] hostile = Arrays.copyOf(Snapshots.of("a").bytes(), 10 + bytes.length);
        System.arraycopy(bytes, 0, hostile, 10, bytes.length);
        assertThat(AvroReader.NODE_STATS.read(hostile)).isNotNull();
        assertThat(AvroReader.NODE_STATS.read(bytes)).isEmpty();
    }

    @Provide
    Arbitrary<List<Snapshots>> snapshots() {
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c"),
                        Arbitraries.integers().between(-20, 0),
                        Arbitraries.of("rr", "lc"),
                        Arbitraries.longs().between(0, 100),
                        Arbitraries.of(true, false))
                .as((node, second, scheduler, fails, speaks) -> {
                    Snapshots snapshot = Snapshots.of(node)
                            .at(NOON.plusSeconds(second))
                            .ipvs(Snapshots.ipvs(Map.of(scheduler, 2), fails, null, null))
                            .attemptFails(fails);
                    return speaks ? snapshot : snapshot.kubeProxy(null);
                })
                .list()
                .ofMaxSize(30);
    }

    private static Map<String, NodeState> fold(List<Snapshots> snapshots) {
        Map<String, NodeState> states = new HashMap<>();
        for (Snapshots snapshot : snapshots) {
            Folding folding =
                    HealthFold.fold(states.get(snapshot.node()), snapshot.stats(), false, NOON.minusSeconds(1), NOON);
            if (folding instanceof Folding.Folded(NodeState state)) {
                states.put(snapshot.node(), state);
            }
        }
        return states;
    }

    private static ClusterHealth health(List<Snapshots> snapshots) {
        return HealthFold.health(Snapshots.CLUSTER, fold(snapshots).values(), 3, ClockSkew.NONE, null, Map.of(), NOON);
    }
}
