package dev.kubeproxyfleet.fleet.controller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the controller keeps time. */
@ConfigMapping(prefix = "kpfleet.controller")
public interface ControllerSettings {

    /** How often clusters in flight, bakes and deadlines are looked at; ISO-8601 or like {@code 1s}. */
    @WithDefault("1s")
    Duration tick();

    /** How often a rollout looks for clusters that have appeared since its plan. */
    @WithDefault("10s")
    Duration joinInterval();

    /**
     * How long the inventory may show what was true before: a cluster that was skipped is caught up with, and what the inventory
     * shows after a change is held against someone else, after so long at the earliest. The azure worker may be silent beyond a
     * deadline for as long. More than two of {@code kpfleet.inventory.interval}.
     */
    @WithDefault("PT5M")
    Duration lag();

    /**
     * How many of the latest rollouts of each configuration are kept, however old they are; at least 3, as many as gates look back at.
     *
     * @since 0.2.0
     */
    @WithDefault("20")
    int keptRollouts();

    /**
     * How long ended rollouts beyond those are kept. One that says what a cluster has, or can be rolled back, stays. Those of a
     * deleted configuration stay.
     *
     * @since 0.2.0
     */
    @WithDefault("P90D")
    Duration keptFor();
}
