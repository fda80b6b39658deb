package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The nodes of the clusters that there are. Without threads: nodes come and go when {@link #follow} is called, and a node's time
 * passes when it is looked at. Thread-safe.
 */
public final class SimulatedNodes {

    /** A DaemonSet reaches a cluster in so many waves, one after the other. */
    private static final int WAVES = 10;

    private static final Duration WAVE = Duration.ofSeconds(10);
    private static final Duration JITTER = Duration.ofSeconds(5);

    /** Nodes that are there at the beginning have had traffic for so long. */
    private static final Duration WARM_UP = Duration.ofMinutes(3);

    private final Clusters clusters;
    private final NodeFaults faults;
    private final FleetSpec spec;
    private final InstantSource clock;

    /** By cluster id in lower case, and by name. */
    private final Map<String, Map<String, SimulatedNode>> nodes = new LinkedHashMap<>();

    /**
     * Makes every node that there is now; a change reaches the last one of a cluster after 105 s at most, divided by the fleet's
     * speed.
     */
    public SimulatedNodes(Clusters clusters, NodeFaults faults, FleetSpec spec, InstantSource clock) {
        this.clusters = clusters;
        this.faults = faults;
        this.spec = spec;
        this.clock = clock;
        follow(clock.instant().minus(WARM_UP));
    }

    /**
     * Makes the nodes that have come since the last call, as just booted, and drops those that are gone. A node that stays, by
     * its name, keeps its state; one that was away in between does not.
     */
    public void follow() {
        follow(clock.instant());
    }

    private synchronized void follow(Instant bootedAt) {
        Map<String, List<String>> wanted = clusters.nodes();
        nodes.keySet().retainAll(wanted.keySet());
        wanted.forEach((cluster, names) -> {
            Map<String, SimulatedNode> before = nodes.getOrDefault(cluster, Map.of());
            if (!List.copyOf(before.keySet()).equals(names)) {
                nodes.put(cluster, follow(cluster, names, before, bootedAt));
            }
        });
    }

    private Map<String, SimulatedNode> follow(
            String cluster, List<String> names, Map<String, SimulatedNode> before, Instant bootedAt) {
        long seed = spec.seed() * 31 + cluster.hashCode();
        ServicePlan plan = ServicePlan.of(new Random(seed).nextLong());
        Map<String, SimulatedNode> after = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            SimulatedNode there = before.get(name);
            after.put(
                    name,
                    there == null ? make(cluster, name, seed, plan, (long) i * WAVES / names.size(), bootedAt) : there);
        }
        return after;
    }

    private SimulatedNode make(
            String cluster, String name, long clusterSeed, ServicePlan plan, long wave, Instant bootedAt) {
        Random random = new Random(clusterSeed * 31 + name.hashCode());
        Duration delay = WAVE.multipliedBy(wave).plusMillis(random.nextInt((int) JITTER.toMillis()));
        String region = clusters.region(cluster).orElse("");
        return new SimulatedNode(
                new SimulatedNode.Traits(
                        cluster,
                        name,
                        random.nextLong(),
                        plan,
                        Duration.ofNanos((long) (delay.toNanos() / spec.speed())),
                        spec.speed(),
                        clusters.software(cluster)),
                () -> clusters.applied(cluster),
                () -> clusters.holdsBack(cluster, name),
                () -> faults.of(cluster, region, name),
                clock,
                bootedAt);
    }

    /** How much faster than Azure everything is. */
    public double speed() {
        return spec.speed();
    }

    /** All nodes, as {@link #follow} left them. */
    public synchronized List<SimulatedNode> all() {
        return nodes.values().stream()
                .flatMap(ofCluster -> ofCluster.values().stream())
                .toList();
    }

    /** Nodes of a cluster, as {@link #follow} left them; none for an unknown one. */
    public synchronized List<SimulatedNode> of(String clusterId) {
        return List.copyOf(
                nodes.getOrDefault(clusterId.toLowerCase(Locale.ROOT), Map.of()).values());
    }
}
