package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.util.List;
import java.util.Optional;

/** A managed cluster as ARM returned it, every member kept, those of newer versions too. */
final class ClusterDocument {

    private static final String NETWORK_PROFILE = "networkProfile";
    private static final String KUBE_PROXY = "kubeProxyConfig";
    private static final String IPVS = "ipvsConfig";

    private final ObjectNode body;
    private final ObjectNode properties;

    private ClusterDocument(ObjectNode body, ObjectNode properties) {
        this.body = body;
        this.properties = properties;
    }

    /** Empty if it is not the JSON of a managed cluster. */
    static Optional<ClusterDocument> of(JsonNode body) {
        return body instanceof ObjectNode object && object.get("properties") instanceof ObjectNode properties
                ? Optional.of(new ClusterDocument(object, properties))
                : Optional.empty();
    }

    String provisioningState() {
        return properties.path("provisioningState").asText();
    }

    String kubernetesVersion() {
        return properties
                .path("currentKubernetesVersion")
                .asText(properties.path("kubernetesVersion").asText(""));
    }

    boolean stopped() {
        return properties.path("powerState").path("code").asText().equalsIgnoreCase("Stopped");
    }

    /** Empty if it holds something that this version does not know. */
    Optional<KubeProxyConfig> kubeProxy() {
        return ArmKubeProxy.read(properties.path(NETWORK_PROFILE).path(KUBE_PROXY));
    }

    /**
     * The body of the PUT that sets {@code desired}: without the read-only members, everything else as it was.
     *
     * <p>Members of {@code kubeProxyConfig} that this version does not know stay, like any other.
     */
    ObjectNode with(KubeProxyConfig desired) {
        ObjectNode copy = body.deepCopy();
        ReadOnlyMembers.removeFrom(copy);
        ObjectNode changed = (ObjectNode) copy.get("properties");
        ObjectNode network = objectIn(changed, NETWORK_PROFILE);
        ObjectNode kubeProxy = ArmKubeProxy.write(desired);
        if (network.get(KUBE_PROXY) instanceof ObjectNode current) {
            keepUnknown(current, kubeProxy, List.of("enabled", "mode", IPVS));
            if (current.get(IPVS) instanceof ObjectNode currentIpvs && kubeProxy.get(IPVS) instanceof ObjectNode ipvs) {
                keepUnknown(
                        currentIpvs,
                        ipvs,
                        List.of("scheduler", "tcpTimeoutSeconds", "tcpFinTimeoutSeconds", "udpTimeoutSeconds"));
            }
        }
        network.set(KUBE_PROXY, kubeProxy);
        return copy;
    }

    private static void keepUnknown(ObjectNode from, ObjectNode to, List<String> known) {
        from.properties().forEach(member -> {
            if (!known.contains(member.getKey())) {
                to.set(member.getKey(), member.getValue());
            }
        });
    }

    private static ObjectNode objectIn(ObjectNode parent, String member) {
        return parent.get(member) instanceof ObjectNode object ? object : parent.putObject(member);
    }
}
