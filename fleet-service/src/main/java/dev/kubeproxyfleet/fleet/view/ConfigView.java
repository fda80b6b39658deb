package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that is in force, with its latest rollout.
 *
 * @param spec with a copy of the strategy that the rollout uses
 */
public record ConfigView(String name, long generation, FleetConfig.Spec spec, Latest rollout) {

    /** @param clusters of all stages */
    public record Latest(
            String id,
            RolloutStatus.Cause cause,
            RolloutStatus.State state,
            @Nullable String code,
            String message,
            Instant since,
            RolloutStatus.Counts clusters) {}

    static ConfigView of(RolloutStatus rollout) {
        return new ConfigView(
                rollout.config(),
                rollout.generation(),
                rollout.spec(),
                new Latest(
                        rollout.id(),
                        rollout.cause(),
                        rollout.state(),
                        rollout.code(),
                        rollout.message(),
                        rollout.since(),
                        total(rollout)));
    }

    /** Clusters of all stages by state. */
    public static RolloutStatus.Counts total(RolloutStatus rollout) {
        return rollout.stages().stream()
                .map(RolloutStatus.Stage::clusters)
                .reduce(new RolloutStatus.Counts(0, 0, 0, 0, 0, 0, 0), ConfigView::sum);
    }

    private static RolloutStatus.Counts sum(RolloutStatus.Counts a, RolloutStatus.Counts b) {
        return new RolloutStatus.Counts(
                a.waiting() + b.waiting(),
                a.updating() + b.updating(),
                a.verifying() + b.verifying(),
                a.converged() + b.converged(),
                a.failed() + b.failed(),
                a.skipped() + b.skipped(),
                a.rolledBack() + b.rolledBack());
    }
}
