package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ComparisonProperties {

    private static final double TOLERANCE = 2;

    @Property
    void moreEventsOfChangedNodesAreMoreEvidence(
            @ForAll @IntRange(max = 50) int before,
            @ForAll @IntRange(max = 200) int some,
            @ForAll @IntRange(max = 200) int others,
            @ForAll @IntRange(max = 50) int more) {
        assertThat(evidence(before, new Sample(some + more, 300, others, 3_000)))
                .isGreaterThanOrEqualTo(evidence(before, new Sample(some, 300, others, 3_000)));
    }

    @Property
    void whereNothingIsSeenByAnyoneThereIsNoEvidence(@ForAll @IntRange(max = 50) int before) {
        assertThat(start(before, before).evidence()).isEqualTo(1);
    }

    @Property
    void itDoesNotMatterHowASpanIsCut(
            @ForAll @IntRange(min = 20, max = 50) int before,
            @ForAll @IntRange(max = 200) int some,
            @ForAll @IntRange(max = 200) int others,
            @ForAll @IntRange(min = 2, max = 20) int parts) {
        Comparison cut = start(before, 10 * before);
        for (int i = 0; i < parts; i++) {
            cut = cut.plus(new Sample(part(some, parts, i), 300.0 / parts, part(others, parts, i), 3_000.0 / parts));
        }
        double whole = evidence(before, new Sample(some, 300, others, 3_000));
        assertThat(cut.evidence()).isCloseTo(whole, within(1e-6 * Math.max(1, whole)));
    }

    /** The formula of ADR 16, written as it stands there. */
    @Property
    void itIsTheFormula(
            @ForAll @IntRange(min = 1, max = 50) int before,
            @ForAll @IntRange(max = 40) int some,
            @ForAll @IntRange(max = 40) int others) {
        double x0 = 60.0 * before;
        double c0 = 60.0 * 10 * before;
        double v = 1 / (x0 + 0.5) + 1 / (c0 + 0.5);
        double s = Math.log(3);
        double w = s * s / (s * s + v);
        double r = Math.pow((x0 + 0.5) / (c0 / 10 + 0.5), w) * Math.exp(2.33 * Math.sqrt(w * v));
        double sum = 0;
        for (double o : List.of(2.5, 10.0, 30.0, 100.0)) {
            double harmful = o * r * 300 / (o * r * 300 + 3_000);
            double tolerated = 2 * r * 300 / (2 * r * 300 + 3_000);
            sum += Math.pow(harmful / tolerated, some) * Math.pow((1 - harmful) / (1 - tolerated), others);
        }
        assertThat(evidence(before, new Sample(some, 300, others, 3_000)))
                .isCloseTo(Math.min(1e12, sum / 4), within(1e-6 * Math.max(1, Math.min(1e12, sum / 4))));
    }

    private static double evidence(int before, Sample sample) {
        return start(before, 10 * before).plus(sample).evidence();
    }

    /** Of ten times as many unchanged nodes as changed ones, with so many events in each period. */
    private static Comparison start(int changed, int unchanged) {
        return Comparison.start(
                Baseline.of(
                        new Past(60, Collections.nCopies(60, changed), 3_600),
                        new Past(60, Collections.nCopies(60, unchanged), 36_000),
                        true),
                TOLERANCE);
    }

    private static int part(int whole, int parts, int index) {
        return whole * (index + 1) / parts - whole * index / parts;
    }
}
