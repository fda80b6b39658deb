package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A config with those of its rollouts that decide what may follow.
 *
 * @param active the one under way, of which there is one at most; null if none is
 * @param full the latest to every selected cluster
 * @param missesStrategy whether the config refers to a strategy that is not stored (any more)
 */
public record Standing(
        ConfigState config, Rollout latest, @Nullable Rollout active, Rollout full, boolean missesStrategy) {

    /** Empty if there is no such config, or it has no rollout, or none any more: see {@link Retention}. */
    public static Optional<Standing> of(FleetState fleet, String name) {
        return fleet.config(name)
                .filter(config -> config.generation() > 0)
                .flatMap(config -> fleet.rollout(config.latestRollout()).map(latest -> of(fleet, config, latest)));
    }

    private static Standing of(FleetState fleet, ConfigState config, Rollout latest) {
        String strategy = config.spec() == null ? null : config.spec().strategyRef();
        return new Standing(
                config,
                latest,
                fleet.open(config.name()).stream()
                        .flatMap(id -> fleet.rollout(id).stream())
                        .filter(rollout -> rollout.state() instanceof RolloutState.Active)
                        .findFirst()
                        .orElse(null),
                fleet.rollout(new RolloutId(config.name(), config.fullGeneration()))
                        .orElseThrow(),
                strategy != null && fleet.strategy(strategy).isEmpty());
    }

    /** Those that people can ask something of, as far as they are few: the latest, the one under way, and the latest full one. */
    public List<Rollout> rollouts() {
        return Stream.of(latest, current(), full).distinct().toList();
    }

    /** The rollout under way, or the latest. */
    public Rollout current() {
        return active == null ? latest : active;
    }

    /**
     * The rollout because of which none follows by itself; empty where what is deferred, new or drifted follows by itself,
     * supposed that the rollout under way succeeds.
     */
    public Optional<RolloutId> stoppedBy() {
        Rollout current = current();
        boolean follows = config.spec() != null
                && Continuity.follows(
                        end(current),
                        current.request().cause(),
                        current.request().onlyCluster(),
                        outcome(full));
        if (follows) {
            return Optional.empty();
        }
        return Optional.of((current.state() instanceof RolloutState.Succeeded ? full : current).id());
    }

    private static Continuity.Latest end(Rollout latest) {
        return switch (latest.state()) {
            case RolloutState.Active active when goesBack(active) -> Continuity.Latest.Other;
            case RolloutState.Active _, RolloutState.Succeeded _ -> Continuity.Latest.Succeeded;
            case RolloutState.Failed failed
            when failed.code() != RolloutReason.RollbackIncomplete -> Continuity.Latest.Failed;
            case RolloutState.RolledBack back when stoppedItself(back.code()) -> Continuity.Latest.Failed;
            case RolloutState.Failed _, RolloutState.RolledBack _, RolloutState.Aborted _, RolloutState.Superseded _ ->
                Continuity.Latest.Other;
        };
    }

    /** Whether failures or gates turned it round, and no person did. */
    private static boolean stoppedItself(@Nullable ReasonCode code) {
        return code == RolloutReason.MaxFailuresExceeded
                || code == RolloutReason.GateFailed
                || code == RolloutReason.GateInconclusive;
    }

    private static Continuity.Full outcome(Rollout full) {
        return switch (full.state()) {
            case RolloutState.Active active when goesBack(active) -> Continuity.Full.Other;
            case RolloutState.Active _, RolloutState.Succeeded _ -> Continuity.Full.Succeeded;
            case RolloutState.Failed _, RolloutState.Aborted _ ->
                full.plan() == null ? Continuity.Full.Other : Continuity.Full.Stopped;
            case RolloutState.Superseded _, RolloutState.RolledBack _ -> Continuity.Full.Other;
        };
    }

    private static boolean goesBack(RolloutState.Active active) {
        return switch (active) {
            case RolloutState.RollingBack _ -> true;
            case RolloutState.Paused paused -> paused.from() instanceof RolloutState.RollingBack;
            case RolloutState.Planned _, RolloutState.Running _ -> false;
        };
    }
}
