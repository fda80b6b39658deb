package dev.kubeproxyfleet.simulator.world;

import java.time.InstantSource;

/** The one place that reads the machine's clock, for what must agree with processes outside the simulation. */
public final class MachineClock {

    private MachineClock() {}

    public static InstantSource get() {
        return InstantSource.system();
    }
}
