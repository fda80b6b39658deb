package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.FleetSimulation;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * No sentence promises what a state forbids. {@code -Dkpfleet.explain.seeds=N} reads other lives than the build does, from
 * {@code -Dkpfleet.explain.seed=S} on.
 */
class ExplanationSimulationTest {

    private static final int SEEDS = Integer.getInteger("kpfleet.explain.seeds", 80);
    private static final int FIRST = Integer.getInteger("kpfleet.explain.seed", 0);

    @Test
    void everyCommandThatASentenceGivesIsDoneAndHelpsAndWhatComesByItselfComes() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            TakenAtItsWord reader = new TakenAtItsWord();
            FleetSimulation.run(seed, FleetSimulation.DEFAULT_EVENTS, reader);
            reader.seen().forEach((what, times) -> seen.merge(what, times, Integer::sum));
        }
        if (FIRST == 0) {
            assertThat(seen.keySet())
                    .as("what is never said proves nothing")
                    .contains(
                            "command az aks",
                            "command kpfleet apply",
                            "command kpfleet approve",
                            "command kpfleet explain",
                            "command kpfleet features",
                            "command kpfleet get",
                            "command kpfleet promote",
                            "command kpfleet rerun",
                            "command kpfleet resume",
                            "command kpfleet retry",
                            "command kpfleet rollback",
                            "future CORRECTED",
                            "future CAUGHT_UP",
                            "future GOES_ON",
                            "future NOTHING_TO_DO");
        }
    }
}
