package dev.kubeproxyfleet.fleet.gate;

import java.util.Collections;
import java.util.List;

/**
 * How the changed nodes compared with the unchanged ones before the change.
 *
 * @param before over the periods that both were watched
 * @param dispersion how many times more the counts vary than chance alone lets them, at least 1
 * @param unevenness how many times the rate of all changed clusters together the noisiest of them had, at least 1
 * @param known whether the changed nodes were watched long enough to compare with
 * @param compares whether there are unchanged nodes enough, watched long enough; else the changed ones are compared with their own
 *     past
 */
public record Baseline(Sample before, double dispersion, double unevenness, boolean known, boolean compares) {

    /** The logarithm of the factor by which clusters differ from each other as a rule. */
    private static final double PRIOR = Math.log(3);

    /** Standard deviations by which the expected share is lenient: 99 %. */
    private static final double LENIENCE = 2.33;

    /** The weight of what was seen beside what is assumed, from which on it decides alone. */
    private static final double KNOWN_WEIGHT = 0.9;

    /** Events that a period, or several taken together, must let expect on either side to tell anything of the dispersion. */
    private static final double MIN_EXPECTED = 1;

    /** Events of a period that are next to certain to be as many in the next. */
    private static final int MANY = 1_000_000;

    /**
     * @param changed each cluster that is going to be changed
     * @param unchanged all clusters to compare with, together
     * @param enough whether there are enough unchanged clusters and nodes
     */
    public static Baseline of(List<Past> changed, Past unchanged, boolean enough) {
        Baseline together = of(Past.sum(changed), unchanged, enough);
        double noisiest = changed.stream()
                .filter(Past::isLongEnough)
                .mapToDouble(together::comparedWithAll)
                .max()
                .orElse(1);
        return new Baseline(
                together.before, together.dispersion, Math.max(1, noisiest), together.known, together.compares);
    }

    /** Where all changed clusters join at once, or are equally noisy. */
    public static Baseline of(Past changed, Past unchanged, boolean enough) {
        boolean known = changed.isLongEnough();
        boolean compares = known && enough && unchanged.isLongEnough();
        if (!compares) {
            return new Baseline(
                    new Sample(changed.total(), changed.nodeSeconds(), 0, 0), dispersion(changed), 1, known, false);
        }
        int periods = Math.min(changed.periods(), unchanged.periods());
        Past some = changed.latest(periods);
        Past others = unchanged.latest(periods);
        return new Baseline(
                new Sample(some.total(), some.nodeSeconds(), others.total(), others.nodeSeconds()),
                dispersion(some, others),
                1,
                true,
                true);
    }

    /** How the rate of changed nodes stands to that of unchanged ones, as far as both are known: drawn to 1 where they are not. */
    double ratio() {
        return Math.exp(weight(variance()) * logRatio());
    }

    /** The same, as high as it may well be. */
    double lenientRatio() {
        double variance = variance();
        double weight = weight(variance);
        return Math.exp(weight * logRatio() + LENIENCE * Math.sqrt(weight * variance));
    }

    /** Whether both sides counted so many events that {@link #ratio} is what was seen, and hardly what is assumed. */
    boolean isRatioKnown() {
        return weight(variance()) >= KNOWN_WEIGHT;
    }

    /**
     * By how many times the rate of the changed clusters that are watched may exceed that of all of them, because those watched
     * happen to be the noisy ones: they cannot have had more events than all.
     */
    double allowance(Sample span) {
        double all = before.changedNodeSeconds() / before.unchangedNodeSeconds();
        double watched = span.changedNodeSeconds() / span.unchangedNodeSeconds();
        return Math.min(unevenness, Math.max(1, all / watched));
    }

    private double comparedWithAll(Past cluster) {
        double expected = before.changedEvents() * cluster.nodeSeconds() / before.changedNodeSeconds();
        double weight = weight(variance(cluster.total(), before.changedEvents()));
        return Math.exp(weight * Math.log((cluster.total() + 0.5) / (expected + 0.5)));
    }

    private double logRatio() {
        return Math.log((before.changedEvents() + 0.5)
                / (before.unchangedEvents() * before.changedNodeSeconds() / before.unchangedNodeSeconds() + 0.5));
    }

    private double variance() {
        return variance(before.changedEvents(), before.unchangedEvents());
    }

    private double variance(long some, long others) {
        return dispersion * (1 / (some + 0.5) + 1 / (others + 0.5));
    }

    private static double weight(double variance) {
        return PRIOR * PRIOR / (PRIOR * PRIOR + variance);
    }

    /** How many times more the counts vary from period to period than chance alone lets them, at least 1. */
    static double dispersion(Past past) {
        return dispersion(past, evenly(past.periods()));
    }

    /** Something to compare a past with that does not vary itself. */
    private static Past evenly(int periods) {
        return new Past(periods, Collections.nCopies(periods, MANY), periods);
    }

    /** Pearson's χ² over its degrees of freedom, of the share of the changed in each period's events. */
    private static double dispersion(Past changed, Past unchanged) {
        double share = changed.total() / (double) (changed.total() + unchanged.total());
        if (!(share > 0 && share < 1)) {
            return 1;
        }
        double chiSquared = 0;
        int groups = 0;
        long some = 0;
        long all = 0;
        for (int back = changed.periods(); back > 0; back--) {
            some += changed.back(back);
            all += changed.back(back) + unchanged.back(back);
            if (all * Math.min(share, 1 - share) >= MIN_EXPECTED) {
                double expected = all * share;
                chiSquared += (some - expected) * (some - expected) / (expected * (1 - share));
                groups++;
                some = 0;
                all = 0;
            }
        }
        return groups < 2 ? 1 : Math.max(1, chiSquared / (groups - 1));
    }
}
