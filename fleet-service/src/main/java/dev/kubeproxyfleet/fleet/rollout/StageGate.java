package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One gate of a stage, and what it says now. A pure function of the rollout.
 *
 * @param name {@link Gate#PROOF}, a signal's key, or an external gate's name
 * @param judges whether the stage heeds it; else people see it, and that is all
 * @param verdict null while it is still being watched or waited for
 * @param code why it does not pass; null if it does, or has no verdict and waits for nothing but the bake
 * @param judgedAt when it said so; null as long as it has no verdict
 * @param watched of a signal
 * @param overruled who lets it pass as it is now; null if nobody does. Who has accepted that it could not tell lets no Fail pass
 */
public record StageGate(
        String name,
        boolean judges,
        @Nullable GateVerdict verdict,
        @Nullable ReasonCode code,
        String message,
        @Nullable Instant judgedAt,
        Watch.@Nullable Watched watched,
        StageGates.@Nullable Overruled overruled) {

    /** Whether no further cluster may start because of it. */
    boolean fails() {
        return judges && verdict == GateVerdict.Fail && overruled == null;
    }

    /** Whether it could not tell, and nobody has accepted that. */
    boolean isInconclusive() {
        return judges && verdict == GateVerdict.Inconclusive && overruled == null;
    }

    /** Whether the stage cannot end before somebody has answered it. */
    boolean isAwaited() {
        return code == GateReason.AnswerAwaited && overruled == null;
    }

    /** Proof, the signals in their order, and the external ones as the config has them. */
    public static List<StageGate> of(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        Gate gate = rollout.spec().gate();
        List<StageGate> gates = new ArrayList<>();
        StageGates.Proof proof = stage.gates().proof();
        if (proof != null) {
            gates.add(new StageGate(
                    Gate.PROOF,
                    true,
                    proof.verdict(),
                    proof.code(),
                    proof.message(),
                    proof.judgedAt(),
                    null,
                    stage.gates().overruling(Gate.PROOF, proof.verdict())));
        }
        Watch watch = stage.gates().watch();
        if (watch != null) {
            for (Watch.Watched watched : watch.signals()) {
                gates.add(signal(gate, stage, watch, watched));
            }
        }
        if (!(stage.state() instanceof StageState.Waiting)) {
            gate.external().stream()
                    .map(external -> external(stage, external))
                    .filter(external ->
                            external.verdict() != null || rollout.state().goesForward())
                    .forEach(gates::add);
        }
        return gates;
    }

    /** Names of the gates that can stop the rollout's stages, in the same order. */
    static List<String> names(Rollout rollout) {
        Gate gate = rollout.spec().gate();
        Stream<String> proof = ProofGate.isAsked(rollout) ? Stream.of(Gate.PROOF) : Stream.empty();
        Stream<String> signals = Stream.of(Signal.values()).filter(gate::judges).map(Signal::key);
        return Stream.of(proof, signals, answered(rollout).stream())
                .flatMap(names -> names)
                .toList();
    }

    /** Names of the external ones. */
    static List<String> answered(Rollout rollout) {
        return rollout.spec().gate().external().stream().map(ExternalGate::name).toList();
    }

    /** Names of those external ones that the fleet service asks. */
    static Set<String> asked(Rollout rollout) {
        return rollout.spec().gate().external().stream()
                .filter(external -> external.http() != null)
                .map(ExternalGate::name)
                .collect(Collectors.toSet());
    }

    private static StageGate signal(Gate gate, Stage stage, Watch watch, Watch.Watched watched) {
        String name = watched.signal().key();
        boolean judges = gate.judges(watched.signal());
        Watch.Judged judged = watched.judged();
        return judged == null
                ? new StageGate(
                        name,
                        judges,
                        null,
                        null,
                        SignalGate.sentence(watch, watched),
                        null,
                        watched,
                        stage.gates().overruling(name, null))
                : new StageGate(
                        name,
                        judges,
                        judged.verdict(),
                        judged.code(),
                        judged.message(),
                        judged.at(),
                        watched,
                        stage.gates().overruling(name, judged.verdict()));
    }

    private static StageGate external(Stage stage, ExternalGate external) {
        String name = external.name();
        return stage.gates()
                .answer(name)
                .map(answer -> new StageGate(
                        name,
                        true,
                        answer.verdict(),
                        code(answer),
                        answer.actor() + " says: " + answer.reason(),
                        answer.at(),
                        null,
                        stage.gates().overruling(name, answer.verdict())))
                .orElseGet(() -> new StageGate(
                        name,
                        true,
                        null,
                        GateReason.AnswerAwaited,
                        awaited(stage, external.http()),
                        null,
                        null,
                        stage.gates().overruling(name, null)));
    }

    private static String awaited(Stage stage, @Nullable HttpCheck check) {
        if (check == null) {
            return "nobody has answered it yet";
        }
        return "the fleet service asks " + check.url().getAuthority()
                + (stage.state() instanceof StageState.Baking
                        ? " every " + check.interval().toSeconds() + " s; there is no verdict yet"
                        : " once the stage bakes");
    }

    private static @Nullable ReasonCode code(StageGates.Answered answer) {
        return switch (answer.verdict()) {
            case Pass -> null;
            case Fail -> GateReason.AnswerFailed;
            case Inconclusive -> GateReason.AnswerInconclusive;
        };
    }
}
