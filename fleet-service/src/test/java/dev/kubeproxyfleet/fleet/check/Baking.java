package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rollouts with a gate {@value #GATE} that is asked, and a gate {@value #BOARD} that somebody answers. */
final class Baking {

    static final String GATE = "errors";
    static final String BOARD = "board";
    static final Instant SINCE = Fleet.NOON;
    static final Duration BAKE = Duration.ofMinutes(5);
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private Baking() {}

    /** Every minute, three times at least. */
    static HttpCheck check(URI url, int failureLimit, int consecutiveErrorLimit) {
        return new HttpCheck(
                url,
                List.of(),
                null,
                new HttpCheck.InstantQuery("errors", 0.05, null),
                INTERVAL,
                3,
                failureLimit,
                consecutiveErrorLimit,
                Duration.ofSeconds(10));
    }

    static HttpCheck check(int failureLimit, int consecutiveErrorLimit) {
        return check(URI.create("https://prometheus.example"), failureLimit, consecutiveErrorLimit);
    }

    /** Running, with a first stage that bakes since {@link #SINCE}. */
    static RolloutStatus rollout(HttpCheck check) {
        return rollout("prod", check);
    }

    static RolloutStatus rollout(String config, HttpCheck check) {
        return rollout(config, check, RolloutStatus.State.Running, baking(SINCE, null));
    }

    static RolloutStatus rollout(HttpCheck check, RolloutStatus.State state, RolloutStatus.Stage stage) {
        return rollout("prod", check, state, stage);
    }

    private static RolloutStatus rollout(
            String config, HttpCheck check, RolloutStatus.State state, RolloutStatus.Stage stage) {
        Strategy strategy = Strategy.DEFAULT;
        FleetConfig.Spec spec = Fleet.spec(Fleet.LEAST_CONNECTION);
        Gate gate = new Gate(
                1,
                Gate.Source.Agents,
                Gate.Proof.Require,
                Gate.SignalMode.Gate,
                Gate.DEFAULT_TOLERANCE,
                null,
                null,
                Gate.OnInconclusive.Pause,
                Map.of(),
                List.of(new ExternalGate(BOARD), new ExternalGate(GATE, check)));
        return Fleet.with(
                Fleet.rollout(config, 1, state, stage),
                new FleetConfig.Spec(
                        spec.kubeProxy(),
                        spec.agents(),
                        spec.selector(),
                        spec.priority(),
                        new Strategy(
                                List.<StageSpec>of(strategy.stages().getFirst()),
                                strategy.onFailure(),
                                strategy.deadline(),
                                gate),
                        spec.drift(),
                        spec.newClusters(),
                        spec.strategyRef()),
                false);
    }

    /** @param verdict of the gate that is asked */
    static RolloutStatus.Stage baking(Instant since, @Nullable GateVerdict verdict) {
        return stage(StageState.Baking, since, since.plus(BAKE), verdict, null);
    }

    static RolloutStatus.Stage stage(
            StageState state,
            Instant since,
            @Nullable Instant until,
            @Nullable GateVerdict verdict,
            RolloutStatus.@Nullable Overruled overruled) {
        return new RolloutStatus.Stage(
                "canary",
                state,
                since,
                until,
                1,
                0,
                new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0),
                List.of(
                        new RolloutStatus.StageGate(
                                BOARD,
                                true,
                                null,
                                GateReason.AnswerAwaited,
                                "nobody has answered it yet",
                                null,
                                null,
                                null),
                        new RolloutStatus.StageGate(
                                GATE,
                                true,
                                verdict,
                                verdict == null ? GateReason.AnswerAwaited : null,
                                "",
                                null,
                                null,
                                overruled)),
                null,
                null);
    }
}
