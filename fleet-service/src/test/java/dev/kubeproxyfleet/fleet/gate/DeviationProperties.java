package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.gate.Deviation.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DeviationProperties {

    private static final Duration BUCKET = Duration.ofSeconds(10);
    private static final int PERIODS = 60;

    /** Of so many events at least {@code inSpan} fall into a span that each hits with a chance of {@code share}. */
    private static double tail(int inSpan, int before, double share) {
        int all = inSpan + before;
        double sum = 0;
        for (int i = inSpan; i <= all; i++) {
            double logarithm = 0;
            for (int j = 1; j <= i; j++) {
                logarithm += Math.log((all - i + j) / (double) j);
            }
            sum += Math.exp(logarithm + i * Math.log(share) + (all - i) * Math.log1p(-share));
        }
        return sum;
    }

    @Property
    void theChanceIsNeverHigherThanSaid(
            @ForAll @IntRange(max = 60) int inSpan,
            @ForAll @IntRange(max = 200) int before,
            @ForAll @IntRange(min = 1, max = 900) int thousandths) {
        double share = thousandths / 1e3;
        assertThat(tail(inSpan, before, share))
                .isLessThanOrEqualTo(Deviation.chance(inSpan, before, share) * (1 + 1e-9));
    }

    /** A bound that is always 1 would hold as well: it must not be off by much more than the root of the count. */
    @Property
    void theChanceIsHardlyLowerEither(
            @ForAll @IntRange(min = 1, max = 60) int inSpan,
            @ForAll @IntRange(max = 200) int before,
            @ForAll @IntRange(min = 1, max = 100) int thousandths) {
        double share = thousandths / 1e3;
        assertThat(Deviation.chance(inSpan, before, share))
                .isLessThanOrEqualTo(8 * Math.sqrt(inSpan) * tail(inSpan, before, share));
    }

    @Property
    void moreEventsNeverDeviateForLess(
            @ForAll @IntRange(max = 30) int before,
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 40) Integer> events,
            @ForAll @IntRange(max = 11) int where,
            @ForAll @IntRange(max = 20) int more) {
        List<Integer> higher = new ArrayList<>(events);
        int index = where % events.size();
        higher.set(index, events.get(index) + more);

        assertThat(deviation(before, higher).atMost())
                .isGreaterThanOrEqualTo(deviation(before, events).atMost());
    }

    /** 2,000 changes that do nothing, at any usual rate and dispersion: of the 20 buckets of each, so many deviate. */
    @Example
    void whatDoesNothingHardlyEverDeviates() {
        for (double dispersion : new double[] {1, 2, 5}) {
            Draws draws = new Draws(20);
            int deviating = 0;
            for (int change = 0; change < 2_000; change++) {
                double rate = draws.logUniform(0.001, 10);
                List<Integer> before = new ArrayList<>();
                for (int i = 0; i < PERIODS; i++) {
                    before.add(draws.count(60 * rate, dispersion));
                }
                List<Span> spans = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    spans.add(new Span(BUCKET, draws.count(10 * rate, dispersion), 10));
                }
                deviating += (int) Deviation.of(new Past(PERIODS, before, 60 * PERIODS), spans)
                        .orElseThrow()
                        .atMost()
                        .dividedBy(BUCKET);
            }
            assertThat(deviating / 40_000.0)
                    .as("share of buckets with a dispersion of %s", dispersion)
                    .isLessThan(dispersion > 1 ? 0.004 : 0.001);
        }
    }

    private static Deviation deviation(int before, List<Integer> events) {
        List<Integer> past = new ArrayList<>();
        for (int i = 0; i < PERIODS; i++) {
            past.add(before);
        }
        return Deviation.of(
                        new Past(PERIODS, past, 60 * PERIODS),
                        events.stream()
                                .map(count -> new Span(BUCKET, count, 10))
                                .toList())
                .orElseThrow();
    }
}
