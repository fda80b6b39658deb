package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Types, enums and limits of a managed cluster's body. Members that are not named here pass: newer api-versions have more.
 *
 * <p>Source: ManagedCluster in Microsoft.ContainerService/aks, api-version 2025-09-02-preview.
 */
final class ClusterRules {

    private static final int MAX_TAGS = 50;
    private static final int MAX_TAG_NAME = 512;
    private static final int MAX_TAG_VALUE = 256;
    private static final int MAX_POOL_NODES = 1_000;
    private static final Pattern POOL_NAME = Pattern.compile("[a-z][a-z0-9]{0,11}");

    private static final Pattern KUBERNETES_VERSION = Pattern.compile("1\\.\\d{1,3}(\\.\\d{1,3})?");

    /** JSON pointers of enums, with what they may be. */
    private static final Map<String, Set<String>> ENUMS = Map.ofEntries(
            Map.entry("/sku/name", Set.of("Base", "Automatic")),
            Map.entry("/sku/tier", Set.of("Free", "Standard", "Premium")),
            Map.entry("/identity/type", Set.of("SystemAssigned", "UserAssigned", "None")),
            Map.entry("/properties/supportPlan", Set.of("KubernetesOfficial", "AKSLongTermSupport")),
            Map.entry("/properties/networkProfile/networkPlugin", Set.of("azure", "kubenet", "none")),
            Map.entry("/properties/networkProfile/networkPluginMode", Set.of("overlay")),
            Map.entry("/properties/networkProfile/networkPolicy", Set.of("none", "calico", "azure", "cilium")),
            Map.entry("/properties/networkProfile/networkDataplane", Set.of("azure", "cilium")),
            Map.entry("/properties/networkProfile/loadBalancerSku", Set.of("basic", "standard")),
            Map.entry(
                    "/properties/networkProfile/outboundType",
                    Set.of(
                            "loadBalancer",
                            "userDefinedRouting",
                            "managedNATGateway",
                            "userAssignedNATGateway",
                            "none",
                            "block")),
            Map.entry(
                    "/properties/autoUpgradeProfile/upgradeChannel",
                    Set.of("rapid", "stable", "patch", "node-image", "none")));

    private static final Map<String, Set<String>> POOL_ENUMS = Map.of(
            "mode", Set.of("System", "User", "Gateway"),
            "osType", Set.of("Linux", "Windows"),
            "type", Set.of("VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines"),
            "osDiskType", Set.of("Managed", "Ephemeral"));

    private static final List<String> OBJECTS = List.of(
            "/properties",
            "/properties/networkProfile",
            "/properties/aadProfile",
            "/properties/addonProfiles",
            "/properties/autoUpgradeProfile",
            "/properties/securityProfile",
            "/properties/storageProfile",
            "/identity",
            "/sku");
    private static final List<String> STRINGS = List.of(
            "/location",
            "/properties/kubernetesVersion",
            "/properties/dnsPrefix",
            "/properties/nodeResourceGroup",
            "/properties/networkProfile/podCidr",
            "/properties/networkProfile/serviceCidr",
            "/properties/networkProfile/dnsServiceIP");
    private static final List<String> BOOLEANS = List.of("/properties/enableRBAC", "/properties/disableLocalAccounts");

    private ClusterRules() {}

    static Optional<ArmError> check(ObjectNode sent, boolean isNew) {
        return ofType(sent, OBJECTS, "object", JsonNode::isObject)
                .or(() -> ofType(sent, STRINGS, "string", JsonNode::isTextual))
                .or(() -> ofType(sent, BOOLEANS, "bool", JsonNode::isBoolean))
                .or(() -> checkTags(sent.path("tags")))
                .or(() -> checkVersion(sent.at("/properties/kubernetesVersion")))
                .or(() -> enums(sent))
                .or(() -> checkPools(sent.at("/properties/agentPoolProfiles"), isNew))
                .or(() -> isNew ? checkNew(sent) : Optional.empty());
    }

    static Optional<ArmError> checkTags(JsonNode tags) {
        if (tags.isMissingNode() || tags.isNull()) {
            return Optional.empty();
        }
        if (!tags.isObject()) {
            return undecodable("tags", "object", tags);
        }
        if (tags.size() > MAX_TAGS) {
            return invalid("tags", "there may be at most " + MAX_TAGS + " of them");
        }
        for (Map.Entry<String, JsonNode> tag : tags.properties()) {
            if (!tag.getValue().isTextual()) {
                return undecodable("tags." + tag.getKey(), "string", tag.getValue());
            }
            if (tag.getKey().length() > MAX_TAG_NAME || tag.getValue().asText().length() > MAX_TAG_VALUE) {
                return invalid("tags." + tag.getKey(), "its name or value is too long");
            }
        }
        return Optional.empty();
    }

