package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** When a rollout ends at the earliest and at the latest, if nobody is waited for and nothing fails. */
record Forecast(Instant earliestEnd, Instant latestEnd) {

    /** A recorded change of a cluster of three nodes took 138 s; its nodes' next snapshots follow. */
    static final Duration TYPICAL_CHANGE = Duration.ofSeconds(150);

    /** ARM's token bucket for writes of one principal to one subscription: capacity, and tokens a second. */
    static final int WRITE_BURST = 200;

    static final int WRITES_PER_SECOND = 10;

    /**
     * What a stage has to change.
     *
     * @param maxConcurrent what may change at once, in all groups together
     * @param maintenance the windows of clusters that start only inside some of their own, each once
     */
    record Load(List<Group> groups, int maxConcurrent, Duration bake, List<OpeningHours> maintenance) {

        /** So many clusters, of which so many may change at once. */
        record Group(int clusters, int maxConcurrent) {}

        Load {
            groups = List.copyOf(groups);
            maintenance = List.copyOf(maintenance);
        }

        /** In one group, at any time. */
        Load(int clusters, int maxConcurrent, Duration bake) {
            this(List.of(new Group(clusters, maxConcurrent)), maxConcurrent, bake, List.of());
        }

        int clusters() {
            return groups.stream().mapToInt(Group::clusters).sum();
        }

        /** Clusters that change at once, one wave after the other, when each takes the same time. */
        private List<Integer> waves() {
            int[] left = groups.stream().mapToInt(Group::clusters).toArray();
            List<Integer> waves = new ArrayList<>();
            while (true) {
                int wave = 0;
                for (int group : longestFirst(left)) {
                    int taken =
                            Math.min(Math.min(left[group], groups.get(group).maxConcurrent()), maxConcurrent - wave);
                    left[group] -= taken;
                    wave += taken;
                }
                if (wave == 0) {
                    return waves;
                }
                waves.add(wave);
            }
        }

        private static List<Integer> longestFirst(int[] left) {
            return IntStream.range(0, left.length)
                    .boxed()
                    .sorted(Comparator.comparingInt((Integer group) -> left[group])
                            .reversed())
                    .toList();
        }
    }

    /** Empty if a cluster could never start, because the windows that it has to be inside of never meet. */
    static Optional<Forecast> of(Strategy strategy, List<Load> stages, int subscriptions, Instant now) {
        Duration deadline = strategy.deadline();
        Duration typical = TYPICAL_CHANGE.compareTo(deadline) < 0 ? TYPICAL_CHANGE : deadline;
        return end(strategy, stages, subscriptions, typical, now)
                .flatMap(earliest -> end(strategy, stages, subscriptions, deadline, now)
                        .map(latest -> new Forecast(earliest, latest)));
    }

    private static Optional<Instant> end(
            Strategy strategy, List<Load> stages, int subscriptions, Duration change, Instant now) {
        OpeningHours hours = OpeningHours.of(strategy.windows().schedule());
        Instant at = now;
        for (Load stage : stages) {
            Instant begin = at;
            for (int wave : stage.waves()) {
                at = hours.nextOpening(at).orElse(at).plus(change).plus(throttled(wave, subscriptions));
            }
            for (OpeningHours maintenance : stage.maintenance()) {
                Optional<Instant> opening = hours.nextCommonOpening(maintenance, begin);
                if (opening.isEmpty()) {
                    return Optional.empty();
                }
                Instant end = opening.get().plus(change);
                at = at.isBefore(end) ? end : at;
            }
            at = stage.clusters() == 0 ? at : at.plus(stage.bake());
        }
        return Optional.of(at);
    }

    /** How long the writes of a wave wait for Azure's budget, spread evenly over the subscriptions. */
    private static Duration throttled(int wave, int subscriptions) {
        int each = Math.ceilDiv(wave, Math.max(1, subscriptions));
        return Duration.ofSeconds(Math.max(0, each - WRITE_BURST) / WRITES_PER_SECOND);
    }
}
