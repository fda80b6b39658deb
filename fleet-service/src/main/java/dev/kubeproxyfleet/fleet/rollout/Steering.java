package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Does what people ask of a rollout once {@link Possibilities} has nothing against it, and answers with what it did. */
final class Steering {

    private final Draft draft;
    private final ConfigState config;
    private final Rollout rollout;
    private final Command command;
    private final Answer answer;

    private Steering(Draft draft, ConfigState config, Rollout rollout, Command command, Answer answer) {
        this.draft = draft;
        this.config = config;
        this.rollout = rollout;
        this.command = command;
        this.answer = answer;
    }

    static void command(Draft draft, Command command) {
        Answer answer = new Answer(
                command.id(),
                command.config(),
                command.cluster(),
                command.action().name(),
                command.actor(),
                command.reason(),
                draft.now());
        Optional<Standing> found = Standing.of(draft.fleet(), command.config());
        if (found.isEmpty()) {
            draft.audit(answer.refused(null, RequestReason.UnknownConfig, "there is no config " + command.config()));
            return;
        }
        Standing standing = found.get();
        RolloutId latest = standing.latest().id();
        if (standing.config().hasApplied(command.id())) {
            draft.audit(answer.unchanged(
                    latest, AnswerReason.DuplicateCommand, "command " + command.id() + " was carried out before"));
            return;
        }
        ConfigState heard = standing.config().unchanged(command.id());
        draft.put(heard);
        Optional<Rollout> addressed = addressed(draft, standing, command);
        if (addressed.isEmpty()) {
            draft.audit(answer.refused(
                    latest,
                    AnswerReason.NotTheLatestRollout,
                    command.rollout() + " is not the latest rollout, " + latest + " is"));
            return;
        }
        Rollout rollout = addressed.get();
        draft.audit(new Possibilities(standing, rollout)
                .objection(command.action())
                .map(refusal -> answer.not(rollout.id(), refusal))
                .orElseGet(() -> new Steering(draft, heard, rollout, command, answer).carryOut()));
    }

    /**
     * The rollout that a command means: the one that it names, or the one under way, or the latest. To roll back a rollout that
     * began by itself, it must be named: where none is, the one before it is meant that reached every cluster.
     */
    private static Optional<Rollout> addressed(Draft draft, Standing standing, Command command) {
        if (command.rollout() != null) {
            return RolloutId.parse(command.rollout())
                    .filter(id -> id.config().equals(standing.config().name()))
                    .flatMap(draft::rollout)
                    .filter(named -> new Possibilities(standing, named).isAddressable(command.action()));
        }
        Rollout meant = standing.current();
        boolean byItself = switch (meant.request().cause()) {
            case CatchUp, DriftCorrection -> true;
            case Publish, Rerun, Retry -> false;
        };
        return Optional.of(command.action() == Command.Action.Rollback && byItself ? standing.full() : meant);
    }

    private AuditRecord carryOut() {
        return switch (command.action()) {
            case Pause -> pause();
            case Resume -> resume();
            case Abort -> abort();
            case Approve -> approve();
            case Reject -> reject();
            case Retry -> retry();
            case Skip -> skip();
            case Promote -> promote();
            case Rollback -> rollBack();
            case Rerun -> rerun();
            case Override -> override();
            case Answer -> answerGate();
        };
    }

    // ---- the rollout as a whole ----

    private AuditRecord pause() {
        return switch ((RolloutState.Pausable) rollout.state()) {
            case RolloutState.Planned planned ->
                pause(planned, RolloutReason.PausedByOperator, "its clusters are not chosen before it is resumed");
            case RolloutState.Running running ->
                pause(running, RolloutReason.PausedByOperator, "no further cluster starts" + ends());
            case RolloutState.RollingBack back ->
                pause(back, RolloutReason.RollbackPaused, "no further cluster gets back what it had" + ends());
        };
    }

    private AuditRecord pause(RolloutState.Pausable going, ReasonCode code, String effect) {
        RolloutState.Paused paused = going.pause(code, "paused " + answer.by(), answer.now());
        draft.put(rollout.with(paused));
        return done(AnswerReason.Paused, effect);
    }

    private String ends() {
        return "; " + rollout.inFlight() + " in flight will end";
    }