    private static Optional<ArmError> checkPools(JsonNode pools, boolean isNew) {
        if (pools.isMissingNode() || pools.isNull()) {
            return required("agentPoolProfiles");
        }
        if (!pools.isArray()) {
            return undecodable("agentPoolProfiles", "array", pools);
        }
        boolean system = false;
        Set<String> names = new HashSet<>();
        for (JsonNode pool : pools) {
            if (!pool.isObject()) {
                return undecodable("agentPoolProfiles", "object", pool);
            }
            Optional<ArmError> odd = checkPool(pool, isNew);
            if (odd.isPresent()) {
                return odd;
            }
            if (!names.add(pool.path("name").asText())) {
                return invalid("agentPoolProfile.name", "'" + pool.path("name").asText() + "' is there twice");
            }
            system |= pool.path("mode").asText("System").equalsIgnoreCase("System");
        }
        return system
                ? Optional.empty()
                : invalid("agentPoolProfiles", "there must be at least one pool of mode System");
    }

    static Optional<ArmError> checkPool(JsonNode pool, boolean isNew) {
        String name = pool.path("name").asText("");
        if (!POOL_NAME.matcher(name).matches()) {
            return invalid(
                    "agentPoolProfile.name",
                    "'" + name + "' must be 1 to 12 lower-case letters and digits and begin with a letter");
        }
        JsonNode count = pool.path("count");
        if (!isAbsentOr(count, JsonNode::isInt)) {
            return undecodable("agentPoolProfile.count", "int32", count);
        }
        if (count.asInt(0) < 0 || count.asInt(0) > MAX_POOL_NODES) {
            return invalid("agentPoolProfile.count", "it must be from 0 to " + MAX_POOL_NODES);
        }
        if (!isAbsentOr(pool.path("powerState"), JsonNode::isObject)) {
            return undecodable("agentPoolProfile.powerState", "object", pool.path("powerState"));
        }
        if (isNew && pool.path("vmSize").asText("").isEmpty()) {
            return required("agentPoolProfile.vmSize");
        }
        return POOL_ENUMS.entrySet().stream()
                .flatMap(entry ->
                        oneOf(pool.path(entry.getKey()), entry.getValue(), "agentPoolProfile." + entry.getKey())
                                .stream())
                .findFirst();
    }

    static ArmError mustBeObject(String target, JsonNode value) {
        return undecodable(target, "object", value).orElseThrow();
    }

    private static Optional<ArmError> checkVersion(JsonNode version) {
        return version.isMissingNode()
                        || version.isNull()
                        || KUBERNETES_VERSION.matcher(version.asText()).matches()
                ? Optional.empty()
                : Optional.of(ArmError.ofService(
                        400,
                        "K8sVersionNotSupported",
                        "Kubernetes version '" + version.asText() + "' is not supported.",
                        "kubernetesVersion"));
    }

    private static Optional<ArmError> checkNew(ObjectNode sent) {
        if (!sent.at("/properties/dnsPrefix").isTextual()
                && !sent.at("/properties/fqdnSubdomain").isTextual()) {
            return required("dnsPrefix");
        }
        return sent.path("identity").path("type").isTextual()
                        || sent.at("/properties/servicePrincipalProfile/clientId")
                                .isTextual()
                ? Optional.empty()
                : required("identity");
    }

    private static Optional<ArmError> ofType(
            ObjectNode sent, List<String> pointers, String type, Predicate<JsonNode> test) {
        return pointers.stream()
                .filter(pointer -> !isAbsentOr(sent.at(pointer), test))
                .findFirst()
                .flatMap(pointer -> undecodable(target(pointer), type, sent.at(pointer)));
    }

    private static Optional<ArmError> enums(JsonNode sent) {
        return ENUMS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry -> oneOf(sent.at(entry.getKey()), entry.getValue(), target(entry.getKey())).stream())
                .findFirst();
    }

    /** AKS compares its enums without regard to case. */
    private static Optional<ArmError> oneOf(JsonNode value, Set<String> allowed, String target) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            return undecodable(target, "string", value);
        }
        return allowed.stream().anyMatch(value.asText()::equalsIgnoreCase)
                ? Optional.empty()
                : invalid(
                        target,
                        "'" + value.asText() + "' is not one of "
                                + String.join(", ", allowed.stream().sorted().toList()));
    }

    private static boolean isAbsentOr(JsonNode value, Predicate<JsonNode> test) {
        return value.isMissingNode() || value.isNull() || test.test(value);
    }

    private static String target(String pointer) {
        return pointer.substring(1).replace("properties/", "").replace('/', '.');
    }

    private static Optional<ArmError> undecodable(String target, String type, JsonNode value) {
        return Optional.of(ArmError.ofService(
                400,
                "UnmarshalError",
                "UnmarshalEntity encountered error: json: cannot unmarshal "
                        + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " into field " + target
                        + " of type " + type + ".",
                target));
    }

    private static Optional<ArmError> invalid(String target, String why) {
        return Optional.of(ArmError.ofService(
                400,
                "InvalidParameter",
                "The value of parameter " + target + " is invalid. Error details: " + why
                        + ". Please see https://aka.ms/aks-naming-rules for more details.",
                target));
    }

    private static Optional<ArmError> required(String target) {
        return Optional.of(ArmError.ofService(
                400, "InvalidParameter", "Required parameter " + target + " is missing (null).", target));
    }
}
