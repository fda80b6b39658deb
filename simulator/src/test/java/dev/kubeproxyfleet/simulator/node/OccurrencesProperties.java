package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OccurrencesProperties {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MINUTES = 5;

    @Property(tries = 200)
    void whatIsCountedDoesNotDependOnTheLooks(
            @ForAll long seed,
            @ForAll @DoubleRange(max = 50) double perSecond,
            @ForAll @Size(max = 20) List<@IntRange(max = 60_000 * MINUTES) Integer> looks) {
        Instant end = START.plusSeconds(60 * MINUTES);
        Occurrences once = new Occurrences(seed, START, 7);
        once.advance(end, perSecond);
        Occurrences often = new Occurrences(seed, START, 7);
        long before = 7;
        for (int look : looks.stream().sorted().toList()) {
            often.advance(START.plusMillis(look), perSecond);
            assertThat(often.total()).isGreaterThanOrEqualTo(before);
            before = often.total();
        }
        often.advance(end, perSecond);

        assertThat(often.total()).isEqualTo(once.total());
    }

    @Property(tries = 100)
    void itHappensAsOftenAsItsRateSays(@ForAll long seed, @ForAll @DoubleRange(min = 0.05, max = 50) double perSecond) {
        Occurrences counter = new Occurrences(seed, START, 0);
        counter.advance(START.plusSeconds(60 * MINUTES), perSecond);

        double expected = perSecond * 60 * MINUTES;
        assertThat((double) counter.total())
                .isBetween(expected - 6 * Math.sqrt(expected), expected + 6 * Math.sqrt(expected));
    }
}
