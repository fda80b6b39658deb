package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** The agent in a cluster, as somebody would have applied its manifest: for nodes of either architecture. */
final class AgentInstallation {

    private static final String NAMESPACE = AgentPods.PART_OF;
    private static final String CONFIG_MAP = "node-agent";
    private static final Map<String, String> ARCHITECTURES = Map.of("node-agent", "amd64", "node-agent-jvm", "arm64");

    private AgentInstallation() {}

    static void install(ClusterStore store, String clusterId, Instant now) {
        put(store, new Key(ResourceType.NAMESPACE, "", NAMESPACE), JsonNodeFactory.instance.objectNode(), now);
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.putObject("data").put(AgentPods.CLUSTER_ID, clusterId);
        put(store, new Key(ResourceType.CONFIG_MAP, NAMESPACE, CONFIG_MAP), map, now);
        ARCHITECTURES.forEach((name, architecture) ->
                put(store, new Key(ResourceType.DAEMON_SET, NAMESPACE, name), daemonSet(name, architecture), now));
    }

    private static void put(ClusterStore store, Key key, ObjectNode object, Instant now) {
        if (store.get(key).isEmpty()) {
            Completion.complete(key, null, object, now);
            store.put(key, null, object);
        }
    }

    private static ObjectNode daemonSet(String name, String architecture) {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        addLabels(set.putObject("metadata"), name);
        ObjectNode spec = set.putObject("spec");
        spec.putObject("selector").putObject("matchLabels").put("app.kubernetes.io/name", name);
        ObjectNode template = spec.putObject("template");
        addLabels(template.putObject("metadata"), name);
        ObjectNode pod = template.putObject("spec");
        pod.put("hostNetwork", true);
        pod.putObject("nodeSelector").put("kubernetes.io/os", "linux").put("kubernetes.io/arch", architecture);
        ObjectNode container = pod.putArray("containers").addObject();
        container.put("name", name);
        container.put("image", "kubeproxy-fleet-" + name + ":sandbox");
        container.putArray("envFrom").addObject().putObject("configMapRef").put("name", CONFIG_MAP);
        return set;
    }

    private static void addLabels(ObjectNode metadata, String name) {
        metadata.putObject("labels")
                .put("app.kubernetes.io/name", name)
                .put("app.kubernetes.io/part-of", AgentPods.PART_OF);
    }
}
