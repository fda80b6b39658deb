package dev.kubeproxyfleet.agent.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What kube-proxy says of itself.
 *
 * <p>Source: kubernetes {@code cmd/kube-proxy/app}: {@code /proxyMode} is plain text; {@code /configz} is keyed by the API
 * group and holds the internal type, whose field names are those of Go ({@code IPVS.TCPTimeout}); names are therefore matched
 * without regard to case, which also takes the versioned spelling ({@code ipvs.tcpTimeout}).
 */
final class KubeProxyReader {

    private static final String GROUP = "kubeproxy.config.k8s.io";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,15}");

    private final KubeProxyEndpoint endpoint;

    KubeProxyReader(KubeProxyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Null if nothing answered. */
    @Nullable
    KubeProxyState read() {
        Optional<String> mode = endpoint.get("/proxyMode");
        Optional<String> configuration = endpoint.get("/configz");
        boolean healthy = endpoint.get("/healthz").isPresent();
        if (mode.isEmpty() && configuration.isEmpty() && !healthy) {
            return null;
        }
        JsonNode ipvs = configuration
                .flatMap(KubeProxyReader::json)
                .flatMap(root -> field(root, GROUP))
                .flatMap(group -> field(group, "ipvs"))
                .orElse(null);
        return new KubeProxyState(
                mode.flatMap(KubeProxyReader::name).orElse(null),
                text(ipvs, "scheduler").flatMap(KubeProxyReader::name).orElse(null),
                seconds(ipvs, "tcpTimeout"),
                seconds(ipvs, "tcpFinTimeout"),
                seconds(ipvs, "udpTimeout"),
                healthy);
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.ofNullable(Json.MAPPER.readTree(text));
        } catch (JsonProcessingException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> field(JsonNode object, String name) {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (property.getKey().equalsIgnoreCase(name)) {
                return Optional.of(property.getValue());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> text(@Nullable JsonNode object, String name) {
        return Optional.ofNullable(object)
                .flatMap(it -> field(it, name))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    private static Optional<String> name(String text) {
        return Optional.of(text.strip()).filter(it -> NAME.matcher(it).matches());
    }

    private static @Nullable Integer seconds(@Nullable JsonNode object, String name) {
        OptionalInt seconds = text(object, name).map(GoDuration::seconds).orElse(OptionalInt.empty());
        return seconds.isPresent() ? seconds.getAsInt() : null;
    }
}
