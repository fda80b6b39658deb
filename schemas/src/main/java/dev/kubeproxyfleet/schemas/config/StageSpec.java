package dev.kubeproxyfleet.schemas.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a rollout.
 *
 * @param name unique in its strategy
 * @param size how many of the selected clusters; null means all that remain
 * @param maxConcurrent clusters of the stage that may be changing at once; a share rounds down, at least 1
 * @param maxFailures failed clusters that the stage tolerates; a share rounds down
 * @param bake how long the stage rests after its last cluster, before the next stage may start
 * @param approval whether a person must approve before or after the stage; null for neither
 */
public record StageSpec(
        String name,
        @Nullable Amount size,
        Amount maxConcurrent,
        Amount maxFailures,
        Duration bake,
        @Nullable Approval approval) {

    public static final Amount DEFAULT_MAX_CONCURRENT = Amount.percent(25);
    public static final Amount DEFAULT_MAX_FAILURES = Amount.of(0);
    public static final Duration DEFAULT_BAKE = Duration.ZERO;

    /** When a person's approval is awaited. */
    public enum Approval {
        before,
        after
    }
}
