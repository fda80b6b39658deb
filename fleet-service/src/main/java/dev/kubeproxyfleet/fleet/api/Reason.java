package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why somebody asks, from a body such as {@code {"reason": "incident 4711"}}, which may be missing. */
sealed interface Reason {

    int MAX_LENGTH = 1_000;

    /** @param text empty if none was given */
    record Given(String text) implements Reason {
        @Nullable
        String orNull() {
            return text.isEmpty() ? null : text;
        }
    }

    record Unreadable(String message) implements Reason {}

    static Reason of(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return new Given("");
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
    static Reason in(JsonNode body) {
        JsonNode reason = body.path("reason");
        if (!body.isObject() || !(reason.isTextual() || reason.isMissingNode() || reason.isNull())) {
            return new Unreadable("the body is an object with an optional text: {\"reason\": \"why\"}");
        }
        String text = reason.isTextual() ? reason.asText().strip() : "";
        return text.length() > MAX_LENGTH
                ? new Unreadable("the reason is longer than " + MAX_LENGTH + " characters; shorten it")
                : new Given(text);
    }
}