    private AuditRecord resume() {
        RolloutState.Paused paused = (RolloutState.Paused) rollout.state();
        Rollout resumed = rollout.with(paused.resume(answer.now()));
        OptionalInt current = resumed.currentStage();
        boolean accepts = paused.code() == RolloutReason.MaxFailuresExceeded;
        boolean acceptsDoubt = paused.code() == RolloutReason.GateInconclusive;
        if (current.isPresent()) {
            Stage stage = resumed.stages().get(current.getAsInt());
            Stage accepting = accepts
                    ? stage.acceptingFailures()
                    : acceptsDoubt ? acceptingDoubt(resumed, current.getAsInt()) : stage;
            resumed = resumed.with(
                    current.getAsInt(), accepting.with(accepting.gates().withoutProof()));
        }
        draft.put(resumed);
        String effect = switch (paused.from()) {
            case RolloutState.Planned _ -> "its clusters are chosen, as soon as nothing else is waited for";
            case RolloutState.Running _ ->
                "clusters start again"
                        + (accepts ? ", failures so far accepted" : "")
                        + (acceptsDoubt ? ", although gates could not tell" : "");
            case RolloutState.RollingBack _ -> "clusters get back again what they had";
        };
        return done(AnswerReason.Resumed, effect);
    }

    /** Every gate that could not tell lets the stage pass; one that fails does not. */
    private Stage acceptingDoubt(Rollout concluded, int index) {
        Stage stage = concluded.stages().get(index);
        StageGates gates = stage.gates();
        for (StageGate gate : StageGate.of(concluded, index)) {
            if (gate.isInconclusive()) {
                gates = gates.with(
                        new StageGates.Overruled(gate.name(), false, command.actor(), command.reason(), answer.now()));
            }
        }
        return stage.with(gates);
    }

    private AuditRecord abort() {
        RolloutState.Active active = (RolloutState.Active) rollout.state();
        draft.put(rollout.with(active.abort(RolloutReason.Aborted, "aborted " + answer.by(), answer.now())));
        return done(
                RolloutReason.Aborted, "no further cluster starts" + ends() + "; changed clusters keep what they run");
    }

    private AuditRecord rollBack() {
        RolloutState.Revertible revertible = (RolloutState.Revertible) rollout.state();
        Rollout again = revertFailuresAgain();
        boolean nothing =
                again == rollout && draft.fleet().changed(rollout.id(), 1).isEmpty();
        if (nothing && rollout.state() instanceof RolloutState.Ended) {
            return answer.not(rollout.id(), Possibilities.nothingToRollBack());
        }
        draft.put(again.with(
                revertible.rollBack(RolloutReason.RollbackByOperator, "rolled back " + answer.by(), answer.now())));
        return done(
                AnswerReason.RollingBack,
                "what it changed gets back what it had before, newest first"
                        + (rollout.id().equals(config.latestId())
                                ? ""
                                : "; rollouts since then keep what they changed, name them to roll them back too"));
    }

    private Rollout revertFailuresAgain() {
        Rollout again = rollout;
        if (rollout.totals().failedRollbacks() > 0) {
            for (RolloutCluster cluster : draft.fleet().rolloutClusters(rollout.id())) {
                if (cluster.isRollbackFailure()) {
                    again = draft.move(again, cluster, cluster.toRevertAgain());
                }
            }
        }
        return again;
    }

    private AuditRecord rerun() {
        return startAgain(Cause.Rerun, "every cluster that the config selects");
    }

    private AuditRecord startAgain(Cause cause, String what) {
        FleetConfig.Spec spec =
                Publishing.resolve(draft, Objects.requireNonNull(config.spec())).orElseThrow();
        RolloutId id = Publishing.start(
                draft,
                config,
                config.again(cause == Cause.Rerun),
                cause,
                cause == Cause.Retry ? command.cluster() : null,
                spec,
                command.actor());
        return answer.done(id, AnswerReason.RolloutPlanned, "rollout " + id + " for " + what);
    }

    // ---- its current stage ----

    private AuditRecord approve() {
        int index = rollout.currentStage().orElseThrow();
        Stage stage = rollout.stages().get(index);
        StageState.AwaitingApproval awaiting = (StageState.AwaitingApproval) stage.state();
        if (command.at().isBefore(awaiting.since())) {
            return refused(
                    AnswerReason.AskedBefore,
                    "stage " + stage.spec().name() + " awaits approval only since " + awaiting.since()
                            + ", after it was approved; look, and approve it again");
        }
        draft.put(rollout.with(index, stage.with(awaiting.approve(answer.now()))));
        return done(
                AnswerReason.Approved,
                "stage " + stage.spec().name() + (awaiting.approval() == Approval.before ? " starts" : " is done"));
    }

    private AuditRecord reject() {
        String stage = rollout.stages()
                .get(rollout.currentStage().orElseThrow())
                .spec()
                .name();
        RolloutState.Active active = (RolloutState.Active) rollout.state();
        draft.put(rollout.with(
                active.abort(RolloutReason.Rejected, "stage " + stage + " was rejected " + answer.by(), answer.now())));
        return done(RolloutReason.Rejected, "no further cluster starts; changed clusters keep what they run");
    }

