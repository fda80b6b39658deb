package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.NodeNames;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Clusters as a test says they are: one of five nodes at first, with nothing configured. */
final class FakeClusters implements Clusters {

    static final String CLUSTER =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/one";

    static final String REGION = "westeurope";

    final Map<String, List<String>> nodes = new LinkedHashMap<>();

    @Nullable
    AppliedConfiguration applied;

    NodeSoftware software = NodeSoftware.USUAL;

    FakeClusters(Instant now) {
        nodes.put(CLUSTER, NodeNames.of(CLUSTER, Map.of("system", 5), 0));
        applied = new AppliedConfiguration(KubeProxyConfig.UNSET, now, true);
    }

    @Override
    public Map<String, List<String>> nodes() {
        return new LinkedHashMap<>(nodes);
    }

    @Override
    public Optional<AppliedConfiguration> applied(String clusterId) {
        return Optional.ofNullable(applied);
    }

    @Override
    public NodeSoftware software(String clusterId) {
        return software;
    }

    @Override
    public Optional<String> region(String clusterId) {
        return Optional.of(REGION);
    }
}
