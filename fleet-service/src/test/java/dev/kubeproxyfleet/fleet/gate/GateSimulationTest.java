package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GateSimulationTest {

    /** Of each kind and dispersion: more than a thousand harmless stages for every dispersion. */
    private static final int SEEDS = 200;

    @Test
    void harmIsFoundInTimeAndNothingElseFails() {
        assertThat(GateSimulation.brokenPromise(SEEDS)).isEmpty();
    }
}
