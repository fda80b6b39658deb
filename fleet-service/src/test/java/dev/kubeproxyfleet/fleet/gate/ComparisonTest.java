package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Limits LIMITS = new Limits(2, 0.05, 92);
    private static final Past FEW = past(60, 1, 1);
    private static final Past MANY = past(60, 10, 10);
    private static final Past SHORT = past(Past.MIN_PERIODS - 1, 1, 1);

    @Test
    void whatRisesBesideOthersFails() {
        Comparison comparison = compare(Baseline.of(FEW, MANY, true), new Sample(600, 300, 50, 3_000));

        assertThat(comparison.fails(LIMITS)).isTrue();
        assertThat(comparison.conclude(LIMITS)).isEqualTo(new Verdict.Fail());
        assertThat(comparison.expectedEvents()).isBetween(4.9, 5.1);
    }

    @Test
    void whatRisesEverywherePasses() {
        Comparison comparison = compare(Baseline.of(FEW, MANY, true), new Sample(600, 300, 6_000, 3_000));

        assertThat(comparison.conclude(LIMITS)).isEqualTo(new Verdict.Pass());
    }

    @Test
    void whatRisesBesideNobodyIsNotFailed() {
        Comparison comparison = compare(Baseline.of(FEW, Past.UNKNOWN, false), new Sample(600, 300, 0, 0));

        assertThat(comparison.comparesWithOthers()).isFalse();
        assertThat(comparison.fails(LIMITS)).isFalse();
        assertThat(comparison.conclude(LIMITS)).isEqualTo(new Verdict.Inconclusive(GateReason.NoControls));
    }

    @Test
    void whatStaysAsItWasPassesByItsOwnPast() {
        Comparison comparison = compare(Baseline.of(past(60, 6, 1), Past.UNKNOWN, false), new Sample(30, 300, 0, 0));

        assertThat(comparison.conclude(LIMITS)).isEqualTo(new Verdict.Pass());
    }

    @Test
    void whatWasHardlyWatchedIsNotKnown() {
        assertThat(compare(Baseline.of(FEW, MANY, true), new Sample(0, 91, 0, 1_000))
                        .conclude(LIMITS))
                .isEqualTo(new Verdict.Inconclusive(GateReason.TooFewNodeSeconds));
    }

    @Test
    void whatHasNoPastIsNotKnownUnlessItIsNothing() {
        Baseline unknown = Baseline.of(SHORT, MANY, true);

        assertThat(compare(unknown, new Sample(600, 300, 50, 3_000)).conclude(LIMITS))
                .isEqualTo(new Verdict.Inconclusive(GateReason.NoBaseline));
        assertThat(compare(unknown, new Sample(1, 300, 50, 3_000)).conclude(LIMITS))
                .isEqualTo(new Verdict.Pass());
    }

    @Test
    void anyRiseBelowTheFloorPasses() {
        assertThat(compare(Baseline.of(past(60, 0, 1), past(60, 0, 10), true), new Sample(140, 3_000, 0, 30_000))
                        .conclude(LIMITS))
                .isEqualTo(new Verdict.Pass());
    }

    @Test
    void clustersThatWereWatchedForTooShortATimeAreLeftOut() {
        assertThat(Past.sum(List.of(FEW, SHORT, MANY)))
                .isEqualTo(new Past(60, Collections.nCopies(60, 11), 11 * 3_600));
        assertThat(Past.sum(List.of(FEW, past(40, 2, 1))))
                .isEqualTo(new Past(40, Collections.nCopies(40, 3), 2 * 2_400));
        assertThat(Past.sum(List.of())).isEqualTo(Past.UNKNOWN);
    }

    @Test
    void theNoisiestClusterMayBeTheFirstToJoin() {
        Past noisy = past(60, 600, 1);
        Past calm = past(60, 6, 9);
        Sample first = new Sample(1_000, 100, 10, 1_000);

        assertThat(compare(Baseline.of(List.of(noisy, calm), MANY, true), first).fails(LIMITS))
                .isFalse();
        assertThat(compare(Baseline.of(Past.sum(List.of(noisy, calm)), MANY, true), first)
                        .fails(LIMITS))
                .isTrue();
    }

    private static Comparison compare(Baseline baseline, Sample sample) {
        return Comparison.start(baseline, LIMITS.tolerance()).plus(sample);
    }

    private static Past past(int periods, int events, int nodes) {
        return new Past(periods, Collections.nCopies(periods, events), periods * 60.0 * nodes);
    }
}
