package dev.kubeproxyfleet.fleet.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why somebody asks, from a body such as {@code {"reason": "incident 4711"}}, which may be missing. */
public sealed interface StatedReason {

    /** @param text null if none was given */
    record Given(@Nullable String text) implements StatedReason {}

    record Unreadable(String message) implements StatedReason {}

    static StatedReason of(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return new Given(null);
        }
        try {
            return in(Json.MAPPER.readTree(body));
        } catch (JsonProcessingException e) {
            return new Unreadable("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return new Unreadable("the body could not be read: " + e.getMessage());
        }
    }

    /** The reason in an object that may hold more. */
    static StatedReason in(JsonNode body) {
        JsonNode reason = body.path("reason");
        if (!body.isObject() || !(reason.isTextual() || reason.isMissingNode() || reason.isNull())) {
            return new Unreadable("the body is an object with an optional text: {\"reason\": \"why\"}");
        }
        return new Given(Attribution.reason(reason.textValue()));
    }
}
