package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer as the core gives it.
 *
 * @param body missing where there is none, or where {@code error} says what is wrong
 */
record ArmResponse(
        int status,
        Map<String, String> headers,
        JsonNode body,
        @Nullable ArmError error) {

    /** Of an answer that the caller never sees. */
    static final int NO_STATUS = 0;

    ArmResponse {
        headers = Map.copyOf(headers);
    }

    ArmResponse(int status, Map<String, String> headers, JsonNode body) {
        this(status, headers, body, null);
    }

    ArmResponse(int status, JsonNode body) {
        this(status, Map.of(), body);
    }

    static ArmResponse of(ArmError error) {
        return new ArmResponse(error.status(), Map.of(), MissingNode.getInstance(), error);
    }

    static ArmResponse empty(int status) {
        return new ArmResponse(status, MissingNode.getInstance());
    }

    static ArmResponse never() {
        return empty(NO_STATUS);
    }

    ArmResponse with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new ArmResponse(status, all, body, error);
    }

    ArmResponse with(String header, String value) {
        return with(Map.of(header, value));
    }
}
