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
}
