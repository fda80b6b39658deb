package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Gate.SignalMode;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A plan of a canary of one and of the rest, of eight clusters of three nodes. */
class GateForecastTest {

    private static final int CLUSTERS = 8;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BAKE = Duration.ofMinutes(10);
    private static final List<String> ALL =
            Stream.of(Signal.values()).map(Signal::key).toList();

    private final Driver driver = new Driver(Fleets.of(CLUSTERS));

    private RolloutPlan plan(Gate gate, int nodes, Duration watched, Duration bake) {
        CountedSignals counted = new CountedSignals(nodes, watched);
        for (int i = 0; i < CLUSTERS; i++) {
            Evidence shown = Fleets.evidence(Fleets.IPVS_RR.effective(), Fleets.NODES, driver.now());
            driver.fleet.evidence.put(Fleets.id(i), counted.with(shown, Fleets.id(i), driver.now(), driver.now()));
        }
        StageSpec canary = new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), bake, null);
        StageSpec rest = new StageSpec("rest", null, Amount.of(CLUSTERS), Amount.of(0), bake, null);
        return Preview.plan(
                driver.fleet,
                "prod",
                Fleets.spec(
                        IPVS_LC,
                        new Strategy(List.of(canary, rest), Strategy.OnFailure.Pause, Duration.ofMinutes(30), gate)),
                driver.now());
    }

    private static RolloutPlan.Gates canary(RolloutPlan plan) {
        return gates(plan.stages().getFirst());
    }

    private static RolloutPlan.Gates gates(RolloutPlan.Stage stage) {
        return Objects.requireNonNull(stage.gates());
    }

    private static List<ReasonCode> codes(RolloutPlan.Gates gates) {
        return gates.cannotTell().stream().map(RolloutPlan.Reason::code).toList();
    }

    @Test
    void aCanaryThatBakesBesideUnchangedClustersCanBeJudgedAndTheLastStageHasNothingToCompareWith() {
        RolloutPlan plan = plan(Gate.DEFAULT, Fleets.NODES, HOUR, BAKE);

        assertThat(canary(plan))
                .isEqualTo(new RolloutPlan.Gates(0.9, Gate.Source.Agents, ALL, List.of(), List.of(), List.of()));
        assertThat(codes(gates(plan.stages().getLast()))).containsExactly(GateReason.NoControls);
    }

    @Test
    void aStageWithoutABakeIsOverBeforeAnythingIsSeen() {
        assertThat(codes(canary(plan(Gate.DEFAULT, Fleets.NODES, HOUR, Duration.ZERO))))
                .containsExactly(PlanWarning.NoBake);
    }

    @Test
    void fewNodesNeedALongBake() {
        List<RolloutPlan.Reason> told = canary(plan(Gate.DEFAULT, Fleets.NODES, HOUR, Duration.ofSeconds(40)))
                .cannotTell();

        assertThat(told).singleElement().satisfies(reason -> {
            assertThat(reason.code()).isEqualTo(GateReason.TooFewNodeSeconds);
            assertThat(reason.message()).as("120 node-seconds").endsWith(": syncFailures, slowSyncs");
        });
    }

    @Test
    void whatNoNodeTellsIsNotWatched() {
        assertThat(codes(canary(plan(Gate.DEFAULT, 0, HOUR, BAKE)))).containsExactly(GateReason.SignalUnknown);
    }

    @Test
    void whatWasToldForMinutesOnlyHasNoPastToCompareWith() {
        assertThat(canary(plan(Gate.DEFAULT, Fleets.NODES, Duration.ofMinutes(10), BAKE))
                        .cannotTell())
                .containsExactly(new RolloutPlan.Reason(
                        GateReason.NoBaseline,
                        "nodes have told this for less than 30 minutes: " + String.join(", ", ALL)));
    }

    @Test
    void namesWhatJudgesWhatIsObservedAndWhoAnswers() {
        Gate gate = new Gate(
                0.9,
                Gate.Source.Agents,
                Gate.Proof.Require,
                SignalMode.Off,
                2,
                null,
                null,
                Gate.OnInconclusive.Pause,
                Map.of(
                        Signal.REFUSALS, new Gate.Thresholds(SignalMode.Gate, null, null, null),
                        Signal.SLOW_SYNCS, new Gate.Thresholds(SignalMode.Observe, null, null, null)),
                List.of(new ExternalGate("board")));

        assertThat(canary(plan(gate, Fleets.NODES, HOUR, BAKE)))
                .isEqualTo(new RolloutPlan.Gates(
                        0.9,
                        Gate.Source.Agents,
                        List.of("refusals"),
                        List.of("slowSyncs"),
                        List.of("board"),
                        List.of()));
    }
}
