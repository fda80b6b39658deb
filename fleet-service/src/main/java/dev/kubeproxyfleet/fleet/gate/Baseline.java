package dev.kubeproxyfleet.fleet.gate;

import java.util.Collections;

/**
 * How the changed nodes compared with the unchanged ones before the change.
 *
 * @param before over the periods that both were watched
 * @param dispersion how many times more the counts vary than chance alone lets them, at least 1
 * @param known whether the changed nodes were watched long enough to compare with
 * @param compares whether there are unchanged nodes enough, watched long enough; else the changed ones are compared with their own
 *     past
 */
public record Baseline(Sample before, double dispersion, boolean known, boolean compares) {

    /** The logarithm of the factor by which clusters differ from each other as a rule. */
    private static final double PRIOR = Math.log(3);

    /** Standard deviations by which the expected share is lenient: 99 %. */
    private static final double LENIENCE = 2.33;

    /** Dispersion of a signal of which too little was counted to tell: it may be bursty. */
    private static final double UNKNOWN_DISPERSION = 2;

    /** Events that a period, or several taken together, must let expect on either side to tell anything of the dispersion. */
    private static final double MIN_EXPECTED = 1;

    /** Events of a period that are next to certain to be as many in the next. */
    private static final int MANY = 1_000_000;

    /** @param enough whether there are enough unchanged clusters and nodes */
    public static Baseline of(Past changed, Past unchanged, boolean enough) {
        boolean known = changed.isLongEnough();
        boolean compares = known && enough && unchanged.isLongEnough();
        if (!compares) {
            return new Baseline(
                    new Sample(changed.total(), changed.nodeSeconds(), 0, 0),
                    dispersion(changed, evenly(changed.periods())),
                    known,
                    false);
        }
        int periods = Math.min(changed.periods(), unchanged.periods());
        Past some = changed.latest(periods);
        Past others = unchanged.latest(periods);
        return new Baseline(
                new Sample(some.total(), some.nodeSeconds(), others.total(), others.nodeSeconds()),
                dispersion(some, others),
                true,
                true);
    }

    /** How the rate of changed nodes stands to that of unchanged ones, as far as both are known: drawn to 1 where they are not. */
    double ratio() {
        return Math.exp(weight() * logRatio());
    }

    /**
     * The same, as high as it may well be. Where only some of the changed nodes are watched yet, these may be the ones that always
     * count more than the others.
     */
    double lenientRatio(Sample sample) {
        double unsure = weight() * variance() + PRIOR * PRIOR * (1 - watchedShare(sample));
        return Math.exp(weight() * logRatio() + LENIENCE * Math.sqrt(unsure));
    }

    /** How much of the changed nodes is watched, by the number of unchanged ones. */
    private double watchedShare(Sample sample) {
        double odds = sample.changedNodeSeconds() / sample.unchangedNodeSeconds();
        return Math.min(1, odds * before.unchangedNodeSeconds() / before.changedNodeSeconds());
    }

    private double logRatio() {
        return Math.log((before.changedEvents() + 0.5)
                / (before.unchangedEvents() * before.changedNodeSeconds() / before.unchangedNodeSeconds() + 0.5));
    }

    private double variance() {
        return dispersion * (1 / (before.changedEvents() + 0.5) + 1 / (before.unchangedEvents() + 0.5));
    }

    private double weight() {
        return PRIOR * PRIOR / (PRIOR * PRIOR + variance());
    }

    /** Something to compare a past with that does not vary itself. */
    private static Past evenly(int periods) {
        return new Past(periods, Collections.nCopies(periods, MANY), periods);
    }

    /**
     * Pearson's χ² over its degrees of freedom, of the share of the changed in each period's events; lenient by the standard
     * deviation that it has by chance.
     */
    private static double dispersion(Past changed, Past unchanged) {
        double share = changed.total() / (double) (changed.total() + unchanged.total());
        if (!(share > 0 && share < 1)) {
            return UNKNOWN_DISPERSION;
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
        if (groups < 2) {
            return UNKNOWN_DISPERSION;
        }
        int freedom = groups - 1;
        return Math.max(1, chiSquared / freedom * (1 + Math.sqrt(2.0 / freedom)));
    }
}
