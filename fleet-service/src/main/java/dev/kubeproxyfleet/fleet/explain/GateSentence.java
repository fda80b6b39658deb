package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a person can do where a gate decides how a rollout goes on. */
final class GateSentence {

    private GateSentence() {}

    /** @param start the beginning of the sentence, without a full stop */
    static Told paused(String start, RolloutStatus rollout) {
        List<String> failing = rollout.stages().stream()
                .filter(stage -> stage.state() != RolloutStatus.StageState.Done)
                .limit(1)
                .flatMap(stage -> stage.gates().stream())
                .filter(gate -> gate.judges() && gate.verdict() == GateVerdict.Fail && gate.overruled() == null)
                .map(RolloutStatus.StageGate::name)
                .toList();
        if (rollout.objection(Command.Action.Resume).isPresent()) {
            return new Told(
                    start + "; roll it back, or override " + String.join(", ", failing)
                            + " with a reason and resume it.",
                    "kpfleet rollback " + rollout.id());
        }
        String mended = failing.isEmpty()
                ? "look at the clusters, then resume it to go on"
                : "mend the cause, then resume it to have the clusters looked at again";
        return new Told(start + "; " + mended + ", or roll it back.", "kpfleet resume " + rollout.id());
    }

    /** @param said code and message of the rollout */
    static Told baking(String start, RolloutStatus rollout, RolloutStatus.Stage stage, String said, Instant now) {
        String bakes = start + "; stage " + stage.name() + " bakes" + Words.until(stage, now);
        Optional<RolloutStatus.StageGate> awaited = stage.gates().stream()
                .filter(gate -> gate.code() == GateReason.AnswerAwaited || gate.code() == GateReason.ProofAwaited)
                .filter(gate -> gate.overruled() == null)
                .findFirst();
        if (rollout.code() != null && awaited.isPresent()) {
            String name = awaited.get().name();
            String what = awaited.get().code() == GateReason.ProofAwaited
                    ? "wait, or override gate " + name
                    : "answer gate " + name + ", or override it";
            return new Told(
                    bakes + said + "; " + what + " with a reason.",
                    "kpfleet override " + rollout.id() + " --gate " + name + " --reason \"seen by hand\"");
        }
        return rollout.objection(Command.Action.Promote).isEmpty()
                ? new Told(bakes + ": wait, or promote it to go on now.", "kpfleet promote " + rollout.id())
                : new Told(bakes + ": wait; a gate of it fails, and the rollout goes on all the same.", null);
    }
}
