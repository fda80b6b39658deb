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

    private static final Pattern KUBERNETES_VERSION = Pattern.compile("1\\.\\d{1,3}(\\.\\d{1,3})?");

    /** JSON pointers of enums, with what they may be. */
    private static final Map<String, Set<String>> ENUMS = Map.ofEntries(
            Map.entry("/sku/name", Set.of("Base", "Automatic")),
            Map.entry("/sku/tier", Set.of("Free", "Standard", "Premium")),
            Map.entry("/identity/type", Set.of("SystemAssigned", "UserAssigned", "None")),
            Map.entry("/properties/supportPlan", Set.of("KubernetesOfficial", "AKSLongTermSupport")),
            Map.entry("/properties/nodeProvisioningProfile/mode", Set.of("Manual", "Auto")),
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

    private static final List<String> OBJECTS = List.of(
            "/properties",
            "/properties/networkProfile",
            "/properties/networkProfile/loadBalancerProfile",
            "/properties/networkProfile/natGatewayProfile",
            "/properties/aadProfile",
            "/properties/addonProfiles",
            "/properties/autoUpgradeProfile",
            "/properties/securityProfile",
            "/properties/storageProfile",
            "/properties/servicePrincipalProfile",
            "/properties/identityProfile",
            "/properties/identityProfile/kubeletidentity",
            "/properties/oidcIssuerProfile",
            "/properties/nodeProvisioningProfile",
            "/properties/bootstrapProfile",
            "/properties/windowsProfile",
            "/identity",
            "/sku");
    private static final List<String> STRINGS = List.of(
            "/location",
            "/properties/kubernetesVersion",
            "/properties/dnsPrefix",
            "/properties/nodeResourceGroup",
            "/properties/networkProfile/podCidr",
            "/properties/networkProfile/serviceCidr",
            "/properties/networkProfile/dnsServiceIP",
            "/properties/servicePrincipalProfile/clientId",
            "/properties/windowsProfile/adminUsername");
    private static final List<String> BOOLEANS = List.of(
            "/properties/enableRBAC", "/properties/disableLocalAccounts", "/properties/oidcIssuerProfile/enabled");
    private static final List<String> ARRAYS = List.of(
            "/properties/networkProfile/podCidrs",
            "/properties/networkProfile/serviceCidrs",
            "/properties/networkProfile/ipFamilies");

    private ClusterRules() {}

    static Optional<ArmError> check(ObjectNode sent, boolean isNew) {
        return ofType(sent, OBJECTS, "object", JsonNode::isObject)
                .or(() -> ofType(sent, STRINGS, "string", JsonNode::isTextual))
                .or(() -> ofType(sent, BOOLEANS, "bool", JsonNode::isBoolean))
                .or(() -> ofType(sent, ARRAYS, "array", JsonNode::isArray))
                .or(() -> checkTags(sent.path("tags")))
                .or(() -> checkVersion(sent.at("/properties/kubernetesVersion")))
                .or(() -> enums(sent))
                .or(() -> checkPools(sent.at("/properties/agentPoolProfiles")))
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

    private static Optional<ArmError> checkPools(JsonNode pools) {
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
            Optional<ArmError> odd = PoolRules.check(pool);
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
    static Optional<ArmError> oneOf(JsonNode value, Set<String> allowed, String target) {
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

    static boolean isAbsentOr(JsonNode value, Predicate<JsonNode> test) {
        return value.isMissingNode() || value.isNull() || test.test(value);
    }

    private static String target(String pointer) {
        return pointer.substring(1).replace("properties/", "").replace('/', '.');
    }

    static Optional<ArmError> undecodable(String target, String type, JsonNode value) {
        return Optional.of(ArmError.ofService(
                400,
                "UnmarshalError",
                "UnmarshalEntity encountered error: json: cannot unmarshal "
                        + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " into field " + target
                        + " of type " + type + ".",
                target));
    }

    static Optional<ArmError> invalid(String target, String why) {
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
