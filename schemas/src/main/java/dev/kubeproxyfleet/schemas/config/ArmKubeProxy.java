package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link KubeProxyConfig} in the JSON of Azure Resource Manager, which reads back less than was written. */
public final class ArmKubeProxy {

    private ArmKubeProxy() {}

    /**
     * Reads {@code properties.networkProfile.kubeProxyConfig} as ARM returned it.
     *
     * @param returned null or a missing node where nothing was ever set; an empty object where kube-proxy is disabled
     * @return empty if a value is none that this version knows; nothing may be concluded from it then
     */
    public static Optional<KubeProxyConfig> read(@Nullable JsonNode returned) {
        if (returned == null || returned.isNull() || returned.isMissingNode()) {
            return Optional.of(KubeProxyConfig.UNSET);
        }
        if (!returned.isObject()) {
            return Optional.empty();
        }
        if (returned.isEmpty()) {
            return Optional.of(KubeProxyConfig.DISABLED);
        }
        try {
            return Optional.of(Json.MAPPER.treeToValue(returned, KubeProxyConfig.class));
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The object to send, in the API's spelling; what is unset is left out. */
    public static ObjectNode write(KubeProxyConfig config) {
        return Json.MAPPER.valueToTree(config);
    }
}
