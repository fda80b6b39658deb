package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ProcFiles;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the agent's own code ships of a simulated node that has run in mode IPVS for an hour. */
final class CollectedSnapshot {

    private static final String NODE = "aks-pool1-12345678-vmss000000";
    private static final int TOP_SERVICES = 20;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    private CollectedSnapshot() {}

    /** Of the second interval, so that it has rates. */
    static NodeStats at(Instant time) {
        Instant[] now = {time.minus(Duration.ofHours(1))};
        Clusters clusters = clusters(new AppliedConfiguration(IPVS, now[0], true));
        SimulatedNode node = new SimulatedNodes(clusters, new NodeFaults(), new FleetSpec(1, 1, 1, 1, 1), () -> now[0])
                .of(Snapshots.CLUSTER)
                .getFirst();
        NodeCollector collector = new NodeCollector(
                new CollectorSettings(Snapshots.CLUSTER, NODE, "0.2.0", INTERVAL, TOP_SERVICES),
                proc(node),
                node::get,
                () -> now[0]);
        now[0] = time.minus(INTERVAL);
        collector.collect();
        now[0] = time;
        return collector.collect();
    }

    private static ProcFiles proc(SimulatedNode node) {
        return (path, buffer) -> {
            byte[] content = node.read(path);
            if (content == null) {
                return ProcFiles.Outcome.ABSENT;
            }
            buffer.append(content, 0, content.length);
            return ProcFiles.Outcome.READ;
        };
    }

    private static Clusters clusters(AppliedConfiguration applied) {
        return new Clusters() {
            @Override
            public Map<String, List<String>> nodes() {
                return Map.of(Snapshots.CLUSTER, List.of(NODE));
            }

            @Override
            public Optional<AppliedConfiguration> applied(String clusterId) {
                return Optional.of(applied);
            }

            @Override
            public Optional<String> region(String clusterId) {
                return Optional.of("westeurope");
            }
        };
    }
}
