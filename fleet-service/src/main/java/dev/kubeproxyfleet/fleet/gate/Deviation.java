package dev.kubeproxyfleet.fleet.gate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * For how long nodes counted more of a signal than the time before lets expect.
 *
 * <p>A span of time deviates if chance would give it so many events in less than one of 1,000 such spans. Were the rate what it was
 * before, each event of both times would fall into the span with a chance that is the span's share of the time watched, {@code θ};
 * that {@code x} or more of {@code n} do has at most the chance {@code exp(−n · KL(x/n ‖ θ))}, whatever the rate. Counts are
 * discounted by their dispersion before, as in a {@link Comparison}.
 *
 * <p>Source: the conditional test of two Poisson rates (Przyborowski and Wilenski, Biometrika 1940), with Chernoff's bound of the
 * binomial tail (Hoeffding, JASA 1963, theorem 1).
 *
 * @param atMost how long the spans that deviate are, in sum: it may have been for a part of each only
 * @param events in all spans
 * @param expectedEvents by the rate before, in the same time of nodes
 * @param unwatched how long nobody watched, in sum
 * @param lasting whether the last span that was watched deviates
 */
public record Deviation(Duration atMost, long events, double expectedEvents, Duration unwatched, boolean lasting) {

    /** Of fewer periods nobody can say what was usual. */
    public static final int MIN_PERIODS = 10;

    private static final double CHANCE = 0.001;

    /**
     * What was counted in a span of time.
     *
     * @param nodeSeconds how long nodes were watched, in sum; 0 if nothing is known of it
     */
    public record Span(Duration length, long events, double nodeSeconds) {

        boolean isWatched() {
            return nodeSeconds > 0;
        }
    }

    /**
     * @param before only periods that were watched
     * @param spans in their order
     * @return empty if too little is known of the time before, or nothing of the spans
     */
    public static Optional<Deviation> of(Past before, List<Span> spans) {
        List<Span> watched = spans.stream().filter(Span::isWatched).toList();
        if (before.periods() < MIN_PERIODS || !(before.nodeSeconds() > 0) || watched.isEmpty()) {
            return Optional.empty();
        }
        double dispersion = Baseline.dispersion(before);
        double watchedSeconds = watched.stream().mapToDouble(Span::nodeSeconds).sum();
        return Optional.of(new Deviation(
                sum(watched.stream()
                        .filter(span -> deviates(before, span, dispersion))
                        .toList()),
                watched.stream().mapToLong(Span::events).sum(),
                before.total() * watchedSeconds / before.nodeSeconds(),
                sum(spans.stream().filter(span -> !span.isWatched()).toList()),
                deviates(before, watched.getLast(), dispersion)));
    }

    private static Duration sum(List<Span> spans) {
        return spans.stream().map(Span::length).reduce(Duration.ZERO, Duration::plus);
    }

    private static boolean deviates(Past before, Span span, double dispersion) {
        double share = span.nodeSeconds() / (span.nodeSeconds() + before.nodeSeconds());
        return chance(span.events() / dispersion, before.total() / dispersion, share) <= CHANCE;
    }

    /** Of so many events in the span or more, at most. */
    static double chance(double inSpan, double before, double share) {
        double all = inSpan + before;
        if (!(inSpan > share * all)) {
            return 1;
        }
        double logarithm = inSpan * Math.log(share * all / inSpan);
        return Math.exp(before > 0 ? logarithm + before * Math.log((1 - share) * all / before) : logarithm);
    }
}
