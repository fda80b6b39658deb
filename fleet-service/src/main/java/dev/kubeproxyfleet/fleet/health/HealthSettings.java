package dev.kubeproxyfleet.fleet.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How node statistics are folded. */
@ConfigMapping(prefix = "kpfleet.health")
interface HealthSettings {

    /** Shortest time between two health records of one cluster; at least a millisecond. */
    @WithDefault("2s")
    Duration emitInterval();

    /**
     * How long a bucket of counted signals is; from a second to ten minutes, in whole milliseconds, and no shorter than the agents'
     * interval. With another length what was counted before is forgotten.
     */
    @WithDefault("10s")
    Duration bucket();
}
