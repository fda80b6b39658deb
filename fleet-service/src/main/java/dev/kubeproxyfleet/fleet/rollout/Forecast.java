package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When a rollout ends at the earliest and at the latest, if nobody is waited for and nothing fails. */
record Forecast(Instant earliestEnd, Instant latestEnd) {

    /** A recorded change of a cluster of three nodes took 138 s; its nodes' next snapshots follow. */
    static final Duration TYPICAL_CHANGE = Duration.ofSeconds(150);

    /** ARM's token bucket for writes of one principal to one subscription: capacity, and tokens a second. */
    static final int WRITE_BURST = 200;

    static final int WRITES_PER_SECOND = 10;

    /** @param clusters to change, stage by stage, with what may change at once */
    record Load(int clusters, int maxConcurrent, Duration bake) {}

    static Forecast of(Strategy strategy, List<Load> stages, int subscriptions, Instant now) {
        Duration deadline = strategy.deadline();
        Duration typical = TYPICAL_CHANGE.compareTo(deadline) < 0 ? TYPICAL_CHANGE : deadline;
        return new Forecast(
                end(strategy, stages, subscriptions, typical, now),
                end(strategy, stages, subscriptions, deadline, now));
    }

    private static Instant end(Strategy strategy, List<Load> stages, int subscriptions, Duration change, Instant now) {
        OpeningHours hours = OpeningHours.of(strategy.windows().schedule());
        Instant at = now;
        for (Load stage : stages) {
            for (int left = stage.clusters(); left > 0; left -= stage.maxConcurrent()) {
                int wave = Math.min(left, stage.maxConcurrent());
                at = hours.nextOpening(at).orElse(at).plus(change).plus(throttled(wave, subscriptions));
            }
            at = stage.clusters() == 0 ? at : at.plus(stage.bake());
        }
        return at;
    }

    /** How long the writes of a wave wait for Azure's budget, spread evenly over the subscriptions. */
    private static Duration throttled(int wave, int subscriptions) {
        int each = Math.ceilDiv(wave, Math.max(1, subscriptions));
        return Duration.ofSeconds(Math.max(0, each - WRITE_BURST) / WRITES_PER_SECOND);
    }
}
