package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the gates of a stage have seen, and what was said of them.
 *
 * @param watch how its changed clusters compare with unchanged ones; null before its first cluster is written, and where no
 *     signal is looked at
 * @param proof whether its changed clusters are still proven; null before the end of its bake
 * @param answers the latest of each external gate
 * @param overruled gates that do not stop the stage any more, whatever they say
 */
public record StageGates(
        @Nullable Watch watch, @Nullable Proof proof, List<Answered> answers, List<Overruled> overruled) {

    public static final StageGates NONE = new StageGates(null, null, List.of(), List.of());

    /**
     * @param since when its clusters were first seen as they are: proven, or not
     * @param judgedAt null as long as there is no verdict
     * @param verdict null as long as they may yet be proven again
     * @param code why it does not pass; null if it does
     */
    public record Proof(
            Instant since,
            @Nullable Instant judgedAt,
            @Nullable GateVerdict verdict,
            @Nullable ReasonCode code,
            String message) {

        boolean saysTheSame(@Nullable Proof other) {
            return other != null && verdict == other.verdict && message.equals(other.message);
        }
    }

    /** @param reason in the words of who answered */
    public record Answered(String gate, GateVerdict verdict, String actor, String reason, Instant at) {}

    /** @param failures whether even a Fail is overruled; else only that the gate could not tell */
    public record Overruled(
            String gate,
            boolean failures,
            String actor,
            @Nullable String reason,
            Instant at) {}

    public StageGates {
        answers = List.copyOf(answers);
        overruled = List.copyOf(overruled);
    }

    StageGates with(Watch next) {
        return new StageGates(next, proof, answers, overruled);
    }

    StageGates with(Proof next) {
        return new StageGates(watch, next, answers, overruled);
    }

    /** The clusters are to be proven once more, from the beginning. */
    StageGates withoutProof() {
        return new StageGates(watch, null, answers, overruled);
    }

    StageGates with(Answered answer) {
        return new StageGates(
                watch,
                proof,
                Stream.concat(answers.stream().filter(known -> !known.gate().equals(answer.gate())), Stream.of(answer))
                        .toList(),
                overruled);
    }

    StageGates with(Overruled overrule) {
        return new StageGates(
                watch,
                proof,
                answers,
                Stream.concat(
                                overruled.stream().filter(known -> !known.gate().equals(overrule.gate())),
                                Stream.of(overrule))
                        .toList());
    }

    /** The clusters to compare with are of no use any more once the stage is done. */
    StageGates done() {
        return watch == null ? this : with(watch.done());
    }

    /** Watched again, since clusters have come back to the stage. */
    StageGates goOn() {
        StageGates again = withoutProof();
        return watch == null ? again : again.with(watch.goOn());
    }

    /**
     * Without what measurements said of the stage as it was: they begin anew, since clusters have come back to it. A Fail does not get
     * better by that.
     *
     * @param asked names of the gates that are measured
     */
    StageGates measuredAnew(Set<String> asked) {
        return new StageGates(
                watch,
                proof,
                answers.stream()
                        .filter(answer -> answer.verdict() == GateVerdict.Fail || !asked.contains(answer.gate()))
                        .toList(),
                overruled);
    }

    /** Whether one says Fail, overruled or not. */
    boolean hasFail() {
        return (proof != null && proof.verdict() == GateVerdict.Fail)
                || (watch != null && watch.signals().stream().anyMatch(Watch.Watched::hasFailed))
                || answers.stream().anyMatch(answer -> answer.verdict() == GateVerdict.Fail);
    }

    Optional<Answered> answer(String gate) {
        return answers.stream().filter(known -> known.gate().equals(gate)).findFirst();
    }

    /** Who lets a gate pass that says this; null if nobody does. */
    @Nullable
    Overruled overruling(String gate, @Nullable GateVerdict verdict) {
        return overruled(gate)
                .filter(known -> known.failures() || verdict == GateVerdict.Inconclusive)
                .orElse(null);
    }

    Optional<Overruled> overruled(String gate) {
        return overruled.stream().filter(known -> known.gate().equals(gate)).findFirst();
    }
}
