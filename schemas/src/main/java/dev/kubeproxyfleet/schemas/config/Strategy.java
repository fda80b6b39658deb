package dev.kubeproxyfleet.schemas.config;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a configuration is rolled out.
 *
 * @param stages in order, at least one; clusters that no stage takes are not changed
 * @param deadline per cluster, from its start to convergence
 * @param windows when clusters may be started; a rollback does not wait for one
 * @param startAt the earliest start; null for at once
 */
public record Strategy(
        List<StageSpec> stages,
        OnFailure onFailure,
        Duration deadline,
        Gate gate,
        Windows windows,
        @Nullable Instant startAt) {

    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(30);
    public static final Duration DEFAULT_BAKE = Duration.ofMinutes(10);

    /** A canary of one, then a tenth, half, and all: what a rollout uses when its config names no stages. */
    public static final List<StageSpec> DEFAULT_STAGES = List.of(
            new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), DEFAULT_BAKE, null),
            new StageSpec("early", Amount.percent(10), Amount.of(5), Amount.of(0), DEFAULT_BAKE, null),
            new StageSpec("half", Amount.percent(50), Amount.percent(25), Amount.of(0), DEFAULT_BAKE, null),
            new StageSpec("rest", null, Amount.percent(25), Amount.of(0), Duration.ZERO, null));

    public static final Strategy DEFAULT =
            new Strategy(DEFAULT_STAGES, OnFailure.Pause, DEFAULT_DEADLINE, Gate.DEFAULT);

    /** {@link #DEFAULT}, with another bake in every stage that has one. */
    public static Strategy defaultWithBake(Duration bake) {
        List<StageSpec> stages = DEFAULT_STAGES.stream()
                .map(stage -> stage.bake().isZero() ? stage : stage.withBake(bake))
                .toList();
        return new Strategy(stages, OnFailure.Pause, DEFAULT_DEADLINE, Gate.DEFAULT);
    }

    public Strategy {
        stages = List.copyOf(stages);
    }

    /** At any time, from now on. */
    public Strategy(List<StageSpec> stages, OnFailure onFailure, Duration deadline, Gate gate) {
        this(stages, onFailure, deadline, gate, Windows.ANY_TIME, null);
    }

    /** What happens once a stage has more failures than it tolerates. */
    public enum OnFailure {
        /** No further cluster starts until a person decides. */
        Pause,
        /** What the rollout changed gets back what it had before, newest first. */
        Rollback,
        Continue
    }
}
