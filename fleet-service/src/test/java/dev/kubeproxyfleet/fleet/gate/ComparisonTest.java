package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Past CHANGED = new Past(60, Collections.nCopies(60, 6), 3 * 3_600);
    private static final Past UNCHANGED = new Past(60, Collections.nCopies(60, 200), 97 * 3_600);

    private static Comparison start() {
        return Comparison.start(Baseline.of(CHANGED, UNCHANGED, true), 2);
    }

    private static Sample sample(long changed, long unchanged) {
        return new Sample(changed, 30, unchanged, 970);
    }

    @Test
    void nothingSeenIsNoEvidence() {
        assertThat(start().evidence()).isEqualTo(1);
        assertThat(start().plus(sample(0, 0)).evidence()).isEqualTo(1);
    }

    @Property(tries = 200)
    void moreEventsOfChangedNodesAreMoreEvidence(
            @ForAll @IntRange(max = 60) int changed, @ForAll @IntRange(max = 300) int unchanged) {
        assertThat(start().plus(sample(changed + 1, unchanged)).evidence())
                .isGreaterThanOrEqualTo(start().plus(sample(changed, unchanged)).evidence());
    }

    @Property(tries = 200)
    void itDoesNotMatterHowASpanIsCut(
            @ForAll @IntRange(max = 20) int changed,
            @ForAll @IntRange(max = 200) int unchanged,
            @ForAll @IntRange(max = 20) int moreChanged,
            @ForAll @IntRange(max = 200) int moreUnchanged) {
        double cut = start().plus(sample(changed, unchanged))
                .plus(sample(moreChanged, moreUnchanged))
                .evidence();
        double whole = start().plus(new Sample(changed + moreChanged, 60, unchanged + moreUnchanged, 1_940))
                .evidence();

        assertThat(cut).isCloseTo(whole, within(1e-9 * whole));
    }

    @Test
    void endlessEvidenceIsANumber() {
        assertThat(start().plus(sample(1_000_000, 0)).evidence()).isFinite();
    }
}
