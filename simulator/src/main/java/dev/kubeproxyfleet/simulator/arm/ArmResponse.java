package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** An answer as the core gives it. */
record ArmResponse(int status, Map<String, String> headers, JsonNode body) {

    ArmResponse(int status, JsonNode body) {
        this(status, Map.of(), body);
    }

    static ArmResponse of(ArmError error) {
        return new ArmResponse(error.status(), error.body());
    }
}
