package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What may be written of a managed cluster's document, what is shown of it, and how two of them differ. */
final class Documents {

    private static final List<String> READ_ONLY = List.of("id", "name", "type", "systemData", "eTag");
    private static final List<String> READ_ONLY_PROPERTIES = List.of(
            "provisioningState",
            "powerState",
            "fqdn",
            "azurePortalFQDN",
            "privateFQDN",
            "currentKubernetesVersion",
            "maxAgentPools",
            "resourceUID");
    private static final Set<String> READ_ONLY_OF_POOL =
            Set.of("provisioningState", "powerState", "currentOrchestratorVersion", "nodeImageVersion", "eTag");
    private static final List<String> READ_ONLY_OF_IDENTITY = List.of("principalId", "tenantId");

    /** Where kubeProxyConfig is. */
    static final String KUBE_PROXY = "/properties/networkProfile/kubeProxyConfig";

    private Documents() {}

    /** Properties of a maintenance configuration: four hours each Sunday night. */
    static ObjectNode sundayNights() {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        ObjectNode window = properties.putObject("maintenanceWindow");
        window.putObject("schedule").putObject("weekly").put("intervalWeeks", 1).put("dayOfWeek", "Sunday");
        window.put("durationHours", 4);
        window.put("utcOffset", "+00:00");
        window.put("startDate", "2025-01-05");
        window.put("startTime", "01:00");
        return properties;
    }

    /** A copy without what clients send empty, or 0, for Azure to choose. */
    static ObjectNode withoutBlanks(ObjectNode sent) {
        ObjectNode copy = sent.deepCopy();
        if (copy.get("properties") instanceof ObjectNode properties) {
            removeBlank(properties, "kubernetesVersion");
            for (JsonNode pool : properties.path("agentPoolProfiles")) {
                if (pool instanceof ObjectNode profile) {
                    removeBlank(profile, "orchestratorVersion");
                    if (profile.path("osDiskSizeGB").isInt()
                            && profile.path("osDiskSizeGB").intValue() == 0) {
                        profile.remove("osDiskSizeGB");
                    }
                }
            }
        }
        return copy;
    }

    private static void removeBlank(ObjectNode object, String member) {
        if (object.path(member).isTextual() && object.path(member).asText().isEmpty()) {
            object.remove(member);
        }
    }

    /** {@code pool} without the members that only Azure sets. */
    static ObjectNode writablePool(ObjectNode pool) {
        pool.remove(READ_ONLY_OF_POOL);
        return pool;
    }

    /** Gives a pool the members that only Azure sets, as they were. */
    static void keepReadOnlyOfPool(ObjectNode from, ObjectNode to) {
        copy(from, to, READ_ONLY_OF_POOL);
    }

    /** A copy without the members that only Azure sets. */
    static ObjectNode writable(ObjectNode document) {
        ObjectNode copy = document.deepCopy();
        copy.remove(READ_ONLY);
        if (copy.get("properties") instanceof ObjectNode properties) {
            properties.remove(READ_ONLY_PROPERTIES);
            for (JsonNode pool : properties.path("agentPoolProfiles")) {
                if (pool instanceof ObjectNode object) {
                    writablePool(object);
                }
            }
        }
        if (copy.get("identity") instanceof ObjectNode identity) {
            identity.remove(READ_ONLY_OF_IDENTITY);
        }
        return copy;
    }

