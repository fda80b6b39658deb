package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GateSimulationTest {

    @Test
    void goodStagesHardlyEverFailAndBadOnesSoon() {
        assertThat(GateSimulation.broken(1_000)).isEmpty();
    }
}
