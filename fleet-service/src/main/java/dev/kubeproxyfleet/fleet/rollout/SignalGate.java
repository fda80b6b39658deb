package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.fleet.gate.Limits;
import dev.kubeproxyfleet.fleet.gate.Verdict;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the comparison of one signal means for a stage, and how it is told to people. */
final class SignalGate {

    /** No person needs to know by how much it is more. */
    private static final double BEYOND_DOUBT = 1_000_000;

    private SignalGate() {}

    /** Empty as long as it does not fail. */
    static Optional<Watch.Judged> failure(Gate gate, Watch.Watched watched, Instant now) {
        return watched.comparison().fails(limits(gate, watched.signal()))
                ? Optional.of(new Watch.Judged(GateVerdict.Fail, GateReason.SignalRose, sentence(watched), now))
                : Optional.empty();
    }

    /** What it says once it is watched no longer. */
    static Watch.Judged conclusion(Gate gate, Watch.Watched watched, Instant now) {
        if (!watched.told()) {
            return new Watch.Judged(
                    GateVerdict.Inconclusive,
                    GateReason.SignalUnknown,
                    "no node of a changed cluster has told its "
                            + watched.signal().words() + " since the change",
                    now);
        }
        String sentence = sentence(watched);
        return switch (watched.comparison().conclude(limits(gate, watched.signal()))) {
            case Verdict.Pass() -> new Watch.Judged(GateVerdict.Pass, null, sentence, now);
            case Verdict.Fail() -> new Watch.Judged(GateVerdict.Fail, GateReason.SignalRose, sentence, now);
            case Verdict.Inconclusive(GateReason reason) ->
                new Watch.Judged(GateVerdict.Inconclusive, reason, sentence + because(reason), now);
        };
    }

    /** The figures of the moment. */
    static String sentence(Watch.Watched watched) {
        Comparison comparison = watched.comparison();
        long events = comparison.seen().changedEvents();
        String words = watched.signal().words();
        String counted = "since the change " + events + " " + words + " in "
                + Math.round(comparison.seen().changedNodeSeconds()) + " node-seconds";
        if (!comparison.baseline().known()) {
            return counted;
        }
        String expected = String.format(Locale.ROOT, "%.1f", comparison.expectedEvents());
        return counted + ", about " + expected + " were to be expected by "
                + (comparison.comparesWithOthers() ? "what unchanged nodes show" : "the time before")
                + chance(comparison.evidence());
    }

    private static String chance(double evidence) {
        if (evidence < 10) {
            return "";
        }
        return evidence >= BEYOND_DOUBT
                ? "; chance alone hardly ever does that"
                : "; chance alone does that less than once in " + String.format(Locale.ROOT, "%,.0f", evidence)
                        + " looks";
    }

    private static String because(GateReason reason) {
        return switch (reason) {
            case TooFewNodeSeconds -> "; that is too short to tell that nothing is wrong";
            case NoBaseline -> "; too little is known of the time before";
            case NoControls -> "; there are too few unchanged clusters to tell whether it rose everywhere";
            case SignalRose, SignalUnknown, AnswerFailed, AnswerInconclusive, AnswerAwaited -> "";
        };
    }

    private static Limits limits(Gate gate, Signal signal) {
        Gate.SignalRules rules = gate.signal(signal);
        return new Limits(rules.tolerance(), rules.floor(), rules.minNodeSeconds());
    }
}
