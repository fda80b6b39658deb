package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** On which nodes of a cluster an agent runs, and of which cluster it speaks; one that was told of none does not run. Not thread-safe. */
final class AgentPods {

    static final String PART_OF = "kubeproxy-fleet";

    /** As the manifests name the agent's DaemonSets, for either architecture. */
    static final Set<String> NAMES = Set.of("node-agent", "node-agent-jvm");

    static final String CLUSTER_ID = "KPFLEET_AGENT_CLUSTER_ID";

    private final ClusterStore store;
    private long seen = -1;
    private Map<String, String> clusterByNode = Map.of();

    AgentPods(ClusterStore store) {
        this.store = store;
    }

    /** Id of the cluster that an agent was told it is in, by the name of the node that it runs on. */
    Map<String, String> clusterByNode() {
        long now = store.version();
        if (now != seen) {
            clusterByNode = look();
            seen = now;
        }
        return clusterByNode;
    }

    private Map<String, String> look() {
        Map<String, String> found = new HashMap<>();
        for (Stored set : store.list(ResourceType.DAEMON_SET, "").objects()) {
            ObjectNode tree = set.tree();
            JsonNode labels = tree.at("/metadata/labels");
            if (labels.path("app.kubernetes.io/part-of").asText().equals(PART_OF)
                    && NAMES.contains(labels.path("app.kubernetes.io/name").asText())) {
                String uid = tree.at("/metadata/uid").asText();
                for (Stored pod :
                        store.list(ResourceType.POD, set.key().namespace()).objects()) {
                    look(pod.tree(), uid, found);
                }
            }
        }
        return Map.copyOf(found);
    }

    private void look(ObjectNode pod, String owner, Map<String, String> found) {
        if (pod.at("/metadata/ownerReferences/0/uid").asText().equals(owner)
                && pod.at("/status/containerStatuses/0/ready").asBoolean()) {
            String id = clusterId(pod);
            if (!id.isEmpty()) {
                found.put(pod.at("/spec/nodeName").asText(), id);
            }
        }
    }

    /** A variable of its own comes before those of its ConfigMaps, of which the last one wins. */
    private String clusterId(ObjectNode pod) {
        JsonNode container = pod.at("/spec/containers/0");
        for (JsonNode variable : container.path("env")) {
            if (variable.path("name").asText().equals(CLUSTER_ID)) {
                return variable.path("value").asText();
            }
        }
        String id = "";
        for (JsonNode from : container.path("envFrom")) {
            Key key = new Key(
                    ResourceType.CONFIG_MAP,
                    pod.at("/metadata/namespace").asText(),
                    from.at("/configMapRef/name").asText());
            id = store.get(key)
                    .map(map -> map.tree().path("data").path(CLUSTER_ID).asText())
                    .filter(text -> !text.isEmpty())
                    .orElse(id);
        }
        return id;
    }
}
