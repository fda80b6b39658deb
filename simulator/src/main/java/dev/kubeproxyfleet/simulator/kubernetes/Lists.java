package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the types of Kubernetes say of merging their members, as far as objects need it that are served here: {@code
 * x-kubernetes-list-type}, {@code -list-map-keys} and {@code -map-type} of the OpenAPI document. Every other list is atomic, every
 * other object is merged member by member.
 */
final class Lists {

    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("secrets", List.of("name")),
            Map.entry("conditions", List.of("type")),
            Map.entry("ownerReferences", List.of("uid")),
            Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")));

    private static final Set<String> ATOMIC_OBJECTS = Set.of(
            "selector",
            "podSelector",
            "namespaceSelector",
            "nodeSelector",
            "configMapRef",
            "secretRef",
            "configMapKeyRef",
            "secretKeyRef",
            "fieldRef",
            "resourceFieldRef",
            "roleRef",
            "involvedObject");

    private Lists() {}

    static boolean isAtomicObject(String member) {
        return ATOMIC_OBJECTS.contains(member);
    }

    static boolean isSet(String member) {
        return member.equals("finalizers");
    }

    /** Members that tell the items of a list apart; none if it is atomic, or a set. */
    static List<String> keys(String member, JsonNode list) {
        JsonNode first = list.path(0);
        if (!first.isObject()) {
            return List.of();
        }
        if (member.equals("ports")) {
            // Containers and services have such lists; those of network policies are atomic.
            return first.has("containerPort")
                    ? List.of("containerPort", "protocol")
                    : first.has("targetPort") || first.has("nodePort") ? List.of("port", "protocol") : List.of();
        }
        return KEYS.getOrDefault(member, List.of());
    }

    /** An item's key as a path has it, such as {@code k:{"name":"agent"}}. */
    static String key(List<String> keys, JsonNode item) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        for (String name : keys) {
            key.set(name, name.equals("protocol") ? orTcp(item.path(name)) : item.path(name));
        }
        return "k:" + key;
    }

    /** The item of a list with a key; one that is missing if there is none. */
    static JsonNode find(List<String> keys, JsonNode list, String key) {
        for (JsonNode item : list) {
            if (key(keys, item).equals(key)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }

    /** Members and values of a key. */
    static JsonNode parsed(String key) {
        try {
            return Json.MAPPER.readTree(key.substring(2));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no key of a list: " + key, e);
        }
    }

    /** A protocol that is left out is TCP. */
    private static JsonNode orTcp(JsonNode protocol) {
        return protocol.isTextual() ? protocol : JsonNodeFactory.instance.textNode("TCP");
    }
}
