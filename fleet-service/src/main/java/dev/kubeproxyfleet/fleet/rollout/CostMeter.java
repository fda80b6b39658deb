package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.fleet.gate.Past;
import dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a change cost out of what the nodes of its cluster counted: buckets as far as they are told, and whole periods for what
 * is older. A period in which the change began counts as a whole.
 */
final class CostMeter {

    private final SignalCounts counts;
    private final Duration bucket;
    private final long first;
    private final long last;

    private CostMeter(SignalCounts counts, Duration bucket, Instant from, Instant until) {
        this.counts = counts;
        this.bucket = bucket;
        this.first = from.toEpochMilli() / bucket.toMillis();
        this.last = until.toEpochMilli() / bucket.toMillis();
    }

    static List<Cost.SignalCost> read(Evidence evidence, Instant from, Instant until) {
        if (!evidence.bucket().isPositive()) {
            return List.of();
        }
        List<Cost.SignalCost> read = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            SignalCounts counts = evidence.signals().get(signal);
            if (counts != null) {
                CostMeter meter = new CostMeter(counts, evidence.bucket(), from, until);
                read.add(new Cost.SignalCost(
                        signal, Deviation.of(meter.before(), meter.spans()).orElse(null)));
            }
        }
        return read;
    }

    private long newestPeriod() {
        return (counts.newestBucket() + 1) / SignalCounts.BUCKETS_PER_PERIOD - 1;
    }

    private Past before() {
        List<Integer> events = new ArrayList<>();
        double nodeSeconds = 0;
        long end = Math.min(first / SignalCounts.BUCKETS_PER_PERIOD - 1, newestPeriod());
        for (long period = newestPeriod() - SignalCounts.PAST_PERIODS + 1; period <= end; period++) {
            if (nodeSeconds(period) > 0) {
                events.add(events(period));
                nodeSeconds += nodeSeconds(period);
            }
        }
        return new Past(events.size(), events, nodeSeconds);
    }

    private List<Deviation.Span> spans() {
        List<Deviation.Span> spans = new ArrayList<>();
        long next = first;
        long oldestTold = counts.newestBucket() - SignalCounts.RECENT_BUCKETS + 1;
        if (first < oldestTold) {
            for (long period = first / SignalCounts.BUCKETS_PER_PERIOD;
                    period * SignalCounts.BUCKETS_PER_PERIOD < oldestTold && next <= last;
                    period++) {
                spans.add(new Deviation.Span(
                        bucket.multipliedBy(SignalCounts.BUCKETS_PER_PERIOD), events(period), nodeSeconds(period)));
                next = (period + 1) * SignalCounts.BUCKETS_PER_PERIOD;
            }
        }
        for (; next <= last; next++) {
            spans.add(new Deviation.Span(bucket, counts.events(next), counts.nodeSeconds(next)));
        }
        return spans;
    }

    private int events(long period) {
        return ofPeriod(counts.pastEvents(), period);
    }

    private int nodeSeconds(long period) {
        return ofPeriod(counts.pastNodeSeconds(), period);
    }

    private int ofPeriod(List<Integer> values, long period) {
        long index = values.size() - 1 - (newestPeriod() - period);
        return index < 0 || index >= values.size() ? 0 : values.get((int) index);
    }
}
