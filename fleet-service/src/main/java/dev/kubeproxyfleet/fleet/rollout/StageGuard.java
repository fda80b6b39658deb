package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate.OnInconclusive;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the gates of a stage do to its rollout. */
final class StageGuard {

    private StageGuard() {}

    /** What a rollout does about a gate, and why. */
    record Stop(OnFailure how, ReasonCode code, String message) {}

    /** Whether no further cluster may start, since a gate failed. */
    static Optional<Stop> failure(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        OnFailure onFailure = rollout.spec().strategy().onFailure();
        if (onFailure == OnFailure.Continue || !stage.gates().hasFail()) {
            return Optional.empty();
        }
        List<StageGate> failing =
                StageGate.of(rollout, index).stream().filter(StageGate::fails).toList();
        return failing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Stop(onFailure, RolloutReason.GateFailed, sentence(stage, failing)));
    }

    /** Why the next stage may not begin, as far as gates go; the stage must have been concluded. */
    static Optional<Stop> objection(Rollout rollout, int index) {
        return failure(rollout, index).or(() -> doubt(rollout, index));
    }

    /** A gate could not tell. Of a stage without a bake signals are not expected to tell anything. */
    private static Optional<Stop> doubt(Rollout rollout, int index) {
        OnInconclusive onInconclusive = rollout.spec().gate().onInconclusive();
        if (onInconclusive == OnInconclusive.Continue || !StageProof.somethingFollows(rollout, index)) {
            return Optional.empty();
        }
        boolean bakes = rollout.stages().get(index).spec().bake().isPositive();
        List<StageGate> unsure = StageGate.of(rollout, index).stream()
                .filter(gate -> gate.isInconclusive() && (bakes || gate.watched() == null))
                .toList();
        return unsure.isEmpty()
                ? Optional.empty()
                : Optional.of(new Stop(
                        onInconclusive == OnInconclusive.Rollback ? OnFailure.Rollback : OnFailure.Pause,
                        RolloutReason.GateInconclusive,
                        sentence(rollout.stages().get(index), unsure)));
    }

    /** What a stage that has baked waits for; empty if it waits for nothing. */
    static Optional<String> awaited(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        StageGates.Proof proof = stage.gates().proof();
        return unanswered(rollout, index)
                .or(() -> proof != null && proof.verdict() == null
                        ? Optional.of("stage " + stage.spec().name()
                                + " has baked, and its clusters do not all prove it" + " now: " + proof.message())
                        : Optional.empty());
    }

    /** Which external gates have no answer yet; empty if none is waited for. */
    static Optional<String> unanswered(Rollout rollout, int index) {
        if (StageGate.answered(rollout).isEmpty()) {
            return Optional.empty();
        }
        List<String> names = StageGate.of(rollout, index).stream()
                .filter(StageGate::isAwaited)
                .map(StageGate::name)
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("stage " + rollout.stages().get(index).spec().name() + " waits for the answer of "
                        + String.join(", ", names));
    }

    /** With a verdict on every signal: the stage has been watched for as long as it is. */
    static Stage conclude(Rollout rollout, int index, Instant now) {
        Stage stage = rollout.stages().get(index);
        Watch watch = stage.gates().watch();
        return watch == null
                ? stage
                : stage.with(stage.gates()
                        .with(watch.conclude(watched -> watched.judge(
                                Optional.of(SignalGate.conclusion(rollout.spec().gate(), watch, watched, now))))));
    }

    /** What each gate said, to end a sentence with; empty if there is none. */
    static String summary(Rollout rollout, int index) {
        String gates = StageGate.of(rollout, index).stream()
                .filter(gate -> gate.verdict() != null)
                .map(gate -> gate.name() + " " + gate.verdict()
                        + (gate.code() == null ? "" : " (" + gate.code() + ")")
                        + (gate.overruled() == null
                                ? ""
                                : ", overruled by " + gate.overruled().actor()))
                .collect(Collectors.joining(", "));
        return gates.isEmpty() ? "" : "; gates: " + gates;
    }

    private static String sentence(Stage stage, List<StageGate> gates) {
        return "stage " + stage.spec().name() + ": "
                + gates.stream()
                        .map(gate -> gate.name() + ": " + gate.message())
                        .collect(Collectors.joining("; "));
    }
}
