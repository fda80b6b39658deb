package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A rollout as a whole. Its clusters are kept one by one elsewhere, so that an event costs the same whatever the fleet.
 *
 * @param spec a copy: a later change of the config makes another rollout
 * @param stages empty until it is planned
 * @param unplannedSkips clusters skipped for a reason that the plan had not shown
 */
public record Rollout(
        RolloutId id,
        FleetConfig.Spec spec,
        String actor,
        Instant createdAt,
        RolloutState state,
        List<Stage> stages,
        int unplannedSkips) {

    public Rollout {
        stages = List.copyOf(stages);
    }

    /** Whether it may start clusters, or still has some in flight: whether time can change anything about it. */
    public boolean isOpen() {
        return state instanceof RolloutState.Active || inFlight() > 0;
    }

    int inFlight() {
        return stages.stream().mapToInt(Stage::inFlight).sum();
    }

    /** Index of the first stage that is not Done; empty if all are. */
    OptionalInt currentStage() {
        for (int i = 0; i < stages.size(); i++) {
            if (!(stages.get(i).state() instanceof StageState.Done)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    Rollout with(RolloutState next) {
        return new Rollout(id, spec, actor, createdAt, next, stages, unplannedSkips);
    }

    Rollout with(int index, Stage stage) {
        List<Stage> changed = new ArrayList<>(stages);
        changed.set(index, stage);
        return new Rollout(id, spec, actor, createdAt, state, changed, unplannedSkips);
    }

    Rollout planned(RolloutState.Running running, List<Stage> plannedStages) {
        return new Rollout(id, spec, actor, createdAt, running, plannedStages, unplannedSkips);
    }

    Rollout withUnplannedSkip() {
        return new Rollout(id, spec, actor, createdAt, state, stages, unplannedSkips + 1);
    }
}
