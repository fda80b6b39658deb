package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.util.List;
import java.util.Optional;

/**
 * Whether what people can ask of a rollout as a whole is possible now. Pure, and the same work whatever the fleet.
 *
 * <p>What is possible may still find no cluster to do it to, or none that can take it: only carrying it out looks at the clusters.
 *
 * @param standing of the rollout's config
 */
public record Possibilities(Standing standing, Rollout rollout) {

    /** What stands against an action on this rollout as a whole, asked for by its id; empty if it is possible. */
    public Optional<Refusal> objectionByName(Command.Action action) {
        return isAddressable(action)
                ? objection(action)
                        .or(() -> action == Command.Action.Retry && hasNothingToRetry()
                                ? Optional.of(nothingToRetry())
                                : Optional.empty())
                : Optional.of(Refusal.refused(
                        AnswerReason.NotTheLatestRollout,
                        rollout.id() + " is not the latest rollout, "
                                + standing.latest().id() + " is"));
    }

    /**
     * Whether the rollout's name is taken for an action: that of the latest, and of an earlier one since every cluster was last
     * reached while it is under way, or to roll it back once the latest has ended.
     */
    boolean isAddressable(Command.Action action) {
        if (rollout.id().equals(standing.latest().id())) {
            return true;
        }
        return rollout.id().generation() >= standing.config().fullGeneration()
                && (rollout.state() instanceof RolloutState.Active
                        || (action == Command.Action.Rollback
                                && standing.latest().state() instanceof RolloutState.Ended));
    }

    /** What stands against an action on this rollout; empty if it is possible. */
    Optional<Refusal> objection(Command.Action action) {
        return switch (action) {
            case Pause -> toPause();
            case Resume -> toResume();
            case Abort -> toAbort();
            case Approve, Reject -> toAnswer();
            case Retry -> toRetry();
            case Skip -> toSkip();
            case Promote -> toPromote();
            case Rollback -> toRollBack();
            case Rerun -> toRerun();
            case Override -> toJudge(StageGate.names(rollout));
            case Answer -> toJudge(StageGate.answered(rollout));
        };
    }

    private Optional<Refusal> toPause() {
        return switch (rollout.state()) {
            case RolloutState.Planned _, RolloutState.Running _, RolloutState.RollingBack _ -> Optional.empty();
            case RolloutState.Paused _ -> unchanged(AnswerReason.AlreadyPaused, "it is paused already");
            case RolloutState.Ended _ -> ended();
        };
    }

    private Optional<Refusal> toResume() {
        return switch (rollout.state()) {
            case RolloutState.Paused paused when paused.code() == RolloutReason.GateFailed -> toPassGates(true);
            case RolloutState.Paused _ -> Optional.empty();
            case RolloutState.Planned _, RolloutState.Running _, RolloutState.RollingBack _ ->
                unchanged(AnswerReason.NotPaused, "it is not paused");
            case RolloutState.Ended _ -> ended();
        };
    }

    private Optional<Refusal> toAbort() {
        return switch (rollout.state()) {
            case RolloutState.Active _ -> Optional.empty();
            case RolloutState.Aborted _ -> unchanged(AnswerReason.AlreadyAborted, "it was aborted already");
            case RolloutState.Succeeded _,
                    RolloutState.Failed _,
                    RolloutState.Superseded _,
                    RolloutState.RolledBack _ -> ended();
        };
    }

    private Optional<Refusal> toAnswer() {
        return isInStage(StageState.AwaitingApproval.class)
                ? Optional.empty()
                : refused(AnswerReason.NotAwaitingApproval, "no stage of it awaits approval");
    }

    private Optional<Refusal> toPromote() {
        return isInStage(StageState.Baking.class)
                ? toPassGates(false)
                : refused(AnswerReason.NotBaking, "no stage of it bakes");
    }

    /**
     * A Fail is passed by a person's word on that very gate, never on the way.
     *
     * @param provesAgain whether the clusters have to be proven again all the same
     */
    private Optional<Refusal> toPassGates(boolean provesAgain) {
        List<String> failing = rollout.currentStage().stream()
                .boxed()
                .flatMap(index -> StageGate.of(rollout, index).stream())
                .filter(StageGate::fails)
                .map(StageGate::name)
                .filter(name -> !(provesAgain && name.equals(Gate.PROOF)))
                .toList();
        return failing.isEmpty()
                ? Optional.empty()
                : refused(
                        RolloutReason.GateFailed,
                        "gate " + String.join(", ", failing) + " fails; override it with a reason, or roll back");
    }

