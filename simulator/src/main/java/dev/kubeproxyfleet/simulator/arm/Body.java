package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/** The body of a request, if it could be read. */
sealed interface Body {

    record Read(ObjectNode json) implements Body {}

    record Refused(ArmError error) implements Body {}

    /** The answer to a body that could be read, else the refusal. */
    default ArmResponse map(Function<ObjectNode, ArmResponse> answer) {
        return switch (this) {
            case Read(ObjectNode json) -> answer.apply(json);
            case Refused(ArmError error) -> ArmResponse.of(error);
        };
    }
}
