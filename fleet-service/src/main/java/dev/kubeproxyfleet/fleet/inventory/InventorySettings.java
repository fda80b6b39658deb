package dev.kubeproxyfleet.fleet.inventory;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service keeps its picture of the fleet. */
@ConfigMapping(prefix = "kpfleet.inventory")
public interface InventorySettings {

    /** Time between two listings of a subscription; each is made somewhere in the second half of it. */
    @WithDefault("PT1M")
    Duration interval();

    /** Shortest time between two listings of a subscription, however many operations end in it. */
    @WithDefault("PT5S")
    Duration minInterval();

    /** Time between two readings of a subscription's preview feature. */
    @WithDefault("PT10M")
    Duration featureInterval();

    /** Time between two readings of a subscription's management locks. */
    @WithDefault("PT1M")
    Duration lockInterval();

    /** Time between two readings of a cluster's maintenance configurations; each is made somewhere in the second half of it. */
    @WithDefault("PT6H")
    Duration maintenanceInterval();

    /** Time until maintenance configurations that could not be read are read again. */
    @WithDefault("PT5M")
    Duration maintenanceRetry();

    /** Time between two discoveries of the fleet's subscriptions. */
    @WithDefault("PT5M")
    Duration subscriptionInterval();
}
