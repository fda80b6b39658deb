package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.fleet.gate.Deviation.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three nodes, an hour of periods of a minute before, and buckets of ten seconds. */
class DeviationTest {

    private static final Duration BUCKET = Duration.ofSeconds(10);
    private static final int NODES = 3;
    private static final Past QUIET = before(60, 0);

    private static Past before(int periods, int eventsInEach) {
        return new Past(periods, Collections.nCopies(periods, eventsInEach), 60.0 * NODES * periods);
    }

    private static Span bucket(int events) {
        return new Span(BUCKET, events, 10 * NODES);
    }

    private static final Span UNWATCHED = new Span(BUCKET, 0, 0);

    private static Deviation of(Past before, Span... spans) {
        return Deviation.of(before, List.of(spans)).orElseThrow();
    }

    @Test
    void aQuietChangeCostsNothing() {
        assertThat(of(QUIET, bucket(0), bucket(0))).isEqualTo(new Deviation(Duration.ZERO, 0, 0, Duration.ZERO, false));
    }

    @Test
    void whatDeviatesLastsAsLongAsItsSpans() {
        Deviation deviation = of(QUIET, bucket(0), bucket(7), bucket(30), bucket(0), bucket(2), bucket(0));

        assertThat(deviation.atMost()).isEqualTo(Duration.ofSeconds(30));
        assertThat(deviation.events()).isEqualTo(39);
        assertThat(deviation.expectedEvents()).isZero();
        assertThat(deviation.lasting()).isFalse();
    }

    @Test
    void aSingleEventIsNoInterruption() {
        assertThat(of(QUIET, bucket(1)).atMost()).isZero();
        assertThat(of(QUIET, bucket(2)).atMost()).isEqualTo(BUCKET);
    }

    @Test
    void whatIsUsualIsNoInterruption() {
        Past busy = before(60, 600);

        assertThat(of(busy, bucket(130), bucket(80)).atMost()).isZero();
        assertThat(of(busy, bucket(130), bucket(80)).expectedEvents()).isCloseTo(200, within(1e-9));
        assertThat(of(busy, bucket(160)).atMost()).isEqualTo(BUCKET);
    }

    @Test
    void aBurstIsNoInterruptionWhereBurstsAreUsual() {
        List<Integer> bursts = new ArrayList<>(Collections.nCopies(60, 0));
        for (int i = 0; i < 60; i += 10) {
            bursts.set(i, 120);
        }
        Past bursty = new Past(60, bursts, 60.0 * NODES * 60);

        assertThat(of(before(60, 12), bucket(60)).atMost()).isEqualTo(BUCKET);
        assertThat(of(bursty, bucket(60)).atMost()).isZero();
    }

    @Test
    void whatStillDeviatesInTheEndLasts() {
        assertThat(of(QUIET, bucket(0), bucket(20)).lasting()).isTrue();
        assertThat(of(QUIET, bucket(20), UNWATCHED).lasting())
                .as("nobody knows that it has ended")
                .isTrue();
    }

    @Test
    void silenceIsUnknownAndNotZero() {
        assertThat(of(QUIET, bucket(0), UNWATCHED, UNWATCHED).unwatched()).isEqualTo(Duration.ofSeconds(20));
        assertThat(Deviation.of(QUIET, List.of(UNWATCHED, UNWATCHED))).isEmpty();
        assertThat(Deviation.of(QUIET, List.of())).isEmpty();
    }

    @Test
    void expectedIsOnlyWhatWasWatched() {
        assertThat(of(before(60, 6), bucket(1), UNWATCHED).expectedEvents()).isCloseTo(1, within(1e-9));
    }

    @Test
    void nobodyCanTellWithoutAPast() {
        assertThat(Deviation.of(before(Deviation.MIN_PERIODS - 1, 0), List.of(bucket(50))))
                .isEmpty();
        assertThat(Deviation.of(before(Deviation.MIN_PERIODS, 0), List.of(bucket(50))))
                .isPresent();
    }
}
