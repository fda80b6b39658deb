package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.fleet.gate.Limits;
import dev.kubeproxyfleet.fleet.gate.Sample;
import dev.kubeproxyfleet.fleet.gate.Verdict;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the comparison of one signal means for a stage, and how it is told to people. */
final class SignalGate {

    /** No person needs to know by how much it is more. */
    private static final double BEYOND_DOUBT = 1_000_000;

    private SignalGate() {}

    /** Empty as long as it does not fail. */
    static Optional<Watch.Judged> failure(Gate gate, Watch watch, Watch.Watched watched, Instant now) {
        return watched.comparison().fails(limits(gate, watched.signal()))
                ? Optional.of(new Watch.Judged(GateVerdict.Fail, GateReason.SignalRose, sentence(watch, watched), now))
                : Optional.empty();
    }

    /** What it says once it is watched no longer. */
    static Watch.Judged conclusion(Gate gate, Watch watch, Watch.Watched watched, Instant now) {
        if (!watched.told()) {
            return new Watch.Judged(
                    GateVerdict.Inconclusive,
                    GateReason.SignalUnknown,
                    "no node of a changed cluster has told its "
                            + watched.signal().words() + " since the change",
                    now);
        }
        String sentence = sentence(watch, watched);
        return switch (watched.comparison().conclude(limits(gate, watched.signal()))) {
            case Verdict.Pass() -> new Watch.Judged(GateVerdict.Pass, null, sentence, now);
            case Verdict.Fail() -> new Watch.Judged(GateVerdict.Fail, GateReason.SignalRose, sentence, now);
            case Verdict.Inconclusive(GateReason reason) ->
                new Watch.Judged(GateVerdict.Inconclusive, reason, sentence + because(reason), now);
        };
    }

    /** The figures of the moment. */
    static String sentence(Watch watch, Watch.Watched watched) {
        Comparison comparison = watched.comparison();
        Sample seen = comparison.seen();
        if (seen.changedNodeSeconds() == 0) {
            return "nothing is compared yet: what changed clusters count until they have settled is left out";
        }
        if (!comparison.baseline().known()) {
            return counted(watch, watched, String.valueOf(seen.changedEvents())) + " in "
                    + Math.round(seen.changedNodeSeconds()) + " node-seconds; what to expect is not known";
        }
        return comparison.comparesWithOthers()
                ? counted(watch, watched, seen.changedEvents() + " of the " + seen.events()) + "; by "
                        + unchanged(watch.unchanged()) + expected(comparison) + chance(comparison.evidence())
                : counted(watch, watched, String.valueOf(seen.changedEvents())) + "; by the time before"
                        + expected(comparison) + chance(comparison.evidence());
    }

    private static String counted(Watch watch, Watch.Watched watched, String events) {
        String only = watch.onlyChanged();
        int clusters = watch.changed().clusters();
        String who = only != null
                ? RolloutCluster.name(only) + " counts "
                : (clusters == 0 ? "the" : "the " + clusters) + " changed clusters count ";
        return "since the change " + who + events + " " + watched.signal().words();
    }

    private static String unchanged(Watch.Crowd crowd) {
        return crowd.nodes() == 0
                ? "nodes that were not changed"
                : "the " + Count.of(crowd.nodes(), "node that was not changed", "nodes that were not changed");
    }

    private static String expected(Comparison comparison) {
        double events = comparison.expectedEvents();
        return " it should be about " + String.format(Locale.ROOT, events < 10 ? "%.1f" : "%.0f", events);
    }

    /** {@code evidence} is beyond a bound in no more than one of so many good stages, however often one looks (ADR 16). */
    private static String chance(double evidence) {
        if (evidence < 10) {
            return "";
        }
        return evidence >= BEYOND_DOUBT
                ? "; chance hardly ever does that"
                : String.format(Locale.ROOT, "; chance does that less than once in %,.0f stages", Math.floor(evidence));
    }

    private static String because(GateReason reason) {
        return switch (reason) {
            case TooFewNodeSeconds -> "; that is too short to tell that nothing is wrong";
            case NoBaseline -> "; too little is known of the time before";
            case NoControls -> "; there are too few unchanged clusters to tell whether it rose everywhere";
            case SignalRose,
                    SignalUnknown,
                    NotProven,
                    ProofUnknown,
                    ProofAwaited,
                    AnswerFailed,
                    AnswerInconclusive,
                    AnswerAwaited -> "";
        };
    }

    private static Limits limits(Gate gate, Signal signal) {
        Gate.SignalRules rules = gate.signal(signal);
        return new Limits(rules.tolerance(), rules.floor(), rules.minNodeSeconds());
    }
}
