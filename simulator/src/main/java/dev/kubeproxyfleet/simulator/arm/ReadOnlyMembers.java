package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Members that only Azure sets. A PUT that sends them back changes nothing by that; {@link WriteRules#immutable} refuses those of
 * which AKS says so when they differ.
 *
 * <p>Source: {@code readOnly} in the specification of ManagedCluster, Microsoft.ContainerService/aks, as Microsoft's own Java
 * client reads them without ever writing them.
 */
final class ReadOnlyMembers {

    /** A step that stands for all members of an object, or all elements of an array. */
    private static final String ANY = "*";

    private static final List<List<String>> OF_POOL = paths(
            "provisioningState", "currentOrchestratorVersion", "nodeImageVersion", "eTag", "status/provisioningError");

    private static final List<List<String>> OF_CLUSTER = Stream.concat(
                    paths(
                            "id",
                            "name",
                            "type",
                            "systemData",
                            "eTag",
                            "identity/principalId",
                            "identity/tenantId",
                            "identity/userAssignedIdentities/*/clientId",
                            "identity/userAssignedIdentities/*/principalId",
                            "properties/provisioningState",
                            "properties/powerState",
                            "properties/fqdn",
                            "properties/azurePortalFQDN",
                            "properties/privateFQDN",
                            "properties/currentKubernetesVersion",
                            "properties/maxAgentPools",
                            "properties/resourceUID",
                            "properties/status/provisioningError",
                            "properties/oidcIssuerProfile/issuerURL",
                            "properties/networkProfile/loadBalancerProfile/effectiveOutboundIPs",
                            "properties/networkProfile/natGatewayProfile/effectiveOutboundIPs",
                            "properties/addonProfiles/*/identity",
                            "properties/ingressProfile/webAppRouting/identity",
                            "properties/podIdentityProfile/userAssignedIdentities/*/provisioningState",
                            "properties/podIdentityProfile/userAssignedIdentities/*/provisioningInfo")
                            .stream(),
                    OF_POOL.stream()
                            .map(path -> Stream.concat(Stream.of("properties", "agentPoolProfiles", ANY), path.stream())
                                    .toList()))
            .toList();

    private ReadOnlyMembers() {}

    private static List<List<String>> paths(String... paths) {
        return Stream.of(paths).map(path -> List.of(path.split("/"))).toList();
    }

    static void removeFromCluster(ObjectNode document) {
        OF_CLUSTER.forEach(path -> remove(document, path));
    }

    static void removeFromPool(ObjectNode pool) {
        OF_POOL.forEach(path -> remove(pool, path));
    }

    /** Gives {@code to} the members that only Azure sets as {@code from} has them, wherever it has a place for them. */
    static void copyOfCluster(ObjectNode from, ObjectNode to) {
        OF_CLUSTER.forEach(path -> copy(from, to, path));
    }

    /** As {@link #copyOfCluster}, for one pool. */
    static void copyOfPool(ObjectNode from, ObjectNode to) {
        OF_POOL.forEach(path -> copy(from, to, path));
    }

    private static void remove(JsonNode node, List<String> path) {
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (step.equals(ANY)) {
            node.forEach(child -> remove(child, rest));
        } else if (rest.isEmpty()) {
            if (node instanceof ObjectNode object) {
                object.remove(step);
            }
        } else {
            remove(node.path(step), rest);
        }
    }

    private static void copy(JsonNode from, JsonNode to, List<String> path) {
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (step.equals(ANY)) {
            for (Pair pair : pairs(from, to)) {
                copy(pair.from(), pair.to(), rest);
            }
        } else if (!rest.isEmpty()) {
            copy(from.path(step), to.path(step), rest);
        } else if (to instanceof ObjectNode object && from.get(step) != null) {
            object.set(step, from.path(step).deepCopy());
        }
    }

    private record Pair(JsonNode from, JsonNode to) {}

    /** Members of the same key; elements of the same name. */
    private static List<Pair> pairs(JsonNode from, JsonNode to) {
        List<Pair> pairs = new ArrayList<>();
        if (from.isObject() && to.isObject()) {
            from.properties().forEach(member -> pairs.add(new Pair(member.getValue(), to.path(member.getKey()))));
        } else if (from.isArray() && to.isArray()) {
            for (JsonNode element : from) {
                JsonNode twin = named(to, element.path("name"));
                if (twin != null) {
                    pairs.add(new Pair(element, twin));
                }
            }
        }
        return pairs;
    }

    private static @Nullable JsonNode named(JsonNode array, JsonNode name) {
        for (JsonNode element : array) {
            if (element.path("name").equals(name)) {
                return element;
            }
        }
        return null;
    }
}
