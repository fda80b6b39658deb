package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What may be written of a managed cluster's document, what is shown of it, and how two of them differ. */
final class Documents {

    /** What AKS keeps when a PUT leaves it out, since it was chosen once and for all. */
    private static final List<String> KEPT = List.of(
            "kubernetesVersion",
            "dnsPrefix",
            "fqdnSubdomain",
            "nodeResourceGroup",
            "servicePrincipalProfile",
            "identityProfile",
            "windowsProfile");

    /** As {@link #KEPT}, for the network. */
    private static final List<String> KEPT_OF_NETWORK = List.of(
            "networkPlugin",
            "podCidr",
            "podCidrs",
            "serviceCidr",
            "serviceCidrs",
            "dnsServiceIP",
            "ipFamilies",
            "loadBalancerSku",
            "outboundType");

    /** As {@link #KEPT}, for a pool. */
    private static final List<String> KEPT_OF_POOL =
            List.of("orchestratorVersion", "powerState", "vmSize", "osType", "osSKU", "type", "virtualMachinesProfile");

    /** Where kubeProxyConfig is. */
    static final String KUBE_PROXY = "/properties/networkProfile/kubeProxyConfig";

    /** A pool of which a PUT says nothing of its power keeps on running, or being stopped. */
    private static final Pattern POWER_OF_POOL = Pattern.compile("/properties/agentPoolProfiles/\\d+/powerState");

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
            if (properties.get("servicePrincipalProfile") instanceof ObjectNode principal) {
                removeBlank(principal, "clientId");
            }
            for (JsonNode pool : properties.path("agentPoolProfiles")) {
                if (pool instanceof ObjectNode profile) {
                    removeBlanksOfPool(profile);
                }
            }
        }
        return copy;
    }

    /** As {@link #withoutBlanks}, for one pool. */
    static void removeBlanksOfPool(ObjectNode pool) {
        removeBlank(pool, "orchestratorVersion");
        removeBlank(pool, "vmSize");
        if (pool.path("osDiskSizeGB").isInt() && pool.path("osDiskSizeGB").intValue() == 0) {
            pool.remove("osDiskSizeGB");
        }
    }

    private static void removeBlank(ObjectNode object, String member) {
        if (object.path(member).isTextual() && object.path(member).asText().isEmpty()) {
            object.remove(member);
        }
    }

    /** Gives a pool that is written what it does not say and what only Azure sets, as they were. */
    static void keepOfPool(ObjectNode from, ObjectNode to) {
        ReadOnlyMembers.copyOfPool(from, to);
        keepChosen(from, to, KEPT_OF_POOL);
    }

    /** A copy without the members that only Azure sets. */
    static ObjectNode writable(ObjectNode document) {
        ObjectNode copy = document.deepCopy();
        ReadOnlyMembers.removeFromCluster(copy);
        return copy;
    }

    /** What a PUT of {@code sent} makes of {@code current}: what was sent, with Azure's own members as they were. */
    static ObjectNode replace(ObjectNode current, ObjectNode sent) {
        ObjectNode next = writable(sent);
        ObjectNode properties = next.withObject("/properties");
        if (current.get("properties") instanceof ObjectNode currentProperties) {
            keepChosen(currentProperties, properties, KEPT);
            if (currentProperties.get("networkProfile") instanceof ObjectNode network) {
                keepChosen(network, properties.withObject("/networkProfile"), KEPT_OF_NETWORK);
            }
            for (JsonNode pool : properties.path("agentPoolProfiles")) {
                for (JsonNode currentPool : currentProperties.path("agentPoolProfiles")) {
                    if (pool instanceof ObjectNode to
                            && currentPool instanceof ObjectNode from
                            && from.path("name").equals(to.path("name"))) {
                        keepChosen(from, to, KEPT_OF_POOL);
                    }
                }
            }
        }
        ReadOnlyMembers.copyOfCluster(current, next);
        return next;
    }

    private static void keepChosen(ObjectNode from, ObjectNode to, List<String> members) {
        for (String member : members) {
            if (!to.hasNonNull(member)) {
                copy(from, to, member);
            }
        }
    }

    private static void copy(ObjectNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        if (value != null) {
            to.set(member, value.deepCopy());
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
        if (before.isNull()
                || pointer.equals(KUBE_PROXY)
                || POWER_OF_POOL.matcher(pointer).matches()) {
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
