package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What AKS refuses of {@code kubeProxyConfig}, with its codes.
 *
 * <p>The object is decoded strictly, in the API's spelling: a member that it does not know is an error, not ignored.
 */
final class KubeProxyRules {

    private static final String TARGET = "networkProfile.kubeProxyConfig";
    private static final Set<String> MEMBERS = Set.of("enabled", "mode", "ipvsConfig");
    private static final Set<String> TIMEOUTS =
            Set.of("tcpTimeoutSeconds", "tcpFinTimeoutSeconds", "udpTimeoutSeconds");
    private static final int[] FIRST_WITH_IPVS = {1, 22};
    private static final int[] FIRST_WITH_NFTABLES = {1, 33};

    private KubeProxyRules() {}

    /**
     * Checks what a PUT sends.
     *
     * @param sent the object of the request; never missing
     * @param document the cluster as it would become
     * @param featureRegistered state of KubeProxyConfigurationPreview in the subscription
     */
    static Optional<ArmError> check(JsonNode sent, JsonNode document, boolean featureRegistered, String apiVersion) {
        return decode(sent).or(() -> judge(sent, document, featureRegistered, apiVersion));
    }

    private static Optional<ArmError> decode(JsonNode sent) {
        if (!sent.isObject()) {
            return undecodable("kubeProxyConfig must be an object");
        }
        for (Map.Entry<String, JsonNode> member : sent.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                return undecodable("unknown field \"" + member.getKey() + "\"");
            }
        }
        if (!isAbsentOr(sent.path("enabled"), JsonNode::isBoolean)) {
            return undecodable("kubeProxyConfig.enabled must be a boolean");
        }
        if (!isAbsentOr(sent.path("mode"), JsonNode::isTextual)) {
            return undecodable("kubeProxyConfig.mode must be a string");
        }
        JsonNode ipvs = sent.path("ipvsConfig");
        if (!isAbsentOr(ipvs, JsonNode::isObject)) {
            return undecodable("kubeProxyConfig.ipvsConfig must be an object");
        }
        for (Map.Entry<String, JsonNode> member : ipvs.properties()) {
            if (member.getKey().equals("scheduler")) {
                if (!isAbsentOr(member.getValue(), JsonNode::isTextual)) {
                    return undecodable("kubeProxyConfig.ipvsConfig.scheduler must be a string");
                }
            } else if (!TIMEOUTS.contains(member.getKey())) {
                return undecodable("unknown field \"" + member.getKey() + "\"");
            } else if (!isAbsentOr(member.getValue(), value -> value.isInt())) {
                return undecodable("kubeProxyConfig.ipvsConfig." + member.getKey() + " must be an int32");
            }
        }
        return Optional.empty();
    }

    private static Optional<ArmError> judge(
            JsonNode sent, JsonNode document, boolean featureRegistered, String apiVersion) {
        JsonNode network = document.path("properties").path("networkProfile");
        if (!featureRegistered) {
            return refuse(
                    "KubeProxyConfigFeatureNotRegistered",
                    "The feature Microsoft.ContainerService/KubeProxyConfigurationPreview is not registered in this subscription.",
                    TARGET);
        }
        if (document.path("sku").path("name").asText("").equalsIgnoreCase("Automatic")) {
            return refuse(
                    "KubeProxyConfigFieldUnsupported",
                    "kubeProxyConfig cannot be set on an Automatic cluster.",
                    TARGET);
        }
        boolean enabled = sent.path("enabled").asBoolean(true);
        if (network.path("networkDataplane").asText("").equalsIgnoreCase("cilium")) {
            return enabled
                    ? refuse(
                            "CiliumDataplaneRequiresKubeProxyConfigDisabled",
                            "A cluster with the Cilium dataplane runs no kube-proxy; kubeProxyConfig.enabled must be false.",
                            TARGET + ".enabled")
                    : values(sent, apiVersion);
        }
        if (!enabled && !network.path("networkPlugin").asText("").equalsIgnoreCase("none")) {
            return refuse(
                    "KubeProxyConfigDisabledBYOCNIOnly",
                    "kube-proxy can be disabled only on clusters that bring their own CNI (networkPlugin none).",
                    TARGET + ".enabled");
        }
        return values(sent, apiVersion).or(() -> fits(sent, document, network));
    }

    /** What no cluster takes, whether kube-proxy runs there or not. */
    private static Optional<ArmError> values(JsonNode sent, String apiVersion) {
        String mode = mode(sent);
        boolean known = Arrays.stream(KubeProxyMode.values())
                .anyMatch(value -> value.name().equals(mode));
        if (!known || (mode.equals(KubeProxyMode.NFTABLES.name()) && !ApiVersions.knowsNftables(apiVersion))) {
            return unsupported("mode", mode, names(KubeProxyMode.values()));
        }
        JsonNode ipvs = sent.path("ipvsConfig");
        String scheduler = ipvs.path("scheduler").asText(IpvsScheduler.RoundRobin.name());
        if (Arrays.stream(IpvsScheduler.values())
                .noneMatch(value -> value.name().equals(scheduler))) {
            return unsupported("ipvsConfig.scheduler", scheduler, names(IpvsScheduler.values()));
        }
        for (String timeout : TIMEOUTS) {
            if (ipvs.hasNonNull(timeout) && ipvs.path(timeout).intValue() <= 0) {
                return unsupported(
                        "ipvsConfig." + timeout, ipvs.path(timeout).asText(), "a positive number of seconds");
            }
        }
        return Optional.empty();
    }

    private static String mode(JsonNode sent) {
        return sent.path("mode").asText(KubeProxyMode.IPTABLES.name());
    }

    private static Optional<ArmError> fits(JsonNode sent, JsonNode document, JsonNode network) {
        KubeProxyMode mode = KubeProxyMode.valueOf(mode(sent));
        return switch (mode) {
            case IPTABLES -> withoutIpvs(sent, mode.name());
            case NFTABLES ->
                atLeast(document, FIRST_WITH_NFTABLES)
                        ? withoutIpvs(sent, mode.name())
                        : unsupported("mode", mode.name(), "on Kubernetes before 1.33: IPTABLES, IPVS");
            case IPVS -> {
                if (!atLeast(document, FIRST_WITH_IPVS)) {
                    yield unsupported("mode", "IPVS", "on Kubernetes before 1.22: IPTABLES");
                }
                yield network.path("networkPolicy").asText("").equalsIgnoreCase("azure")
                        ? unsupported("mode", "IPVS", "with network policy azure: IPTABLES")
                        : Optional.empty();
            }
        };
    }

    private static Optional<ArmError> withoutIpvs(JsonNode sent, String mode) {
        return sent.hasNonNull("ipvsConfig")
                ? refuse(
                        "KubeProxyConfigFieldUnsupported",
                        "ipvsConfig cannot be set in mode " + mode + ".",
                        TARGET + ".ipvsConfig")
                : Optional.empty();
    }

    private static boolean atLeast(JsonNode document, int[] minimum) {
        JsonNode properties = document.path("properties");
        String version = properties
                .path("currentKubernetesVersion")
                .asText(properties.path("kubernetesVersion").asText(""));
        String[] parts = version.split("\\.");
        if (parts.length < 2) {
            return true;
        }
        int major = Integer.parseInt(parts[0]);
        return major > minimum[0] || (major == minimum[0] && Integer.parseInt(parts[1]) >= minimum[1]);
    }

    private static boolean isAbsentOr(JsonNode value, java.util.function.Predicate<JsonNode> type) {
        return value.isMissingNode() || value.isNull() || type.test(value);
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.joining(", "));
    }

    private static Optional<ArmError> undecodable(String reason) {
        return refuse("UnmarshalError", "The request body cannot be decoded: " + reason + ".", TARGET);
    }

    private static Optional<ArmError> unsupported(String field, String value, String allowed) {
        return refuse(
                "KubeProxyConfigValueUnsupported",
                "The value '" + value + "' of kubeProxyConfig." + field + " is not supported; allowed: " + allowed
                        + ".",
                TARGET + "." + field);
    }

    private static Optional<ArmError> refuse(String code, String message, String target) {
        return Optional.of(ArmError.ofService(400, code, message, target));
    }
}
