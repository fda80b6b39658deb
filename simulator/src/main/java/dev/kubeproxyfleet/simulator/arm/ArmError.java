package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A refusal in ARM's own form. */
record ArmError(
        int status, String code, String message, @Nullable String target) {

    ArmError(int status, String code, String message) {
        this(status, code, message, null);
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("code", code);
        error.put("message", message);
        if (target != null) {
            error.put("target", target);
        }
        error.putArray("details");
        return body;
    }
}