    private AuditRecord promote() {
        int index = rollout.currentStage().orElseThrow();
        Stage stage = rollout.stages().get(index);
        StageState.Baking baking = (StageState.Baking) stage.state();
        Rollout concluded = rollout.with(index, StageGuard.conclude(rollout, index, answer.now()));
        Stage accepting = acceptingDoubt(concluded, index);
        draft.put(rollout.with(index, accepting.with(baking.promote(answer.now()))));
        return done(AnswerReason.Promoted, "stage " + stage.spec().name() + " bakes no longer");
    }

    private AuditRecord override() {
        int index = rollout.currentStage().orElseThrow();
        Stage stage = rollout.stages().get(index);
        Optional<Refusal> objection = objectionToGate(false);
        if (objection.isPresent()) {
            return answer.not(rollout.id(), objection.get());
        }
        String gate = Objects.requireNonNull(command.gate());
        draft.put(rollout.with(
                index,
                stage.with(stage.gates()
                        .with(new StageGates.Overruled(gate, true, command.actor(), command.reason(), answer.now())))));
        return done(
                AnswerReason.Overridden,
                "gate " + gate + " stops stage " + stage.spec().name() + " no longer"
                        + (rollout.state() instanceof RolloutState.Paused ? "; resume the rollout" : ""));
    }

    private AuditRecord answerGate() {
        int index = rollout.currentStage().orElseThrow();
        Stage stage = rollout.stages().get(index);
        Optional<Refusal> objection = objectionToGate(true);
        if (objection.isPresent()) {
            return answer.not(rollout.id(), objection.get());
        }
        Instant judged = command.stageSince();
        if (judged != null && !judged.equals(stage.state().since())) {
            return refused(
                    AnswerReason.AskedBefore,
                    "the answer is about a stage that had its state since " + judged + "; stage "
                            + stage.spec().name() + " has its own since "
                            + stage.state().since());
        }
        String gate = Objects.requireNonNull(command.gate());
        GateVerdict verdict = Objects.requireNonNull(command.verdict());
        draft.put(rollout.with(
                index,
                stage.with(stage.gates()
                        .with(new StageGates.Answered(
                                gate,
                                verdict,
                                command.actor(),
                                Objects.requireNonNull(command.reason()),
                                answer.now())))));
        return done(
                AnswerReason.GateAnswered,
                "gate " + gate + " of stage " + stage.spec().name() + ": " + verdict);
    }

    /** @param external whether only an external gate can be meant */
    private Optional<Refusal> objectionToGate(boolean external) {
        List<String> known = external ? StageGate.answered(rollout) : StageGate.names(rollout);
        String names = String.join(", ", known);
        if (command.gate() == null) {
            return Optional.of(Refusal.refused(AnswerReason.GateMissing, "say which gate; it has " + names));
        }
        if (command.reason() == null || command.reason().isBlank()) {
            return Optional.of(Refusal.refused(AnswerReason.ReasonMissing, "say why"));
        }
        if (known.contains(command.gate())) {
            return Optional.empty();
        }
        return Optional.of(
                StageGate.names(rollout).contains(command.gate())
                        ? Refusal.refused(
                                AnswerReason.GateNotAnswered, "gate " + command.gate() + " is watched, not answered")
                        : Refusal.refused(
                                AnswerReason.NoSuchGate, "it has no gate " + command.gate() + "; it has " + names));
    }

    // ---- its clusters ----

    private AuditRecord retry() {
        Retry retry = new Retry(draft, config, rollout, command.cluster(), answer);
        if (rollout.state().goesForward()) {
            return retry.inItsRollout();
        }
        return retry.objection()
                .orElseGet(() -> startAgain(
                        Cause.Retry,
                        command.cluster() == null
                                ? "every selected cluster that has not converged"
                                : "cluster " + command.cluster()));
    }

    private AuditRecord skip() {
        if (command.cluster() == null) {
            return refused(AnswerReason.ClusterMissing, "say which cluster to skip");
        }
        RolloutCluster cluster = draft.cluster(rollout.id(), command.cluster()).orElse(null);
        if (cluster == null) {
            return refused(RequestReason.UnknownCluster, "it has no cluster " + command.cluster());
        }
        Optional<Refusal> objection = cluster.objectionToSkip();
        if (objection.isPresent()) {
            return answer.not(rollout.id(), objection.get());
        }
        String message = "skipped " + answer.by()
                + (cluster.state() instanceof ClusterState.Verifying
                        ? "; Azure has changed it, no evidence of it was awaited"
                        : "");
        draft.move(
                rollout,
                cluster,
                cluster.with(((ClusterState.Skippable) cluster.state())
                        .skip(ClusterReason.SkippedByOperator, message, answer.now())));
        return done(AnswerReason.Skipped, "the rollout goes on without " + cluster.cluster());
    }

    // ---- answers ----

    private AuditRecord done(ReasonCode code, String message) {
        return answer.done(rollout.id(), code, message);
    }

    private AuditRecord refused(ReasonCode code, String message) {
        return answer.refused(rollout.id(), code, message);
    }
}
