package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kubeproxyfleet.fleet.azure.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whose turn it is, over fleets that are lived through second by second. */
class TurnsProperties {

    private static final Duration LOOK = Duration.ofMinutes(15);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);

    /** A fleet whose clusters take a few seconds each until they are seen, or fail. */
    private static final class Life {
        private final Random random;
        private final int places;
        private final Turns turns;
        private final Set<String> failing;
        private final Map<String, Instant> readyAt = new HashMap<>();
        private final Map<String, Instant> beginsAt = new HashMap<>();
        private final Set<String> watched = new HashSet<>();
        private Instant now = Objects.NOW;
        private int stopped;

        Life(int places, Set<String> clusters, Set<String> failing, long seed) {
            this.random = new Random(seed);
            this.places = places;
            this.failing = failing;
            this.turns = new Turns(places, LOOK, new Backoff(Duration.ofSeconds(5), MAX_BACKOFF, random));
            clusters.forEach(turns::add);
        }

        void second() {
            now = now.plusSeconds(1);
            Map.copyOf(readyAt).forEach((cluster, ready) -> {
                if (ready.isAfter(now)) {
                    return;
                }
                readyAt.remove(cluster);
                if (failing.contains(cluster)) {
                    turns.failed(cluster, now);
                    leave(cluster);
                } else {
                    turns.seen(cluster, now);
                }
            });
            Turns.Steps steps = turns.next(now);
            steps.stop().forEach(cluster -> {
                stopped++;
                assertThat(watched).contains(cluster);
                leave(cluster);
            });
            for (String cluster : steps.start()) {
                assertThat(watched.add(cluster))
                        .as("%s was not watched", cluster)
                        .isTrue();
                beginsAt.put(cluster, now);
                readyAt.put(cluster, now.plusSeconds(1 + random.nextInt(5)));
            }
            assertThat(watched).hasSizeLessThanOrEqualTo(places);
            assertThat(turns.watched()).isEqualTo(watched.size());
            assertThat(readyAt).hasSizeLessThanOrEqualTo(Turns.MAX_BEGINNING);
        }

        private void leave(String cluster) {
            watched.remove(cluster);
            readyAt.remove(cluster);
            turns.ended(cluster);
        }

        void live(Duration time) {
            for (long i = 0; i < time.toSeconds(); i++) {
                second();
            }
        }
    }

    private static Set<String> clusters(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).collect(Collectors.toSet());
    }

    @Property(tries = 40, seed = "20261123")
    void noMoreThanThePlacesAreWatchedAndNobodyStarves(
            @ForAll @IntRange(min = 2, max = 30) int places,
            @ForAll @IntRange(min = 1, max = 60) int fleet,
            @ForAll @IntRange(min = 0, max = 60) int first,
            @ForAll @IntRange(min = 0, max = 5) int failing,
            @ForAll long seed) {
        Life life = new Life(places, clusters(0, fleet), clusters(0, Math.min(failing, fleet)), seed);
        life.turns.first(clusters(0, first));

        // 60 clusters take turns on one place: each has some seconds of it, and those that fail pauses beside.
        Duration round = LOOK.plus(MAX_BACKOFF).plus(Duration.ofMinutes(10));
        life.live(round);
        assertThat(life.beginsAt.keySet()).isEqualTo(clusters(0, fleet));
        Map<String, Instant> before = Map.copyOf(life.beginsAt);
        life.live(round);
        Set<String> idle = before.entrySet().stream()
                .filter(begin -> begin.getValue().equals(life.beginsAt.get(begin.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertThat(life.watched).as("who did not begin anew is watched still").containsAll(idle);
    }

    @Property(tries = 40, seed = "20261123")
    void whoComesFirstHasAPlaceWithinSeconds(
            @ForAll @IntRange(min = 10, max = 40) int places,
            @ForAll @IntRange(min = 50, max = 100) int fleet,
            @ForAll long seed) {
        Life life = new Life(places, clusters(0, fleet), Set.of(), seed);
        life.live(Duration.ofMinutes(2));
        Set<String> first = clusters(fleet - places / 2, fleet);
        life.turns.first(first);

        life.live(Duration.ofSeconds(30));

        assertThat(life.watched).containsAll(first);
        life.live(Duration.ofMinutes(30));
        assertThat(life.watched).containsAll(first);
    }

    @Property(tries = 40, seed = "20261123")
    void whereThereIsRoomForAllEachIsWatchedOn(
            @ForAll @IntRange(min = 1, max = 200) int fleet, @ForAll @IntRange(min = 0, max = 200) int first) {
        Life life = new Life(Math.max(2, fleet * 10 / 9 + 1), clusters(0, fleet), Set.of(), 1);
        life.turns.first(clusters(0, first));

        life.live(Duration.ofMinutes(2));
        assertThat(life.watched).hasSize(fleet);
        Map<String, Instant> begins = Map.copyOf(life.beginsAt);
        life.live(Duration.ofHours(1));

        assertThat(life.watched).hasSize(fleet);
        assertThat(life.beginsAt).isEqualTo(begins);
        assertThat(life.stopped).isZero();
    }

    @Example
    void whoFailsIsTriedAgainAfterPausesThatGrow() {
        Life life = new Life(2, clusters(0, 1), clusters(0, 1), 7);
        List<Instant> begins = new ArrayList<>();
        for (int i = 0; i < 3600; i++) {
            life.second();
            Instant begin = life.beginsAt.get("c0");
            if (begins.isEmpty() || !begins.getLast().equals(begin)) {
                begins.add(begin);
            }
        }
        List<Duration> pauses = IntStream.range(1, begins.size())
                .mapToObj(i -> Duration.between(begins.get(i - 1), begins.get(i)))
                .toList();

        assertThat(pauses.getFirst()).isLessThanOrEqualTo(Duration.ofSeconds(12));
        assertThat(pauses.getLast()).isGreaterThanOrEqualTo(MAX_BACKOFF.dividedBy(2));
        assertThat(pauses).allMatch(pause -> pause.compareTo(MAX_BACKOFF.plusSeconds(10)) < 0);
    }

    @Example
    void aClusterThatIsGoneTakesNoPlace() {
        Life life = new Life(2, clusters(0, 3), Set.of(), 1);
        life.live(Duration.ofSeconds(20));
        Set<String> gone = Set.copyOf(life.watched);
        gone.forEach(cluster -> {
            life.turns.remove(cluster);
            life.watched.remove(cluster);
        });

        life.live(Duration.ofSeconds(20));

        assertThat(life.watched).hasSize(1).doesNotContainAnyElementsOf(gone);
    }

    @Example
    void onePlaceIsTooFew() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Turns(1, LOOK, new Backoff(Duration.ofSeconds(5), MAX_BACKOFF, new Random(1))))
                .withMessageContaining("kpfleet.kubernetes.watched");
    }
}
