package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts.BUCKETS_PER_PERIOD;
import static dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts.PAST_PERIODS;
import static dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts.RECENT_BUCKETS;

import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.avro.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What the nodes of one cluster counted in the last hour, and how long its rule synchronisations took in the last two: sums by
 * bucket and period, whatever the number of nodes. A snapshot costs the same at any time. Not thread-safe.
 *
 * <p>It takes some 4 KB where all signals are told and nothing happens, and less than 6 KB at most.
 */
final class SignalHistory {

    /** Buckets that are not complete: the one under way, and the one before, of which nodes are read late. */
    static final int OPEN_BUCKETS = 2;

    /** By how much the buckets of two clocks may differ: when a record was heard, and now. */
    private static final int SLACK = 2;

    private static final int BUCKETS = RECENT_BUCKETS + OPEN_BUCKETS + SLACK;

    /** The period under way, the one before, whose last bucket may be open, and one for clocks that differ. */
    private static final int PERIODS = PAST_PERIODS + 3;

    private final Duration bucket;
    private final Map<Signal, Series> series = new EnumMap<>(Signal.class);
    private SyncDurations syncs = new SyncDurations();

    /** Of what was heard until then everything has been added before this history was read from a store. */
    private Instant addedBefore = Instant.EPOCH;

    private Instant addedUntil = Instant.EPOCH;

    private record Series(SumRing events, SumRing millis, SumRing periodEvents, SumRing periodMillis) {

        static Series from(long bucket) {
            long period = bucket / BUCKETS_PER_PERIOD;
            return new Series(
                    new SumRing(BUCKETS, bucket),
                    new SumRing(BUCKETS, bucket),
                    new SumRing(PERIODS, period),
                    new SumRing(PERIODS, period));
        }

        void advance(long bucket) {
            events.advance(bucket);
            millis.advance(bucket);
            periodEvents.advance(bucket / BUCKETS_PER_PERIOD);
            periodMillis.advance(bucket / BUCKETS_PER_PERIOD);
        }

        void add(long bucket, long count, long time) {
            advance(bucket);
            events.add(bucket, count);
            millis.add(bucket, time);
            periodEvents.add(bucket / BUCKETS_PER_PERIOD, count);
            periodMillis.add(bucket / BUCKETS_PER_PERIOD, time);
        }

        boolean isZero() {
            return periodMillis.isZero() && periodEvents.isZero();
        }
    }

    SignalHistory(Duration bucket) {
        this.bucket = bucket;
    }

    Duration bucket() {
        return bucket;
    }

    /** @return events of the signals that are known, which were added with the time of the node; none if it was added before */
    Map<Signal, Long> add(Increments increments) {
        if (!increments.at().isAfter(addedBefore)) {
            return Map.of();
        }
        addedUntil = increments.at().isAfter(addedUntil) ? increments.at() : addedUntil;
        long at = indexOf(increments.at());
        Map<Signal, Long> known = new EnumMap<>(Signal.class);
        known.putAll(increments.events());
        if (!increments.syncs().isEmpty()) {
            OptionalInt usual = syncs.usual(at / BUCKETS_PER_PERIOD);
            syncs.add(at / BUCKETS_PER_PERIOD, increments.syncs());
            if (usual.isPresent()) {
                known.put(Signal.SLOW_SYNCS, beyond(usual.getAsInt(), increments.syncs()));
            }
        }
        known.forEach((signal, events) -> series.computeIfAbsent(signal, unused -> Series.from(at))
                .add(at, events, increments.time().toMillis()));
        return known;
    }

    private static long beyond(int bound, List<Long> syncs) {
        return syncs.stream().skip(bound + 1L).reduce(0L, NodeCounters::plus);
    }

    /** @param nodes those that report */
    List<SignalCounts> counts(Collection<NodeState> nodes, Instant now) {
        long current = indexOf(now);
        List<SignalCounts> counts = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            Series told = series.get(signal);
            if (told != null) {
                told.advance(current);
                if (told.isZero()) {
                    series.remove(signal);
                } else {
                    counts.add(counts(signal, told, telling(signal, nodes), current - OPEN_BUCKETS));
                }
            }
        }
        return counts;
    }

    private static int telling(Signal signal, Collection<NodeState> nodes) {
        return (int) nodes.stream().filter(node -> node.counters().tell(signal)).count();
    }

    private static SignalCounts counts(Signal signal, Series series, int nodes, long newestBucket) {
        long newestPeriod = (newestBucket + 1) / BUCKETS_PER_PERIOD - 1;
        return new SignalCounts(
                onWire(signal),
                nodes,
                newestBucket,
                orNothing(values(series.events::get, newestBucket, RECENT_BUCKETS)),
                orNothing(values(series.millis::get, newestBucket, RECENT_BUCKETS)),
                orNothing(values(series.periodEvents::get, newestPeriod, PAST_PERIODS)),
                orNothing(values(period -> seconds(series.periodMillis.get(period)), newestPeriod, PAST_PERIODS)));
    }

    /** Rounded; what is not zero stays so. */
    private static int seconds(int millis) {
        return millis == 0 ? 0 : Math.max(1, Math.round(millis / 1e3f));
    }

    private static int[] values(LongToIntFunction ring, long newest, int number) {
        return LongStream.rangeClosed(newest - number + 1, newest)
                .mapToInt(ring)
                .toArray();
    }

    private static List<Integer> orNothing(int[] values) {
        return IntStream.of(values).allMatch(value -> value == 0)
                ? List.of()
                : IntStream.of(values).boxed().toList();
    }

    private static CountedSignal onWire(Signal signal) {
        return switch (signal) {
            case REFUSALS -> CountedSignal.Refusals;
            case CONNTRACK_FAILURES -> CountedSignal.ConntrackFailures;
            case SYNC_FAILURES -> CountedSignal.SyncFailures;
            case SLOW_SYNCS -> CountedSignal.SlowSyncs;
            case PROBE_FAILURES -> CountedSignal.ProbeFailures;
        };
    }

    /** Index of the period under way; when it rises, one has closed. */
    long periodAt(Instant time) {
        return indexOf(time) / BUCKETS_PER_PERIOD;
    }

    /** Whether nothing is left of what was added. */
    boolean isOver(Instant now) {
        series.values().forEach(each -> each.advance(indexOf(now)));
        return series.values().stream().allMatch(Series::isZero);
    }

    private long indexOf(Instant time) {
        return time.toEpochMilli() / bucket.toMillis();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(bucket.toMillis());
        out.writeLong(addedUntil.toEpochMilli());
        syncs.write(out);
        out.writeByte(series.size());
        for (Map.Entry<Signal, Series> entry : series.entrySet()) {
            out.writeByte(entry.getKey().ordinal());
            Series each = entry.getValue();
            each.events.write(out);
            each.millis.write(out);
            each.periodEvents.write(out);
            each.periodMillis.write(out);
        }
    }

    static SignalHistory read(DataInputStream in) throws IOException {
        SignalHistory history = new SignalHistory(Duration.ofMillis(in.readLong()));
        history.addedBefore = Instant.ofEpochMilli(in.readLong());
        history.addedUntil = history.addedBefore;
        history.syncs = SyncDurations.read(in);
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            history.series.put(
                    Signal.values()[in.readByte()],
                    new Series(
                            SumRing.read(BUCKETS, in),
                            SumRing.read(BUCKETS, in),
                            SumRing.read(PERIODS, in),
                            SumRing.read(PERIODS, in)));
        }
        return history;
    }
}
