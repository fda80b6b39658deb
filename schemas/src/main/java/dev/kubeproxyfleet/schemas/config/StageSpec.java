package dev.kubeproxyfleet.schemas.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a rollout.
 *
 * @param name unique in its strategy
 * @param size how many of the clusters that it may take, as a share of all selected ones; null means all that remain
 * @param maxConcurrent clusters of the stage that may be changing at once; a share rounds down, at least 1
 * @param maxFailures failed clusters that the stage tolerates; a share rounds down
 * @param bake how long the stage rests after its last cluster, before the next stage may start
 * @param approval whether a person must approve before or after the stage; null for neither
 * @param selector of the clusters left over by earlier stages, which it may take; null for any
 * @param groups clusters of the stage that change side by side, each cluster in the first that matches; what matches none is
 *     not taken. Empty: the stage is one group
 */
public record StageSpec(
        String name,
        @Nullable Amount size,
        Amount maxConcurrent,
        Amount maxFailures,
        Duration bake,
        @Nullable Approval approval,
        @Nullable Selector selector,
        List<Group> groups) {

    public static final Amount DEFAULT_MAX_CONCURRENT = Amount.percent(25);
    public static final Amount DEFAULT_MAX_FAILURES = Amount.of(0);
    public static final Duration DEFAULT_BAKE = Duration.ZERO;

    public StageSpec {
        groups = List.copyOf(groups);
    }

    /** A stage of any clusters, in one group. */
    public StageSpec(
            String name,
            @Nullable Amount size,
            Amount maxConcurrent,
            Amount maxFailures,
            Duration bake,
            @Nullable Approval approval) {
        this(name, size, maxConcurrent, maxFailures, bake, approval, null, List.of());
    }

    public StageSpec withBake(Duration next) {
        return new StageSpec(name, size, maxConcurrent, maxFailures, next, approval, selector, groups);
    }

    /**
     * Clusters of a stage with a cap of their own.
     *
     * @param name unique in its stage
     * @param maxConcurrent within the stage's; a share is of the group's clusters and rounds down, at least 1
     */
    public record Group(String name, Selector selector, Amount maxConcurrent) {

        public static final Amount DEFAULT_MAX_CONCURRENT = Amount.percent(100);
    }

    /** When a person's approval is awaited. */
    public enum Approval {
        before,
        after
    }
}
