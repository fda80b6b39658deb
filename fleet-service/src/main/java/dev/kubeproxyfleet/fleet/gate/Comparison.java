package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether changed nodes count more of a signal than unchanged ones let expect: a sequential test that may be looked at as often as
 * one likes. Of what is counted in a span of time, changed nodes have a share; {@link #evidence} is the likelihood of the shares seen
 * if the change multiplied their rate by a harmful factor, over their likelihood if it did by no more than is tolerated.
 *
 * <p>Source: Lindon and Malek, Anytime-Valid Inference for Multinomial Count Data, NeurIPS 2022; with counts discounted by their
 * dispersion.
 *
 * @param tolerance as in {@link Limits}
 * @param seen since the change
 * @param logRatios for each harmful factor the logarithm of that ratio, summed up span by span: what was watched of either side may
 *     shift from one to the next
 */
public record Comparison(Baseline baseline, double tolerance, Sample seen, List<Double> logRatios) {

    /** At most so many of good stages fail, whatever the number of looks. */
    private static final double FALSE_FAILS = 0.01;

    /** Signals that a stage may fail by. */
    private static final int SIGNALS = 5;

    /** More is said of nothing. */
    private static final double MAX_EVIDENCE = 1e12;

    /** Evidence from which on it fails, if it is above the floor too. */
    public static final double THRESHOLD = SIGNALS / FALSE_FAILS;

    /** Harmful factors, as multiples of the tolerated one. */
    private static final List<Double> HARMFUL = List.of(1.25, 5.0, 15.0, 50.0);

    public Comparison {
        logRatios = List.copyOf(logRatios);
    }

    public static Comparison start(Baseline baseline, double tolerance) {
        return new Comparison(baseline, tolerance, Sample.NOTHING, Collections.nCopies(HARMFUL.size(), 0.0));
    }

    /** With what was counted in one more span of time. */
    public Comparison plus(Sample more) {
        Sample sum = seen.plus(more);
        if (!baseline.compares() || !(more.unchangedNodeSeconds() > 0) || !(more.changedNodeSeconds() > 0)) {
            return new Comparison(baseline, tolerance, sum, logRatios);
        }
        double odds = baseline.lenientRatio()
                * baseline.allowance(more)
                * more.changedNodeSeconds()
                / more.unchangedNodeSeconds();
        List<Double> next = new ArrayList<>();
        for (int i = 0; i < HARMFUL.size(); i++) {
            next.add(logRatios.get(i) + logRatio(HARMFUL.get(i), odds, more.changedEvents(), more.unchangedEvents()));
        }
        return new Comparison(baseline, tolerance, sum, next);
    }

    /**
     * How much likelier what was seen is if the change does harm. 1 where nothing was seen. As long as one hardly knows how the
     * clusters compare, their own past must say the same: a noisy cluster beside silent ones is no harm.
     */
    public double evidence() {
        if (!comparesWithOthers()) {
            return evidenceByOwnPast();
        }
        double byOthers = mean(logRatios);
        return baseline.isRatioKnown() ? byOthers : Math.min(byOthers, evidenceByOwnPast());
    }

    /** Whether there is something to compare with that lived through the same time; else there is only the past. */
    public boolean comparesWithOthers() {
        return baseline.compares() && (seen.unchangedNodeSeconds() > 0 || seen.changedNodeSeconds() == 0);
    }

    /** Events of changed nodes to be expected had nothing changed; NaN if that is unknown. */
    public double expectedEvents() {
        Sample before = baseline.before();
        if (comparesWithOthers()) {
            return seen.unchangedNodeSeconds() == 0
                    ? 0
                    : baseline.ratio()
                            * seen.unchangedEvents()
                            * seen.changedNodeSeconds()
                            / seen.unchangedNodeSeconds();
        }
        return before.changedEvents() * seen.changedNodeSeconds() / before.changedNodeSeconds();
    }

    /** Whether it fails by now. It may still do so as long as it is watched. */
    public boolean fails(Limits limits) {
        return comparesWithOthers() && isHit(limits);
    }

    /** What it says when it is watched no longer. */
    public Verdict conclude(Limits limits) {
        if (fails(limits)) {
            return new Verdict.Fail();
        }
        if (seen.changedNodeSeconds() < limits.minNodeSeconds()) {
            return new Verdict.Inconclusive(GateReason.TooFewNodeSeconds);
        }
        if (seen.changedEvents() < limits.floor() * seen.changedNodeSeconds()) {
            // So few that they are no harm, whatever was to be expected.
            return new Verdict.Pass();
        }
        if (!baseline.known()) {
            return new Verdict.Inconclusive(GateReason.NoBaseline);
        }
        return isHit(limits) ? new Verdict.Inconclusive(GateReason.NoControls) : new Verdict.Pass();
    }

    private boolean isHit(Limits limits) {
        return baseline.known() && evidence() >= THRESHOLD && excess() >= limits.floor();
    }

    /** Events a second and node beyond what may be expected. */
    private double excess() {
        double rate = seen.changedEvents() / seen.changedNodeSeconds();
        return comparesWithOthers()
                ? rate - baseline.lenientRatio() * seen.unchangedEvents() / seen.unchangedNodeSeconds()
                : rate - baseline.before().changedEvents() / baseline.before().changedNodeSeconds();
    }

    private double evidenceByOwnPast() {
        Sample before = baseline.before();
        if (!baseline.known() || !(seen.changedNodeSeconds() > 0)) {
            return 1;
        }
        double odds = seen.changedNodeSeconds() / before.changedNodeSeconds();
        return mean(HARMFUL.stream()
                .map(factor -> logRatio(factor, odds, seen.changedEvents(), before.changedEvents()))
                .toList());
    }

    private double logRatio(double harmful, double odds, long changedEvents, long otherEvents) {
        double tolerated = tolerance * odds;
        double suspected = harmful * tolerated;
        double ofOthers = Math.log1p(tolerated) - Math.log1p(suspected);
        double ofChanged = Math.log(harmful) + ofOthers;
        return (changedEvents * ofChanged + otherEvents * ofOthers) / baseline.dispersion();
    }

    private static double mean(List<Double> logarithms) {
        double largest = Collections.max(logarithms);
        double sum =
                logarithms.stream().mapToDouble(log -> Math.exp(log - largest)).sum();
        return Math.min(MAX_EVIDENCE, Math.exp(largest) * sum / logarithms.size());
    }
}
