package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AgentsSimulationTest {

    private static final int SEEDS = 200;

    @Test
    void everyPromiseIsKeptInEveryLifeAndNoneIsEmpty() {
        Map<String, Integer> seen = new ConcurrentSkipListMap<>();
        LongStream.range(0, SEEDS)
                .parallel()
                .forEach(seed ->
                        AgentsSimulation.run(seed).forEach((what, times) -> seen.merge(what, times, Integer::sum)));

        assertThat(seen.keySet())
                .as("a world in which nothing comes about proves nothing")
                .contains(
                        "agents Converged",
                        "agents RolledBack",
                        "agents Failed AgentsNotRolledOut",
                        "agents Failed AgentsSilent",
                        "agents Failed AgentsDiffer",
                        "agents Failed KubernetesUnseen",
                        "agents Failed ServerUnreachable",
                        "agents Skipped AgentsNotOurs",
                        "agents Skipped ForeignChange",
                        "audit Drift Drifted",
                        "audit Drift DriftEnded",
                        "audit DriftCorrection RolloutPlanned",
                        "audit FinishRollback RolledBack",
                        "crash of the controller",
                        "outcome Applied",
                        "outcome Delivered",
                        "promise of the way back",
                        "promise that agents are gone",
                        "promise that agents run and report",
                        "promise that drift was seen",
                        "someone changes agents",
                        "the worker ends after a write");
    }

    @Test
    void theSameSeedLivesTheSameLife() {
        assertThat(AgentsSimulation.run(7)).isEqualTo(AgentsSimulation.run(7));
    }
}
