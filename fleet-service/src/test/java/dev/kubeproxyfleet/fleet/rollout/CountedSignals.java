package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What nodes of clusters count, as their health tells it: a rate of events for each cluster and signal, which tests change as time goes on. */
final class CountedSignals {

    static final Duration BUCKET = Duration.ofSeconds(10);
    /** Longer than anything is remembered. */
    private static final Duration LONG = Duration.ofMinutes(61);

    private static final List<Integer> QUIET = Collections.nCopies(SignalCounts.RECENT_BUCKETS, 0);
    private static final long MILLIS = BUCKET.toMillis();
    private static final int PERIOD_SECONDS = (int) BUCKET.toSeconds() * SignalCounts.BUCKETS_PER_PERIOD;

    private record Key(String cluster, Signal signal) {}

    private record Rate(long fromBucket, int eventsPerBucket) {}

    private final Map<Key, List<Rate>> rates = new HashMap<>();
    private final int nodes;
    private final Duration watched;

    /** @param watched for how long the nodes have been watched before now */
    CountedSignals(int nodes, Duration watched) {
        this.nodes = nodes;
        this.watched = watched;
    }

    /** From {@code from} on so many events in each bucket. */
    void count(String cluster, Signal signal, Instant from, int eventsPerBucket) {
        rates.computeIfAbsent(new Key(cluster, signal), _ -> new ArrayList<>())
                .add(new Rate(from.toEpochMilli() / MILLIS, eventsPerBucket));
    }

    /** What was shown already, with the counts as of now. */
    Evidence with(Evidence shown, String cluster, Instant start, Instant now) {
        Map<Signal, SignalCounts> signals = new HashMap<>();
        for (Signal signal : Signal.values()) {
            signals.put(signal, counts(new Key(cluster, signal), start, now));
        }
        return new Evidence(
                shown.nodesReporting(),
                shown.activeConnections(),
                shown.observed(),
                shown.clockSkewSeconds(),
                shown.evidenceCodes(),
                shown.probeTellingNodes(),
                shown.probeFailingAt(),
                shown.restartedAt(),
                BUCKET,
                signals);
    }

    private SignalCounts counts(Key key, Instant start, Instant now) {
        long newest = now.toEpochMilli() / MILLIS - 2;
        if (!rates.containsKey(key) && watched.compareTo(LONG) > 0) {
            return new SignalCounts(
                    nodes,
                    newest,
                    QUIET,
                    Collections.nCopies(SignalCounts.RECENT_BUCKETS, (int) (nodes * MILLIS)),
                    List.of(),
                    Collections.nCopies(SignalCounts.PAST_PERIODS, PERIOD_SECONDS * nodes));
        }
        long first = start.minus(watched).toEpochMilli() / MILLIS;
        List<Integer> events = new ArrayList<>();
        List<Integer> millis = new ArrayList<>();
        for (long bucket = newest - SignalCounts.RECENT_BUCKETS + 1; bucket <= newest; bucket++) {
            events.add(bucket < first ? 0 : events(key, bucket));
            millis.add(bucket < first ? 0 : (int) (nodes * MILLIS));
        }
        List<Integer> past = new ArrayList<>();
        List<Integer> seconds = new ArrayList<>();
        long lastPeriod = (newest + 1) / SignalCounts.BUCKETS_PER_PERIOD - 1;
        for (long period = lastPeriod - SignalCounts.PAST_PERIODS + 1; period <= lastPeriod; period++) {
            int sum = 0;
            for (int i = 0; i < SignalCounts.BUCKETS_PER_PERIOD; i++) {
                sum += events(key, period * SignalCounts.BUCKETS_PER_PERIOD + i);
            }
            boolean known = period * SignalCounts.BUCKETS_PER_PERIOD >= first;
            past.add(known ? sum : 0);
            seconds.add(known ? PERIOD_SECONDS * nodes : 0);
        }
        return new SignalCounts(nodes, newest, events, millis, past, seconds);
    }

    private int events(Key key, long bucket) {
        return rates.getOrDefault(key, List.of()).stream()
                .filter(rate -> rate.fromBucket() <= bucket)
                .reduce((_, last) -> last)
                .map(Rate::eventsPerBucket)
                .orElse(0);
    }
}
