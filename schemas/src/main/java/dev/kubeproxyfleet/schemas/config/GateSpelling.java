package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** YAML 1.1 takes a plain {@code Off} for false, and so do tools that make JSON of it: in a gate's {@code signals} it is the word. */
final class GateSpelling {

    private GateSpelling() {}

    /** Changes {@code gate} in place, whatever it is. */
    static void canonical(JsonNode gate) {
        signals(gate);
        gate.path("thresholds").forEach(GateSpelling::signals);
    }

    private static void signals(JsonNode owner) {
        if (owner instanceof ObjectNode object && BooleanNode.FALSE.equals(object.get("signals"))) {
            object.put("signals", Gate.SignalMode.Off.name());
        }
    }
}
