package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.FleetSimulation;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulated world around the real topology: its stores, its indexes, its JSON, its restarts. */
class TopologySimulationTest {

    private static final int SEEDS = 20;
    private static final int EVENTS = 150;

    @TempDir
    private Path folder;

    @Test
    void keepsEveryPromiseAsTheServiceHostsTheCore() {
        Map<String, Integer> seen = new ConcurrentSkipListMap<>();
        LongStream.range(0, SEEDS).parallel().forEach(seed -> {
            Path own = folder.resolve("seed-" + seed);
            FleetSimulation.run(seed, EVENTS, steps -> new TopologyController(own, steps))
                    .forEach((what, times) -> seen.merge(what, times, Integer::sum));
        });
        assertThat(seen)
                .containsKeys(
                        "rollout Running -> Succeeded",
                        "audit FinishRollback RolledBack",
                        "cluster Verifying -> Converged",
                        "outcome Failed");
    }
}
