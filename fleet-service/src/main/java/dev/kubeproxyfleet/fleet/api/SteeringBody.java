package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of a request that steers a rollout; an empty one says nothing. */
sealed interface SteeringBody {

    /** Longer than any ARM resource id. */
    int MAX_CLUSTER_LENGTH = 400;

    /** What is not given, or blank, is null. */
    record Given(@Nullable String reason, @Nullable String cluster) implements SteeringBody {}

    record Unreadable(String message) implements SteeringBody {}

    static SteeringBody read(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return new Given(null, null);
        }
        try {
            JsonNode given = Json.MAPPER.readTree(body);
            if (!given.isObject() || !isText(given.path("reason")) || !isText(given.path("cluster"))) {
                return new Unreadable("the body is an object with two optional texts:"
                        + " {\"reason\": \"why\", \"cluster\": \"<name or resource id>\"}");
            }
            String reason = Attribution.reason(given.path("reason").textValue());
            String cluster = text(given.path("cluster"));
            if (cluster != null && cluster.length() > MAX_CLUSTER_LENGTH) {
                return new Unreadable("the cluster is longer than any name or resource id of one");
            }
            return new Given(reason, cluster);
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
