package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A fixed set of lives; {@code ./kpfleet simulate} lives any other. */
class FleetSimulationTest {

    private static final int SEEDS = 1_000;

    @Test
    void everyPromiseIsKeptAfterEveryEventOfEveryLife() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            FleetSimulation.run(seed, FleetSimulation.DEFAULT_EVENTS)
                    .forEach((what, times) -> seen.merge(what, times, Integer::sum));
        }
        assertThat(seen)
                .as("a world that is too kind, or too hostile for anything to come about, proves nothing")
                .containsKeys(
                        "replayed events",
                        "outcome Applied",
                        "outcome Failed",
                        "outcome Gone",
                        "outcome Skipped",
                        "outcome Waiting",
                        "rollout Succeeded",
                        "rollout Failed",
                        "rollout Aborted",
                        "rollout Superseded",
                        "rollout RolledBack",
                        "cause CatchUp",
                        "cause DriftCorrection",
                        "cause Rerun",
                        "cause Retry",
                        "audit Approve Approved",
                        "audit Delete ConfigDeleted",
                        "audit Drift DriftEnded",
                        "audit Drift DriftFight",
                        "audit Drift Drifted",
                        "audit FinishRollback RollbackIncomplete",
                        "audit Pause MaxFailuresExceeded",
                        "audit Pause Paused",
                        "audit Promote Promoted",
                        "audit Publish DuplicateEvent",
                        "audit Publish UnknownStrategy",
                        "audit Reject Rejected",
                        "audit Rerun RolloutPlanned",
                        "audit Resume Resumed",
                        "audit Retry Retried",
                        "audit Rollback DuplicateCommand",
                        "audit Rollback MaxFailuresExceeded",
                        "audit Rollback RollingBack",
                        "audit Skip Skipped");
    }

    @Test
    void theSameSeedLivesTheSameLife() {
        assertThat(FleetSimulation.run(42, 400)).isEqualTo(FleetSimulation.run(42, 400));
    }

    @Test
    void aBrokenPromiseIsToldWithItsSeedItsStoryAndTheWayToLiveItAgain() {
        SimulatedController.Factory everyOperationTwice = steps -> new InMemoryController(step -> {
            steps.accept(step);
            if (!step.issued().isEmpty()) {
                steps.accept(step);
            }
        });

        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < 10; seed++) {
                        FleetSimulation.run(seed, 50, everyOperationTwice);
                    }
                })
                .isInstanceOf(SimulationFailure.class)
                .hasMessageMatching("(?s)seed \\d: two writers of .*after \\d+ events; the last of them:\n.*"
                        + "Operation\\[.*\\./kpfleet simulate --seeds 1 --seed \\d --events 50");
    }
}
