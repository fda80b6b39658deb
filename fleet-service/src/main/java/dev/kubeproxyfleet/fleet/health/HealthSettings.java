package dev.kubeproxyfleet.fleet.health;

import java.time.Duration;

/** @param emitInterval shortest time between two health records of one cluster */
public record HealthSettings(Duration emitInterval) {

    public static final HealthSettings DEFAULTS = new HealthSettings(Duration.ofSeconds(2));

    public HealthSettings {
        if (emitInterval.toMillis() < 1) {
            throw new IllegalArgumentException("the emit interval must be positive, not " + emitInterval);
        }
    }
}
