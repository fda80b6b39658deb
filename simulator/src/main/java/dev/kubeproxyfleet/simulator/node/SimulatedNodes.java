package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** The nodes of a fleet. Without threads: a node's time passes when it is looked at. */
public final class SimulatedNodes {

    /** A DaemonSet reaches a cluster in so many waves, one after the other. */
    private static final int WAVES = 10;

    private static final Duration WAVE = Duration.ofSeconds(10);
    private static final Duration JITTER = Duration.ofSeconds(5);

    private final Map<String, List<SimulatedNode>> byCluster = new LinkedHashMap<>();

    private SimulatedNodes() {}

    /**
     * Makes every node; a change reaches the last of a cluster after 105 s at most, divided by the fleet's speed.
     *
     * @param configurations what a cluster's nodes shall run, by cluster id in lower case; {@code ArmSimulator::applied}
     */
    public static SimulatedNodes of(
            Fleet fleet, Function<String, Optional<AppliedConfiguration>> configurations, InstantSource clock) {
        SimulatedNodes nodes = new SimulatedNodes();
        for (SimulatedCluster cluster : fleet.clusters()) {
            Random random = new Random(fleet.spec().seed() * 31 + cluster.id().hashCode());
            ServicePlan plan = ServicePlan.of(random.nextLong());
            int count = cluster.nodes().size();
            List<SimulatedNode> ofCluster = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                long wave = (long) i * WAVES / count;
                Duration delay = WAVE.multipliedBy(wave).plusMillis(random.nextInt((int) JITTER.toMillis()));
                ofCluster.add(new SimulatedNode(
                        cluster.id(),
                        cluster.nodes().get(i),
                        random.nextLong(),
                        plan,
                        Duration.ofNanos((long) (delay.toNanos() / fleet.spec().speed())),
                        configurations,
                        clock));
            }
            nodes.byCluster.put(cluster.id(), List.copyOf(ofCluster));
        }
        return nodes;
    }

    public List<SimulatedNode> all() {
        return byCluster.values().stream().flatMap(List::stream).toList();
    }

    /** Nodes of a cluster; none for an unknown one. */
    public List<SimulatedNode> of(String clusterId) {
        return byCluster.getOrDefault(clusterId.toLowerCase(Locale.ROOT), List.of());
    }
}
