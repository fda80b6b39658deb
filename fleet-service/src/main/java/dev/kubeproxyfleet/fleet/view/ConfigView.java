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
}
