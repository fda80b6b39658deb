package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import java.util.Optional;
import java.util.OptionalInt;

/** Does what people ask of a rollout, and answers with what it did or why it could not. */
final class Steering {

    private static final String PAUSED_BY_OPERATOR = "PausedByOperator";

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
        Optional<ConfigState> config = draft.fleet().config(command.config());
        RolloutId id = config.map(ConfigState::latestId).orElse(null);
        if (config.isEmpty() || id == null) {
            draft.audit(answer.refused(null, "UnknownConfig", "there is no config " + command.config()));
            return;
        }
        if (config.get().hasApplied(command.id())) {
            draft.audit(
                    answer.unchanged(id, "DuplicateCommand", "command " + command.id() + " was carried out before"));
            return;
        }
        ConfigState heard = config.get().unchanged(command.id());
        draft.put(heard);
        Optional<Rollout> rollout = addressed(draft, heard, command);
        if (rollout.isEmpty()) {
            draft.audit(answer.refused(
                    id, "NotTheLatestRollout", command.rollout() + " is not the latest rollout, " + id + " is"));
            return;
        }
        draft.audit(new Steering(draft, heard, rollout.get(), command, answer).carryOut());
    }

    /**
     * The rollout that a command means: the one under way, or the latest; or to be rolled back, or while that goes on, an
     * earlier one that reached every cluster and was only followed by rollouts to some. To roll back those that began by
     * themselves, they must be named.
     */
    private static Optional<Rollout> addressed(Draft draft, ConfigState config, Command command) {
        Rollout latest = draft.rollout(config.latestRollout()).orElseThrow();
        boolean rollback = command.action() == Command.Action.Rollback;
        if (command.rollout() == null) {
            Rollout meant = active(draft, config).orElse(latest);
            boolean byItself = switch (meant.request().cause()) {
                case CatchUp, DriftCorrection -> true;
                case Publish, Rerun, Retry -> false;
            };
            return rollback && byItself
                    ? draft.rollout(new RolloutId(config.name(), config.fullGeneration()))
                    : Optional.of(meant);
        }
        if (command.rollout().equals(latest.id().toString())) {
            return Optional.of(latest);
        }
        return RolloutId.parse(command.rollout())
                .filter(id -> id.config().equals(config.name()) && id.generation() >= config.fullGeneration())
                .flatMap(draft::rollout)
                .filter(earlier -> earlier.state() instanceof RolloutState.Active
                        || (rollback && latest.state() instanceof RolloutState.Ended));
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
        };
    }

    // ---- the rollout as a whole ----

    private AuditRecord pause() {
        return switch (rollout.state()) {
            case RolloutState.Planned planned ->
                pause(planned, PAUSED_BY_OPERATOR, "its clusters are not chosen before it is resumed");
            case RolloutState.Running running ->
                pause(running, PAUSED_BY_OPERATOR, "no further cluster starts" + ends());
            case RolloutState.RollingBack back ->
                pause(back, RolloutStatus.ROLLBACK_PAUSED, "no further cluster gets back what it had" + ends());
            case RolloutState.Paused _ -> unchanged("AlreadyPaused", "it is paused already");
            case RolloutState.Ended _ -> ended();
        };
    }

    private AuditRecord pause(RolloutState.Pausable going, String code, String effect) {
        RolloutState.Paused paused = going.pause(code, "paused " + answer.by(), answer.now());
        draft.put(rollout.with(paused));
        return done("Paused", effect);
    }

    private String ends() {
        return "; " + rollout.inFlight() + " in flight will end";
    }

    private AuditRecord resume() {
        return switch (rollout.state()) {
            case RolloutState.Paused paused -> {
                Rollout resumed = rollout.with(paused.resume(answer.now()));
                OptionalInt current = resumed.currentStage();
                boolean accepts = paused.code().equals(Progress.MAX_FAILURES_EXCEEDED);
                if (accepts && current.isPresent()) {
                    Stage stage = resumed.stages().get(current.getAsInt());
                    resumed = resumed.with(current.getAsInt(), stage.acceptingFailures());
                }
                draft.put(resumed);
                String effect = switch (paused.from()) {
                    case RolloutState.Planned _ -> "its clusters are chosen, as soon as nothing else is waited for";
                    case RolloutState.Running _ ->
                        "clusters start again" + (accepts ? ", failures so far accepted" : "");
                    case RolloutState.RollingBack _ -> "clusters get back again what they had";
                };
                yield done("Resumed", effect);
            }
            case RolloutState.Running _, RolloutState.RollingBack _, RolloutState.Planned _ ->
                unchanged("NotPaused", "it is not paused");
            case RolloutState.Ended _ -> ended();
        };
    }

    private AuditRecord abort() {
        return switch (rollout.state()) {
            case RolloutState.Active active -> {
                draft.put(rollout.with(active.abort("Aborted", "aborted " + answer.by(), answer.now())));
                yield done("Aborted", "no further cluster starts" + ends() + "; changed clusters keep what they run");
            }
            case RolloutState.Aborted _ -> unchanged("AlreadyAborted", "it was aborted already");
            case RolloutState.Succeeded _,
                    RolloutState.Failed _,
                    RolloutState.Superseded _,
                    RolloutState.RolledBack _ -> ended();
        };
    }

    private AuditRecord rollBack() {
        if (rollout.released()) {
            return refused("ConfigDeleted", "the config was deleted, and its clusters with it");
        }
        Optional<RolloutId> other = otherActive();
        if (other.isPresent()) {
            return refused(
                    "AnotherRolloutActive",
                    other.get()
                            + " is under way, and together they would exceed its caps; wait for its end, or abort it");
        }
        return switch (rollout.state()) {
            case RolloutState.Planned _ -> nothingChangedYet();
            case RolloutState.Paused paused when paused.from() instanceof RolloutState.Planned -> nothingChangedYet();
            case RolloutState.Paused paused
            when paused.from() instanceof RolloutState.RollingBack ->
                refused(RolloutStatus.ROLLBACK_PAUSED, "its rollback is paused; resume it");
            case RolloutState.Revertible _
            when rollout.request().cause() == Cause.DriftCorrection ->
                refused(
                        "CorrectionNotReverted",
                        "it gave clusters what the config says, and nobody wants back what drifted; roll back "
                                + new RolloutId(config.name(), config.fullGeneration()));
            case RolloutState.Revertible revertible -> {
                Rollout again = revertFailuresAgain();
                boolean nothing = again == rollout
                        && draft.fleet().changed(rollout.id(), 1).isEmpty();
                if (nothing && rollout.state() instanceof RolloutState.Ended) {
                    yield unchanged("NothingToRollBack", "it has changed no cluster that still has to be rolled back");
                }
                draft.put(again.with(
                        revertible.rollBack("RollbackByOperator", "rolled back " + answer.by(), answer.now())));
                yield done(
                        "RollingBack",
                        "what it changed gets back what it had before, newest first"
                                + (rollout.id().equals(config.latestId())
                                        ? ""
                                        : "; rollouts since then keep what they changed, name them to roll them back too"));
            }
            case RolloutState.RollingBack _ -> unchanged("AlreadyRollingBack", "it is rolling back already");
            case RolloutState.RolledBack _ -> unchanged("AlreadyRolledBack", "it was rolled back already");
            case RolloutState.Superseded _ -> ended();
        };
    }

    private AuditRecord nothingChangedYet() {
        return refused("NotRunning", "it has changed nothing yet; abort it to stop it");
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

    private Optional<RolloutId> otherActive() {
        return active(draft, config).map(Rollout::id).filter(id -> !id.equals(rollout.id()));
    }

    /** The rollout of the config that goes on, of those since every cluster was last reached; there is one at most. */
    private static Optional<Rollout> active(Draft draft, ConfigState config) {
        for (long generation = config.generation(); generation >= config.fullGeneration(); generation--) {
            Optional<Rollout> active = draft.rollout(new RolloutId(config.name(), generation))
                    .filter(other -> other.state() instanceof RolloutState.Active);
            if (active.isPresent()) {
                return active;
            }
        }
        return Optional.empty();
    }

    private AuditRecord rerun() {
        if (rollout.state() instanceof RolloutState.Active) {
            return refused("StillActive", rollout.id() + " has not ended; abort it first");
        }
        return startAgain(Cause.Rerun, "every cluster that the config selects");
    }

    private AuditRecord startAgain(Cause cause, String what) {
        FleetConfig.Spec spec = config.spec();
        if (spec == null) {
            return refused("ConfigDeleted", "the config was deleted; publish it again");
        }
        Optional<FleetConfig.Spec> resolved = Publishing.resolve(draft, spec);
        if (resolved.isEmpty()) {
            return refused("UnknownStrategy", Publishing.unknownStrategy(spec));
        }
        RolloutId id = Publishing.start(
                draft,
                config,
                config.again(cause == Cause.Rerun),
                cause,
                cause == Cause.Retry ? command.cluster() : null,
                resolved.get(),
                command.actor());
        return answer.done(id, "RolloutPlanned", "rollout " + id + " for " + what);
    }

    // ---- its current stage ----

    private AuditRecord approve() {
        return atApproval((index, awaiting) -> {
            if (command.at().isBefore(awaiting.since())) {
                return refused(
                        "AskedBefore",
                        "stage " + rollout.stages().get(index).spec().name() + " awaits approval only since "
                                + awaiting.since() + ", after it was approved; look, and approve it again");
            }
            Stage stage = rollout.stages().get(index);
            draft.put(rollout.with(index, stage.with(awaiting.approve(answer.now()))));
            return done(
                    "Approved",
                    "stage " + stage.spec().name() + (awaiting.approval() == Approval.before ? " starts" : " is done"));
        });
    }

    private AuditRecord reject() {
        return atApproval((index, _) -> {
            String stage = rollout.stages().get(index).spec().name();
            RolloutState.Active active = (RolloutState.Active) rollout.state();
            draft.put(rollout.with(
                    active.abort("Rejected", "stage " + stage + " was rejected " + answer.by(), answer.now())));
            return done("Rejected", "no further cluster starts; changed clusters keep what they run");
        });
    }

    private interface AtApproval {
        AuditRecord decide(int index, StageState.AwaitingApproval awaiting);
    }

    private AuditRecord atApproval(AtApproval decision) {
        OptionalInt current = rollout.currentStage();
        return rollout.state().goesForward()
                        && current.isPresent()
                        && rollout.stages().get(current.getAsInt()).state()
                                instanceof StageState.AwaitingApproval awaiting
                ? decision.decide(current.getAsInt(), awaiting)
                : refused("NotAwaitingApproval", "no stage of it awaits approval");
    }

    private AuditRecord promote() {
        OptionalInt current = rollout.currentStage();
        if (rollout.state().goesForward()
                && current.isPresent()
                && rollout.stages().get(current.getAsInt()).state() instanceof StageState.Baking baking) {
            Stage stage = rollout.stages().get(current.getAsInt());
            draft.put(rollout.with(current.getAsInt(), stage.with(baking.promote(answer.now()))));
            return done("Promoted", "stage " + stage.spec().name() + " bakes no longer");
        }
        return refused("NotBaking", "no stage of it bakes");
    }

    // ---- its clusters ----

    private AuditRecord retry() {
        Retry retry = new Retry(draft, config, rollout, command.cluster(), answer);
        if (rollout.state().goesForward()) {
            return retry.inItsRollout();
        }
        if (!(rollout.state() instanceof RolloutState.Ended)) {
            return refused("NotRunning", "it can retry only while it rolls out, or once it has ended");
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
            return refused("ClusterMissing", "say which cluster to skip");
        }
        if (!rollout.state().goesForward()) {
            return refused("NotRunning", "it can skip a cluster only while it rolls out");
        }
        RolloutCluster cluster = draft.cluster(rollout.id(), command.cluster()).orElse(null);
        if (cluster == null) {
            return refused("UnknownCluster", "it has no cluster " + command.cluster());
        }
        String message = "skipped " + answer.by();
        return switch (cluster.state()) {
            case ClusterState.Waiting waiting ->
                skipped(cluster, waiting.skip(SkipCode.SKIPPED_BY_OPERATOR, message, answer.now()));
            case ClusterState.Verifying verifying ->
                skipped(
                        cluster,
                        verifying.skip(
                                SkipCode.SKIPPED_BY_OPERATOR,
                                message + "; Azure has changed it, its nodes were not awaited",
                                answer.now()));
            case ClusterState.Failed failed ->
                skipped(cluster, failed.skip(SkipCode.SKIPPED_BY_OPERATOR, message, answer.now()));
            case ClusterState.Updating _ ->
                refused("ClusterInFlight", "Azure is changing it; skip it once that has ended");
            case ClusterState.Converged _ -> refused("AlreadyConverged", "it has converged");
            case ClusterState.RolledBack _ -> refused("AlreadyRolledBack", "it was rolled back");
            case ClusterState.Skipped _
            when cluster.isDeferred() ->
                skipped(cluster, new ClusterState.Skipped(answer.now(), SkipCode.SKIPPED_BY_OPERATOR, message, false));
            case ClusterState.Skipped _ -> unchanged("AlreadySkipped", "it was skipped already");
        };
    }

    private AuditRecord skipped(RolloutCluster cluster, ClusterState.Skipped skipped) {
        draft.move(rollout, cluster, cluster.with(skipped));
        return done("Skipped", "the rollout goes on without " + cluster.cluster());
    }

    // ---- answers ----

    private AuditRecord done(String code, String message) {
        return answer.done(rollout.id(), code, message);
    }

    private AuditRecord unchanged(String code, String message) {
        return answer.unchanged(rollout.id(), code, message);
    }

    private AuditRecord refused(String code, String message) {
        return answer.refused(rollout.id(), code, message);
    }

    private AuditRecord ended() {
        return refused("Ended", "it has ended; retry or rerun it");
    }
}
