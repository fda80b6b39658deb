package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.arm.LinuxNodes;
import dev.kubeproxyfleet.simulator.world.NodeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a cluster is, as far as its ARM document says.
 *
 * @param id in lower case
 * @param version of Kubernetes, such as {@code 1.33.3}
 * @param podCidr such as {@code 10.244.0.0/16}
 * @param nodes Linux nodes first
 */
record ClusterFacts(String id, String version, String podCidr, boolean stopped, List<NodeFacts> nodes) {

    int minor() {
        return Integer.parseInt(version.split("\\.")[1]);
    }

    static ClusterFacts of(String id, ObjectNode document, LinuxNodes linux) {
        List<NodeFacts> nodes = new ArrayList<>();
        linux.byPool().forEach((pool, count) -> {
            for (String name : NodeNames.of(id, Map.of(pool, count), 0)) {
                nodes.add(NodeFacts.of(document, pool(document, pool), name, nodes.size()));
            }
        });
        for (String name : NodeNames.of(id, Map.of(), linux.autoprovisioned())) {
            nodes.add(NodeFacts.of(document, MissingNode.getInstance(), name, nodes.size()));
        }
        boolean stopped = document.at("/properties/powerState/code").asText().equals("Stopped");
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            boolean runs = !stopped && !pool.at("/powerState/code").asText().equals("Stopped");
            if (runs && pool.path("osType").asText().equalsIgnoreCase("Windows")) {
                for (int i = 0; i < pool.path("count").asInt(); i++) {
                    // AKS numbers Windows nodes in base 36 behind the pool's short name.
                    String name = "aks" + pool.path("name").asText()
                            + "%6s".formatted(Integer.toString(i, 36)).replace(' ', '0');
                    nodes.add(NodeFacts.of(document, pool, name, nodes.size()));
                }
            }
        }
        return new ClusterFacts(
                id,
                document.at("/properties/currentKubernetesVersion")
                        .asText(document.at("/properties/kubernetesVersion").asText()),
                document.at("/properties/networkProfile/podCidr").asText(),
                stopped,
                List.copyOf(nodes));
    }

    private static JsonNode pool(ObjectNode document, String name) {
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            if (pool.path("name").asText().equals(name)) {
                return pool;
            }
        }
        return MissingNode.getInstance();
    }
}
