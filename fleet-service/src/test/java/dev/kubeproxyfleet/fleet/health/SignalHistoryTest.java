package dev.kubeproxyfleet.fleet.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.avro.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SignalHistoryTest {

    private static final Duration BUCKET = Snapshots.BUCKET;

    /** Where a period, and a chunk of durations, begins. */
    private static final Instant START = Instant.ofEpochSecond(1_800_000 * 1_000L);

    private static final int MINUTES_PER_CHUNK = SyncDurations.PERIODS_PER_CHUNK;

    private final SignalHistory history = new SignalHistory(BUCKET);

    @Test
    void aBucketIsCompleteOnceTheOneAfterItIsOver() {
        refuse(START.plusSeconds(5), 7);

        assertThat(refusals(START.plusSeconds(19)).getRecentEvents()).isEmpty();
        SignalCounts counts = refusals(START.plusSeconds(20));
        assertThat(counts.getNewestBucket()).isEqualTo(START.getEpochSecond() / 10);
        assertThat(counts.getRecentEvents()).hasSize(12).endsWith(0, 7).startsWith(0);
        assertThat(counts.getRecentNodeMillis()).hasSize(12).endsWith(0, 10_000);
    }

    @Test
    void bucketsBeginAtTheSameTimeForAllClusters() {
        SignalHistory other = new SignalHistory(BUCKET);
        refuse(START.plusMillis(1), 1);
        other.add(refusals(START.plusMillis(9_999), 1));

        assertThat(refusals(START.plusSeconds(60)))
                .isEqualTo(other.counts(List.of(), START.plusSeconds(60)).getFirst());
    }

    @Test
    void whatIsReadLateCountsUntilItsBucketHasLeft() {
        refuse(START.plusSeconds(300), 1);
        refuse(START.plusSeconds(185), 10);
        refuse(START.plusSeconds(100), 100);

        assertThat(refusals(START.plusSeconds(315)).getRecentEvents()).startsWith(10);
        assertThat(sum(refusals(START.plusSeconds(315)).getRecentEvents())).isEqualTo(10);
    }

    @Test
    void aSilentNodeAddsNoTime() {
        refuse(START, 1);

        SignalCounts later = refusals(START.plus(Duration.ofMinutes(5)));
        assertThat(later.getRecentNodeMillis()).isEmpty();
        assertThat(later.getPastNodeSeconds()).hasSize(60);
        assertThat(later.getPastNodeSeconds().get(59 - 3)).isEqualTo(10);
        assertThat(sum(later.getPastNodeSeconds())).isEqualTo(10);
        assertThat(later.getPastEvents()).hasSize(60);
        assertThat(later.getPastEvents().get(59 - 3)).isEqualTo(1);
    }

    @Test
    void nothingIsLeftAfterAnHour() {
        refuse(START, 1);

        assertThat(history.isOver(START.plus(Duration.ofMinutes(60)))).isFalse();
        assertThat(history.isOver(START.plus(Duration.ofMinutes(64)))).isTrue();
        assertThat(history.counts(List.of(), START.plus(Duration.ofMinutes(64))))
                .isEmpty();
    }

    @Test
    void aQuietHourHasTimeAndNoEvents() {
        for (int second = 0; second < 4_000; second += 10) {
            refuse(START.plusSeconds(second), 0);
        }

        SignalCounts counts = refusals(START.plusSeconds(4_000));
        assertThat(counts.getPastEvents()).isEmpty();
        assertThat(counts.getRecentEvents()).isEmpty();
        assertThat(counts.getPastNodeSeconds()).hasSize(60).containsOnly(60);
        assertThat(counts.getRecentNodeMillis()).containsOnly(10_000);
    }

    @Test
    void nobodyKnowsWhatIsSlowBeforeAChunkOfSyncsIsComplete() {
        syncs(START, 200, 3);

        assertThat(slow(START.plusSeconds(60))).isEmpty();
        Instant next = chunk(1);
        syncs(next, 4, 3);
        syncs(next, 2, 9);
        assertThat(slow(next.plusSeconds(80)).orElseThrow().getPastEvents()).endsWith(2);
    }

    @Test
    void tooFewSyncsTellNothing() {
        syncs(START, SyncDurations.MIN_SYNCS - 1, 3);
        syncs(chunk(1), 5, 9);

        assertThat(slow(chunk(1).plusSeconds(80))).isEmpty();
    }

    /** What a change did to durations must not become what is usual while the change is judged. */
    @Test
    void theNewestChunkDoesNotTellWhatIsUsualWhereAnEarlierOneDoes() {
        syncs(START, 200, 3);
        syncs(chunk(1), 200, 9);
        syncs(chunk(2), 5, 9);

        assertThat(slow(chunk(2).plusSeconds(80)).orElseThrow().getPastEvents()).endsWith(5);
    }

    @Test
    void goesOnFromItsStoreAndAddsNothingTwice() {
        refuse(START.plusSeconds(5), 7);
        syncs(START.plusSeconds(5), 200, 3);
        SignalHistorySerde serde = new SignalHistorySerde(BUCKET);
        byte[] bytes = serde.serializer().serialize("", history);
        SignalHistory read = serde.deserializer().deserialize("", bytes);

        assertThat(read.add(refusals(START.plusSeconds(5), 7))).isEmpty();
        assertThat(read.counts(List.of(), START.plusSeconds(60)))
                .isEqualTo(history.counts(List.of(), START.plusSeconds(60)));
        read.add(refusals(START.plusSeconds(15), 1));
        assertThat(sum(read.counts(List.of(), START.plusSeconds(60)).getFirst().getRecentEvents()))
                .isEqualTo(8);
        assertThat(new SignalHistorySerde(BUCKET.multipliedBy(2)).deserializer().deserialize("", bytes))
                .as("buckets of another length")
                .isNull();
    }

    @Test
    void sumsStopAtTheLargestNumber() {
        refuse(START, Long.MAX_VALUE);
        refuse(START, Long.MAX_VALUE);

        assertThat(refusals(START.plusSeconds(20)).getRecentEvents()).endsWith(Integer.MAX_VALUE);
    }

    @Property(tries = 200)
    void howASpanIsCutIntoSnapshotsDoesNotMatter(@ForAll @Size(max = 40) List<@IntRange(max = 60) Integer> cuts) {
        List<Integer> seconds = new ArrayList<>(cuts);
        seconds.add(60);
        Collections.sort(seconds);
        SignalHistory cut = new SignalHistory(BUCKET);
        int before = 0;
        for (int second : seconds) {
            // Three events a second.
            cut.add(new Increments(
                    START.plusSeconds(second),
                    Duration.ofSeconds(second - before),
                    Map.of(Signal.REFUSALS, 3L * (second - before)),
                    List.of()));
            before = second;
        }

        SignalCounts counts = cut.counts(List.of(), START.plusSeconds(120)).getFirst();
        assertThat(sum(counts.getRecentEvents())).isEqualTo(180);
        assertThat(sum(counts.getRecentNodeMillis())).isEqualTo(60_000);
    }

    private void refuse(Instant at, long events) {
        history.add(refusals(at, events));
    }

    private static Increments refusals(Instant at, long events) {
        return new Increments(at, Duration.ofSeconds(10), Map.of(Signal.REFUSALS, events), List.of());
    }

    private SignalCounts refusals(Instant now) {
        return of(CountedSignal.Refusals, now).orElseThrow();
    }

    private Optional<SignalCounts> slow(Instant now) {
        return of(CountedSignal.SlowSyncs, now);
    }

    private Optional<SignalCounts> of(CountedSignal signal, Instant now) {
        return history.counts(List.of(), now).stream()
                .filter(counts -> counts.getSignal() == signal)
                .findFirst();
    }

    private static Instant chunk(int number) {
        return START.plus(Duration.ofMinutes((long) number * MINUTES_PER_CHUNK));
    }

    private void syncs(Instant at, long number, int bound) {
        List<Long> byBound = new ArrayList<>(Collections.nCopies(SyncDurations.BOUNDS, 0L));
        byBound.set(bound, number);
        history.add(new Increments(at, Duration.ofSeconds(10), Map.of(), byBound));
    }

    private static long sum(List<Integer> values) {
        return values.stream().mapToLong(value -> value).sum();
    }
}
