package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.text.Count;

/**
 * The measurements of one gate in one bake so far. A pure value.
 *
 * @param good how many were good
 * @param bad how many were not
 * @param silent how many of the latest, in a row, told nothing
 */
record Course(int good, int bad, int silent) {

    static final Course BEGIN = new Course(0, 0, 0);

    /** What follows from a measurement. */
    sealed interface Step {

        record GoOn(Course next) implements Step {}

        /** @param reason one sentence with the figures */
        record Conclude(GateVerdict verdict, String reason) implements Step {}
    }

    /**
     * Fails as soon as more measurements were bad than the check tolerates. Else nothing is concluded before the stage has baked: then
     * a measurement that tells something passes the gate once enough of them did, and too many in a row that tell nothing leave it
     * open.
     *
     * @param baked whether the measurement began after the end of the bake
     */
    Step take(HttpCheck check, Measurement measurement, boolean baked) {
        return switch (measurement) {
            case Measurement.Good good -> new Course(this.good + 1, bad, 0).told(check, good, baked);
            case Measurement.Bad found
            when bad + 1 > check.failureLimit() ->
                new Step.Conclude(
                        GateVerdict.Fail,
                        found.told() + "; " + (bad + 1) + " of " + Count.of(good + bad + 1, "measurement") + " failed, "
                                + check.failureLimit() + " may");
            case Measurement.Bad found -> new Course(good, bad + 1, 0).told(check, found, baked);
            case Measurement.Unknown unknown
            when baked && silent + 1 > check.consecutiveErrorLimit() ->
                new Step.Conclude(
                        GateVerdict.Inconclusive,
                        unknown.told() + "; the last " + Count.of(silent + 1, "measurement") + " told nothing");
            case Measurement.Unknown _ -> new Step.GoOn(new Course(good, bad, silent + 1));
            case Measurement.Refused refused -> new Step.Conclude(GateVerdict.Inconclusive, refused.told());
        };
    }

    private Step told(HttpCheck check, Measurement last, boolean baked) {
        return baked && good + bad >= check.count()
                ? new Step.Conclude(
                        GateVerdict.Pass,
                        last.told() + "; " + bad + " of " + Count.of(good + bad, "measurement") + " failed")
                : new Step.GoOn(this);
    }
}
