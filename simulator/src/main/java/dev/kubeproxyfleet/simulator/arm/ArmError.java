package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A refusal in ARM's own form. */
record ArmError(
        int status, String code, String message, @Nullable String target, Source source) {

    /** Who refuses, in the words of {@code x-ms-failure-cause}. */
    enum Source {
        /** Azure Resource Manager itself. */
        GATEWAY,
        /** The resource provider behind it. */
        SERVICE
    }

    ArmError(int status, String code, String message) {
        this(status, code, message, null);
    }

    ArmError(int status, String code, String message, @Nullable String target) {
        this(status, code, message, target, Source.GATEWAY);
    }

    static ArmError ofService(int status, String code, String message, @Nullable String target) {
        return new ArmError(status, code, message, target, Source.SERVICE);
    }

    static ArmError ofService(int status, String code, String message) {
        return ofService(status, code, message, null);
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("code", code);
        error.put("message", message);
        if (target != null) {
            error.put("target", target);
        }
        if (source == Source.SERVICE) {
            error.putArray("details");
        }
        return body;
    }

    /** As AKS itself has been seen to send it, with nothing around it. */
    ObjectNode bareBody() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", code);
        body.putNull("details");
        body.put("message", message);
        body.put("subcode", "");
        if (target != null) {
            body.put("target", target);
        }
        return body;
    }
}
