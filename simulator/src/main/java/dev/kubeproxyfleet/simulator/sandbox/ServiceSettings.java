package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the sandbox tells the fleet service. The waits of the service are its defaults divided by the speed, as far as something
 * else than Azure's pace does not limit them.
 */
final class ServiceSettings {

    /** Time between two listings at every speed: who changes a cluster by hand wants to see what follows from it. */
    static final Duration LISTING = Duration.ofSeconds(5);

    /**
     * Time between two snapshots of an agent, and the length of a bucket of what they count, at every speed: the shortest that the
     * service takes. It then knows what is usual after three minutes.
     */
    static final Duration AGENT_INTERVAL = Duration.ofSeconds(1);

    /** The inventory lags behind by at most so many listings, here as by default. */
    static final int LISTINGS_OF_LAG = 5;

    /** A gate needs some of it, on a cluster of five nodes, to tell that nothing is wrong. */
    private static final Duration SHORTEST_BAKE = Duration.ofSeconds(40);

    private static final Duration BAKE = Duration.ofMinutes(10);
    private static final Duration LAG = Duration.ofMinutes(5);
    private static final Duration LOCK_INTERVAL = Duration.ofMinutes(1);
    private static final Duration FEATURE_INTERVAL = Duration.ofMinutes(10);
    private static final Duration MAINTENANCE_INTERVAL = Duration.ofHours(6);
    private static final Duration MAINTENANCE_RETRY = Duration.ofMinutes(5);
    private static final Duration SUBSCRIPTION_INTERVAL = Duration.ofMinutes(5);
    private static final Duration REGISTRATION_INTERVAL = Duration.ofSeconds(10);
    private static final Duration SHORTEST_REGISTRATION_INTERVAL = Duration.ofSeconds(1);

    private final double speed;

    ServiceSettings(double speed) {
        this.speed = speed;
    }

    /** Where everything is, as far as all replicas know it. */
    Map<String, String> of(DataFolder folder, String brokers, ArmSimulator azure, EvidenceOption evidence) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", brokers);
        settings.put("kpfleet.azure.endpoint", azure.endpoint().toString());
        settings.put("kpfleet.azure.ca-certificate", folder.certificate().toString());
        settings.put("kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN);
        if (evidence.looksAtKubernetes) {
            settings.put("kpfleet.kubernetes.enabled", "true");
            settings.put("kpfleet.kubernetes.install-agents", "true");
        }
        settings.putAll(waits());
        return settings;
    }

    /** How long it waits. */
    Map<String, String> waits() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kpfleet.azure.time-scale", Double.toString(speed));
        settings.put(
                "kpfleet.azure.registration-interval", scaled(REGISTRATION_INTERVAL, SHORTEST_REGISTRATION_INTERVAL));
        settings.put("kpfleet.inventory.interval", LISTING.toString());
        settings.put("kpfleet.inventory.lock-interval", scaled(LOCK_INTERVAL, LISTING));
        settings.put("kpfleet.inventory.feature-interval", scaled(FEATURE_INTERVAL, LISTING));
        settings.put("kpfleet.inventory.maintenance-interval", scaled(MAINTENANCE_INTERVAL, LISTING));
        settings.put("kpfleet.inventory.maintenance-retry", scaled(MAINTENANCE_RETRY, LISTING));
        settings.put("kpfleet.inventory.subscription-interval", scaled(SUBSCRIPTION_INTERVAL, LISTING));
        settings.put("kpfleet.controller.lag", scaled(LAG, LISTING.multipliedBy(LISTINGS_OF_LAG)));
        settings.put("kpfleet.health.bucket", AGENT_INTERVAL.toString());
        settings.put("kpfleet.intake.default-bake", scaled(BAKE, SHORTEST_BAKE));
        return settings;
    }

    private String scaled(Duration real, Duration shortest) {
        Duration fast = Duration.ofMillis((long) (real.toMillis() / speed));
        return (fast.compareTo(shortest) < 0 ? shortest : fast).toString();
    }
}
