package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The body of a request that steers a rollout; an empty one says nothing. */
sealed interface SteeringBody {

    /** Longer than any ARM resource id. */
    int MAX_CLUSTER_LENGTH = 400;

    /** What is not given, or blank, is null. */
    record Given(
            @Nullable String reason,
            @Nullable String cluster,
            @Nullable String gate) implements SteeringBody {}

    record Unreadable(String message) implements SteeringBody {}

    static SteeringBody read(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return new Given(null, null, null);
        }
        try {
            JsonNode given = Json.MAPPER.readTree(body);
            if (!given.isObject()
                    || !Stream.of("reason", "cluster", "gate").allMatch(name -> isText(given.path(name)))) {
                return new Unreadable("the body is an object with optional texts: {\"reason\": \"why\","
                        + " \"cluster\": \"<name or resource id>\", \"gate\": \"<proof, signal or external gate>\"}");
            }
            String reason = Attribution.reason(given.path("reason").textValue());
            String cluster = text(given.path("cluster"));
            if (cluster != null && cluster.length() > MAX_CLUSTER_LENGTH) {
                return new Unreadable("the cluster is longer than any name or resource id of one");
            }
            return new Given(reason, cluster, text(given.path("gate")));
        } catch (JsonProcessingException e) {
            return new Unreadable("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return new Unreadable("the body could not be read: " + e.getMessage());
        }
    }

    private static boolean isText(JsonNode field) {
        return field.isTextual() || field.isMissingNode() || field.isNull();
    }

    private static @Nullable String text(JsonNode field) {
        String text = field.isTextual() ? field.textValue().strip() : "";
        return text.isEmpty() ? null : text;
    }
}
