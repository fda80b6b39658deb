package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call on its way through the simulator, and what is to be told of it in the journal. */
final class Call {

    /** Nothing may follow the one value of a body. */
    private static final ObjectReader WHOLE = Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    final Instant now;
    final ReceivedRequest request;
    final ApiCall kind;
    private final Map<String, String> names;

    /** Who calls: the client id of its token. */
    String principal = "";

    @Nullable
    JsonNode body;

    List<String> lost = List.of();
    List<String> changed = List.of();

    @Nullable
    Instant operationEndsAt;

    Call(Instant now, ReceivedRequest request, ApiCall kind, Map<String, String> names) {
        this.now = now;
        this.request = request;
        this.kind = kind;
        this.names = names;
    }

    /** A name in its path, as it was written there; empty where the path has no such name. */
    String name(String of) {
        return names.getOrDefault(of, "");
    }

    String subscription() {
        return name("subscription").toLowerCase(Locale.ROOT);
    }

    String group() {
        return name("group");
    }

    /** Id of the cluster that is named, in lower case. */
    Optional<String> clusterId() {
        return names.containsKey("cluster")
                ? Optional.of(ManagedCluster.id(subscription(), group(), name("cluster")))
                : Optional.empty();
    }

    /** Id of what a lock or a right would have to cover: the cluster, the group or the subscription; lower case. */
    String scope() {
        return clusterId()
                .orElseGet(() -> names.containsKey("group")
                        ? ResourceGroup.id(subscription(), group())
                        : "/subscriptions/" + subscription());
    }

    /** The JSON object that was sent, kept for the journal. */
    Body readBody() {
        String type = request.header("Content-Type").orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return new Body.Refused(new ArmError(
                    415,
                    "UnsupportedMediaType",
                    "The content media type '" + (type.isEmpty() ? "<null>" : type)
                            + "' is not supported. Only 'application/json' is supported."));
        }
        try {
            if (WHOLE.readTree(request.body()) instanceof ObjectNode object) {
                body = object;
                return new Body.Read(object);
            }
            return new Body.Refused(
                    new ArmError(400, "InvalidRequestContent", "The request content must be a JSON object."));
        } catch (IOException e) {
            return new Body.Refused(new ArmError(
                    400,
                    "InvalidRequestContent",
                    "The request content was invalid and could not be deserialized: '"
                            + (e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage())
                            + "'."));
        }
    }

    String apiVersion() {
        return request.query().getOrDefault("api-version", "");
    }
}