    private Optional<Refusal> toJudge(List<String> gates) {
        if (gates.isEmpty()) {
            return refused(AnswerReason.NoSuchGate, "it has no such gate");
        }
        return isInStage(StageState.Updating.class) || isInStage(StageState.Baking.class)
                ? Optional.empty()
                : refused(AnswerReason.NoStageUnderWay, "no stage of it updates or bakes");
    }

    private boolean isInStage(Class<? extends StageState> state) {
        return rollout.state().goesForward()
                && rollout.currentStage().stream()
                        .anyMatch(index ->
                                state.isInstance(rollout.stages().get(index).state()));
    }

    private Optional<Refusal> toRetry() {
        if (rollout.state().goesForward()) {
            return Optional.empty();
        }
        return rollout.state() instanceof RolloutState.Ended
                ? toStartAgain()
                : refused(AnswerReason.NotRunning, "it can retry only while it rolls out, or once it has ended");
    }

    /** Whether its counts alone tell so. They do not where rollouts before or after it may have left clusters unchanged. */
    private boolean hasNothingToRetry() {
        if (!rollout.reachesAll() || !rollout.id().equals(standing.latest().id())) {
            return false;
        }
        return rollout.stages().stream()
                .map(Stage::counts)
                .allMatch(
                        rollout.state().goesForward()
                                ? counts -> counts.failed() + counts.skipped() == 0
                                : counts -> counts.converged() == counts.total());
    }

    private Optional<Refusal> toSkip() {
        return rollout.state().goesForward()
                ? Optional.empty()
                : refused(AnswerReason.NotRunning, "it can skip a cluster only while it rolls out");
    }

    private Optional<Refusal> toRerun() {
        return rollout.state() instanceof RolloutState.Active
                ? refused(AnswerReason.StillActive, rollout.id() + " has not ended; abort it first")
                : toStartAgain();
    }

    private Optional<Refusal> toStartAgain() {
        FleetConfig.Spec spec = standing.config().spec();
        if (spec == null) {
            return refused(RolloutReason.ConfigDeleted, "the config was deleted; publish it again");
        }
        return standing.missesStrategy()
                ? refused(RequestReason.UnknownStrategy, Publishing.unknownStrategy(spec))
                : Optional.empty();
    }

    private Optional<Refusal> toRollBack() {
        if (rollout.released()) {
            return refused(RolloutReason.ConfigDeleted, "the config was deleted, and its clusters with it");
        }
        Rollout active = standing.active();
        if (active != null && !active.id().equals(rollout.id())) {
            return refused(
                    AnswerReason.AnotherRolloutActive,
                    active.id()
                            + " is under way, and together they would exceed its caps; wait for its end, or abort it");
        }
        return switch (rollout.state()) {
            case RolloutState.Planned _ -> nothingChangedYet();
            case RolloutState.Paused paused when paused.from() instanceof RolloutState.Planned -> nothingChangedYet();
            case RolloutState.Paused paused
            when paused.from() instanceof RolloutState.RollingBack ->
                refused(RolloutReason.RollbackPaused, "its rollback is paused; resume it");
            case RolloutState.Revertible _
            when rollout.request().cause() == Cause.DriftCorrection ->
                refused(
                        AnswerReason.CorrectionNotReverted,
                        "it gave clusters what the config says, and nobody wants back what drifted; roll back "
                                + standing.full().id());
            case RolloutState.Revertible _
            when rollout.state() instanceof RolloutState.Ended
                    && rollout.totals().changes() == 0 -> Optional.of(nothingToRollBack());
            case RolloutState.Revertible _ -> Optional.empty();
            case RolloutState.RollingBack _ -> unchanged(AnswerReason.AlreadyRollingBack, "it is rolling back already");
            case RolloutState.RolledBack _ -> unchanged(AnswerReason.AlreadyRolledBack, "it was rolled back already");
            case RolloutState.Superseded _ -> ended();
        };
    }

    static Refusal nothingToRetry() {
        return Refusal.unchanged(AnswerReason.NothingToRetry, "no cluster has failed or was skipped");
    }

    static Refusal nothingToRollBack() {
        return Refusal.unchanged(
                AnswerReason.NothingToRollBack, "it has changed no cluster that still has to be rolled back");
    }

    private static Optional<Refusal> nothingChangedYet() {
        return refused(AnswerReason.NotRunning, "it has changed nothing yet; abort it to stop it");
    }

    private static Optional<Refusal> ended() {
        return refused(AnswerReason.Ended, "it has ended; retry or rerun it");
    }

    private static Optional<Refusal> refused(ReasonCode code, String message) {
        return Optional.of(Refusal.refused(code, message));
    }

    private static Optional<Refusal> unchanged(ReasonCode code, String message) {
        return Optional.of(Refusal.unchanged(code, message));
    }
}
