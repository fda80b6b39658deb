package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.RolloutState;
import dev.kubeproxyfleet.fleet.rollout.Stage;
import dev.kubeproxyfleet.fleet.rollout.StageCost;
import dev.kubeproxyfleet.fleet.rollout.StageGates;
import dev.kubeproxyfleet.fleet.rollout.StageState;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** What a controller tells of a config whose rollouts are as a test gives them. */
public final class ControllersWord {

    private final Standing standing;

    /**
     * @param rollouts every one of the config, at least one
     * @param missesStrategy whether the strategy that the config refers to is not published
     */
    @SuppressWarnings("NullAway") // the class file does not say that a compact constructor takes null
    public ControllersWord(Collection<RolloutStatus> rollouts, boolean missesStrategy) {
        RolloutStatus latest = latest(rollouts, _ -> true).orElseThrow();
        RolloutStatus full = latest(rollouts, ControllersWord::reachesAll).orElse(latest);
        ConfigState config = new ConfigState(
                latest.config(),
                latest.released() ? null : latest.spec(),
                latest.generation(),
                full.generation(),
                new ConfigState.Held(
                        generation(latest(rollouts, rollout -> reachesAll(rollout) && rollout.plan() != null)),
                        generation(latest(rollouts, RolloutStatus::released))),
                null,
                null,
                null,
                List.of());
        this.standing = new Standing(
                config,
                rollout(latest),
                latest(rollouts, rollout -> !rollout.state().isEnded())
                        .map(ControllersWord::rollout)
                        .orElse(null),
                rollout(full),
                missesStrategy);
    }

    public ConfigStatus config() {
        return Statuses.of(standing).orElseThrow();
    }

    /** The same rollout with what can be asked of it, where the controller tells that. */
    public RolloutStatus told(RolloutStatus rollout) {
        return Fleet.with(
                rollout,
                standing.rollouts().stream()
                        .filter(known -> known.id().toString().equals(rollout.id()))
                        .findFirst()
                        .map(known -> Statuses.actions(standing, known))
                        .orElse(null));
    }

    private static Optional<RolloutStatus> latest(
            Collection<RolloutStatus> rollouts, Predicate<RolloutStatus> condition) {
        return rollouts.stream().filter(condition).max(Comparator.comparing(RolloutStatus::generation));
    }

    private static long generation(Optional<RolloutStatus> rollout) {
        return rollout.map(RolloutStatus::generation).orElse(0L);
    }

    private static boolean reachesAll(RolloutStatus rollout) {
        return rollout.cause() == Cause.Publish || rollout.cause() == Cause.Rerun;
    }

    @SuppressWarnings("NullAway") // the class file does not say that a compact constructor takes null
    private static Rollout rollout(RolloutStatus status) {
        return new Rollout(
                id(status),
                List.of(),
                new Rollout.Request(
                        status.cause(), status.onlyCluster(), status.spec(), status.actor(), status.createdAt()),
                state(status),
                status.stages().stream().map(stage -> stage(status, stage)).toList(),
                status.plan(),
                new Rollout.Totals(
                        status.stages().stream()
                                .mapToInt(stage -> stage.clusters().converged()
                                        + stage.clusters().failed())
                                .sum(),
                        0,
                        0),
                status.released(),
                new Rollout.Activity(status.activeFor(), status.activeSince()));
    }

    private static RolloutId id(RolloutStatus status) {
        return new RolloutId(status.config(), status.generation());
    }

    private static RolloutState state(RolloutStatus status) {
        Instant since = status.since();
        ReasonCode code = status.code();
        ReasonCode known = Objects.requireNonNullElse(code, RolloutReason.InventoryPending);
        return switch (status.state()) {
            case Planned -> new RolloutState.Planned(since, known, status.message());
            case Running -> new RolloutState.Running(since, code, status.message());
            case Paused -> new RolloutState.Paused(since, known, status.message(), pausedIn(status));
            case RollingBack -> new RolloutState.RollingBack(since, known, status.message(), null);
            case Succeeded -> new RolloutState.Succeeded(since);
            case Failed -> new RolloutState.Failed(since, known, status.message());
            case Aborted -> new RolloutState.Aborted(since, known, status.message());
            case Superseded ->
                new RolloutState.Superseded(since, new RolloutId(status.config(), status.generation() + 1));
            case RolledBack -> new RolloutState.RolledBack(since, code, status.message());
        };
    }

    private static RolloutState.Pausable pausedIn(RolloutStatus status) {
        if (status.goesBack()) {
            return new RolloutState.RollingBack(status.since(), RolloutReason.RollbackByOperator, "", null);
        }
        return status.plan() == null
                ? new RolloutState.Planned(status.since(), RolloutReason.InventoryPending, "")
                : new RolloutState.Running(status.since(), null, null);
    }

    private static Stage stage(RolloutStatus rollout, RolloutStatus.Stage stage) {
        Instant since = stage.since();
        return new Stage(
                rollout.spec().strategy().stages().getFirst(),
                stage.maxConcurrent(),
                stage.maxFailures(),
                switch (stage.state()) {
                    case Waiting -> new StageState.Waiting(since);
                    case AwaitingApproval -> new StageState.AwaitingApproval(since, Approval.before);
                    case Updating -> new StageState.Updating(since);
                    case Baking -> new StageState.Baking(since, Objects.requireNonNullElse(stage.until(), since));
                    case Done -> new StageState.Done(since);
                },
                stage.clusters(),
                List.of(new Stage.Group(stage.maxConcurrent(), 0)),
                StageGates.NONE,
                StageCost.NONE,
                new RolloutStatus.Timeline(false, List.of(), List.of(), null));
    }
}