    /** What a PUT of {@code sent} makes of {@code current}: what was sent, with Azure's own members as they were. */
    static ObjectNode replace(ObjectNode current, ObjectNode sent) {
        ObjectNode next = writable(sent);
        copy(current, next, READ_ONLY);
        ObjectNode properties = next.withObject("/properties");
        if (current.get("properties") instanceof ObjectNode currentProperties) {
            copy(currentProperties, properties, READ_ONLY_PROPERTIES);
            keepChosen(currentProperties, properties, "kubernetesVersion");
            for (JsonNode pool : properties.path("agentPoolProfiles")) {
                for (JsonNode currentPool : currentProperties.path("agentPoolProfiles")) {
                    if (pool instanceof ObjectNode to
                            && currentPool instanceof ObjectNode from
                            && from.path("name").equals(to.path("name"))) {
                        keepReadOnlyOfPool(from, to);
                        keepChosen(from, to, "orchestratorVersion");
                    }
                }
            }
        }
        if (current.get("identity") instanceof ObjectNode from && next.get("identity") instanceof ObjectNode to) {
            copy(from, to, READ_ONLY_OF_IDENTITY);
        }
        return next;
    }

    private static void keepChosen(ObjectNode from, ObjectNode to, String member) {
        if (!to.hasNonNull(member)) {
            copy(from, to, List.of(member));
        }
    }

    private static void copy(ObjectNode from, ObjectNode to, Iterable<String> members) {
        for (String member : members) {
            JsonNode value = from.get(member);
            if (value != null) {
                to.set(member, value.deepCopy());
            }
        }
    }

    /**
     * A copy as a client sees it. kubeProxyConfig reads back with less than was sent: absent where nothing is set, empty where
     * it is disabled, and not at all through an api-version that does not know it.
     */
    static ObjectNode shown(ObjectNode document, String apiVersion) {
        ObjectNode copy = document.deepCopy();
        if (copy.at("/properties/networkProfile") instanceof ObjectNode network) {
            JsonNode kubeProxy = network.path("kubeProxyConfig");
            if (!ApiVersions.knowsKubeProxy(apiVersion) || kubeProxy.isNull() || kubeProxy.isEmpty()) {
                network.remove("kubeProxyConfig");
            } else if (kubeProxy.path("enabled").isBoolean()
                    && !kubeProxy.path("enabled").booleanValue()) {
                network.putObject("kubeProxyConfig");
            }
        }
        return copy;
    }

    /** JSON pointers of leaves of {@code before} that {@code after} has not; null members count as absent. */
    static List<String> lost(ObjectNode before, ObjectNode after) {
        List<String> lost = new ArrayList<>();
        collectLost("", writable(before), writable(after), lost);
        return lost;
    }

    private static void collectLost(String pointer, JsonNode before, JsonNode after, List<String> lost) {
        if (before.isNull() || pointer.equals(KUBE_PROXY)) {
            return;
        }
        if (after.isMissingNode() || after.isNull()) {
            lost.add(pointer);
        } else if (before.isObject()) {
            for (Map.Entry<String, JsonNode> member : before.properties()) {
                collectLost(pointer + "/" + member.getKey(), member.getValue(), after.path(member.getKey()), lost);
            }
        } else if (before.isArray()) {
            for (int i = 0; i < before.size(); i++) {
                collectLost(pointer + "/" + i, before.get(i), after.path(i), lost);
            }
        }
    }

    /** JSON pointers of leaves of {@code after} that are new or other than in {@code before}. */
    static List<String> changed(ObjectNode before, ObjectNode after) {
        List<String> changed = new ArrayList<>();
        collectChanged("", writable(before), writable(after), changed);
        return changed;
    }

    private static void collectChanged(String pointer, JsonNode before, JsonNode after, List<String> changed) {
        if (after.isNull() || pointer.equals(KUBE_PROXY)) {
            return;
        }
        if (after.isObject() && before.isObject()) {
            for (Map.Entry<String, JsonNode> member : after.properties()) {
                collectChanged(
                        pointer + "/" + member.getKey(), before.path(member.getKey()), member.getValue(), changed);
            }
        } else if (after.isArray() && before.isArray()) {
            for (int i = 0; i < after.size(); i++) {
                collectChanged(pointer + "/" + i, before.path(i), after.get(i), changed);
            }
        } else if (!after.equals(before)) {
            changed.add(pointer);
        }
    }
}
