package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that is in force, with its latest rollout.
 *
 * @param generation rises with each accepted change of the spec
 * @param spec with a copy of the strategy that the rollout uses
 * @param provenance what Git has said last of it; null if it never came from Git
 */
public record ConfigView(
        String name,
        long generation,
        FleetConfig.Spec spec,
        Latest rollout,
        @Nullable Provenance provenance) {

    /**
     * The latest rollout of a config in short.
     *
     * @param id {@code <config>.<generation>}
     * @param code stable reason code of the state; null where the state says it all
     * @param message one sentence for people
     * @param since when the state began
     * @param clusters of all stages
     */
    public record Latest(
            String id,
            RolloutStatus.Cause cause,
            RolloutStatus.State state,
            @Nullable String code,
            String message,
            Instant since,
            RolloutStatus.Counts clusters) {}
}
