package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What came back from the fleet service. */
sealed interface Answer {

    /** Done, or here it is. */
    record Ok(JsonNode body) implements Answer {}

    /** The service has taken the request, but the controller has not answered within the service's patience. */
    record Pending(String requestId) implements Answer {}

    /**
     * The service understood and refused.
     *
     * @param path the field that is wrong; null where none is
     * @param body all of the answer
     */
    record Refused(
            int status,
            String code,
            String message,
            @Nullable String path,
            JsonNode body) implements Answer {

        static final int NOT_FOUND = 404;
    }

    /** Nobody answered, or something that is not a working fleet service did; {@code message} says what to do. */
    record Unreachable(String message) implements Answer {}
}
