package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Comparator.comparing;

import dev.kubeproxyfleet.fleet.azure.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whose turn it is to be watched. Clusters that come first are watched all the time; of the others each is looked at once in {@code
 * lookInterval}, and watched on as long as nobody else needs its place. Not thread-safe.
 *
 * <p>A share of the places is for the others alone, so that no rollout, however large, keeps them from their turn.
 */
final class Turns {

    /** Clusters whose watches begin at the same time, which is what costs most. */
    static final int MAX_BEGINNING = 16;

    /** Where more clusters come first than there are places for, each is watched for so long before another takes its place. */
    static final Duration SHIFT = Duration.ofMinutes(1);

    /** One place in so many is for clusters that do not come first. */
    private static final int SHARE_OF_OTHERS = 10;

    private final int places;
    private final Duration lookInterval;
    private final Backoff backoff;
    private final Map<String, Turn> turns = new HashMap<>();
    private Set<String> first = Set.of();

    /** @param places clusters that are watched at once; 2 at least */
    Turns(int places, Duration lookInterval, Backoff backoff) {
        if (places < 2) {
            throw new IllegalArgumentException("kpfleet.kubernetes.watched must be at least 2");
        }
        this.places = places;
        this.lookInterval = lookInterval;
        this.backoff = backoff;
    }

    /** What is to be done now. A cluster that is to be stopped has its place until {@link #ended}. */
    record Steps(List<String> start, List<String> stop) {

        Steps {
            start = List.copyOf(start);
            stop = List.copyOf(stop);
        }
    }

    private enum State {
        WAITING,
        BEGINNING,
        WATCHED,
        STOPPING
    }

    private static final class Turn {
        private final String cluster;
        private State state = State.WAITING;
        private Instant lookedAt = Instant.MIN;
        private Instant startedAt = Instant.MIN;
        private Instant notBefore = Instant.MIN;
        private int failures;

        Turn(String cluster) {
            this.cluster = cluster;
        }

        boolean hasPlace() {
            return state != State.WAITING;
        }
    }

    /** A cluster to be looked at from now on. */
    void add(String cluster) {
        turns.computeIfAbsent(cluster, Turn::new);
    }

    /** A cluster that nobody is to look at any more; whoever watches it is to be stopped. */
    void remove(String cluster) {
        turns.remove(cluster);
    }

    boolean has(String cluster) {
        return turns.containsKey(cluster);
    }

    /** Which clusters come first from now on. */
    void first(Set<String> clusters) {
        first = Set.copyOf(clusters);
    }

    boolean isFirst(String cluster) {
        return first.contains(cluster);
    }

    /** The watch of the cluster has seen it. */
    void seen(String cluster, Instant now) {
        Turn turn = turns.get(cluster);
        if (turn != null) {
            turn.lookedAt = now;
            turn.failures = 0;
            turn.state = turn.state == State.BEGINNING ? State.WATCHED : turn.state;
        }
    }

    /** The watch of the cluster has failed: it waits, longer each time. */
    void failed(String cluster, Instant now) {
        Turn turn = turns.get(cluster);
        if (turn != null) {
            turn.lookedAt = now;
            turn.failures++;
            turn.notBefore = now.plus(backoff.after(turn.failures));
        }
    }

    /** Nobody watches the cluster now. */
    void ended(String cluster) {
        Turn turn = turns.get(cluster);
        if (turn != null) {
            turn.state = State.WAITING;
        }
    }

    /** Clusters that have a place. */
    int watched() {
        return (int) turns.values().stream().filter(Turn::hasPlace).count();
    }

    Steps next(Instant now) {
        List<Turn> waiting = turns.values().stream()
                .filter(turn -> turn.state == State.WAITING && !turn.notBefore.isAfter(now))
                .sorted(comparing((Turn turn) -> turn.lookedAt).thenComparing(turn -> turn.cluster))
                .toList();
        List<Turn> waitingFirst = waiting.stream().filter(this::isFirst).toList();
        List<Turn> waitingOthers =
                waiting.stream().filter(Predicate.not(this::isFirst)).toList();
        int forOthers = turns.values().stream().allMatch(this::isFirst) ? 0 : Math.max(1, places / SHARE_OF_OTHERS);

        int free = Math.min(places - watched(), MAX_BEGINNING - count(turn -> turn.state == State.BEGINNING));
        List<Turn> start = Stream.concat(
                        waitingFirst.stream().limit(Math.max(0, places - forOthers - count(this::isFirst))),
                        waitingOthers.stream())
                .limit(Math.max(0, free))
                .toList();
        start.forEach(turn -> {
            turn.state = State.BEGINNING;
            turn.startedAt = now;
        });

        List<String> stop = new ArrayList<>();
        long leaving = count(turn -> turn.state == State.STOPPING);
        // Whoever waits only because many begin already has a vacant place, and nobody is to leave for it.
        long vacant = places - watched();
        long vacantForFirst = Math.max(0, places - forOthers - count(this::isFirst));
        long unplacedFirst =
                waitingFirst.stream().filter(turn -> !turn.hasPlace()).count() - vacant;
        long tooManyOthers = count(Predicate.not(this::isFirst)) - forOthers;
        long tooManyFirst = count(this::isFirst) - (places - forOthers);
        // Others make room for those that come first, down to their own share.
        stop(
                Math.min(unplacedFirst, tooManyOthers) - leaving,
                watchedLongest().filter(Predicate.not(this::isFirst)),
                stop);
        // Where those that come first are too many, they take shifts, and leave the others their share.
        long overdueFirst = waitingFirst.stream()
                        .filter(turn -> !turn.hasPlace() && isOver(turn.lookedAt, SHIFT, now))
                        .count()
                - vacantForFirst;
        long overdueOthers = waitingOthers.stream()
                        .filter(turn -> !turn.hasPlace() && isOver(turn.lookedAt, lookInterval, now))
                        .count()
                - vacant;
        stop(
                Math.max(Math.min(tooManyFirst, overdueOthers), tooManyOthers > 0 ? 0 : overdueFirst) - leaving,
                watchedLongest().filter(turn -> isFirst(turn) && isOver(turn.startedAt, SHIFT, now)),
                stop);
        // Others take turns.
        stop(overdueOthers - leaving - stop.size(), watchedLongest().filter(Predicate.not(this::isFirst)), stop);
        return new Steps(start.stream().map(turn -> turn.cluster).toList(), stop);
    }

    private boolean isFirst(Turn turn) {
        return first.contains(turn.cluster);
    }

    private int count(Predicate<Turn> which) {
        return (int)
                turns.values().stream().filter(Turn::hasPlace).filter(which).count();
    }

    /** Those that have been seen since they began, and so have had their turn. */
    private Stream<Turn> watchedLongest() {
        return turns.values().stream()
                .filter(turn -> turn.state == State.WATCHED)
                .sorted(comparing((Turn turn) -> turn.startedAt).thenComparing(turn -> turn.cluster));
    }

    private static void stop(long howMany, Stream<Turn> which, List<String> stop) {
        which.limit(Math.max(0, howMany)).forEach(turn -> {
            turn.state = State.STOPPING;
            stop.add(turn.cluster);
        });
    }

    private static boolean isOver(Instant begin, Duration time, Instant now) {
        return begin.equals(Instant.MIN) || !begin.plus(time).isAfter(now);
    }
}
