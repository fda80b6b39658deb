package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/** What all objects have, and those that stand in every cluster. */
final class Objects {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Objects() {}

    /** As Kubernetes writes times: whole seconds in UTC. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The same one for the same seed. */
    static String uid(String seed) {
        return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** An object with its metadata; {@code seed} makes its uid. */
    static ObjectNode named(Key key, String seed, Instant created, Map<String, String> labels) {
        ObjectNode object = JSON.objectNode();
        object.put("apiVersion", key.type().apiVersion());
        object.put("kind", key.type().kind);
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", key.name());
        if (key.type().namespaced) {
            metadata.put("namespace", key.namespace());
        }
        metadata.put("uid", uid(seed + key));
        metadata.put("creationTimestamp", time(created));
        if (!labels.isEmpty()) {
            put(metadata.putObject("labels"), labels);
        }
        return object;
    }

    static void put(ObjectNode object, Map<String, String> members) {
        members.forEach(object::put);
    }

    /** Marks {@code object} as made by the controller {@code owner}. */
    static void own(ObjectNode object, ResourceType ownerType, ObjectNode owner) {
        object.withObject("/metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", ownerType.apiVersion())
                .put("kind", ownerType.kind)
                .put("name", owner.at("/metadata/name").asText())
                .put("uid", owner.at("/metadata/uid").asText())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    static ObjectNode namespace(String clusterId, String name, Instant created) {
        ObjectNode object = named(
                new Key(ResourceType.NAMESPACE, "", name),
                clusterId,
                created,
                Map.of("kubernetes.io/metadata.name", name));
        object.putObject("spec").putArray("finalizers").add("kubernetes");
        object.putObject("status").put("phase", "Active");
        return object;
    }

    static ObjectNode node(String clusterId, NodeFacts facts, int index, Instant created) {
        ObjectNode object = named(new Key(ResourceType.NODE, "", facts.name()), clusterId, created, facts.labels());
        object.putObject("spec")
                .put("podCIDR", "10.244." + index % 256 + ".0/24")
                .put("providerID", "azure:///simulated/" + facts.name());
        ObjectNode status = object.putObject("status");
        ObjectNode room = status.putObject("capacity")
                .put("cpu", "4")
                .put("memory", "16374592Ki")
                .put("pods", "110");
        status.set("allocatable", room.deepCopy());
        status.putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True")
                .put("reason", "KubeletReady")
                .put("message", "kubelet is posting ready status")
                .put("lastHeartbeatTime", time(created))
                .put("lastTransitionTime", time(created));
        status.putArray("addresses").addObject().put("type", "InternalIP").put("address", address(index));
        status.withArray("/addresses").addObject().put("type", "Hostname").put("address", facts.name());
        status.putObject("nodeInfo")
                .put("architecture", facts.architecture())
                .put("operatingSystem", facts.windows() ? "windows" : "linux")
                .put("osImage", facts.windows() ? "Windows Server 2022 Datacenter" : "Ubuntu 22.04.5 LTS")
                .put("kernelVersion", facts.windows() ? "10.0.20348.4297" : NodeSoftware.kernelOf(facts.image()))
                .put("kubeletVersion", "v" + facts.version())
                .put("kubeProxyVersion", "")
                .put("containerRuntimeVersion", "containerd://" + (facts.windows() ? "1.7.29+azure" : "1.7.28-1"))
                .put("machineID", uid(clusterId + facts.name()).replace("-", ""))
                .put("systemUUID", uid("system " + clusterId + facts.name()))
                .put("bootID", uid("boot " + clusterId + facts.name() + created));
        return object;
    }

    /** Of a node in its cluster's network. */
    static String address(int index) {
        return "10.224." + (index + 4) / 256 + "." + (index + 4) % 256;
    }
}
