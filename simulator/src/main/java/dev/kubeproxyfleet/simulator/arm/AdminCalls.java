package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What no Azure has: faults on demand and the journal, under {@code /_simulator}, without a token.
 *
 * <ul>
 *   <li>{@code GET /_simulator/faults}: rules that are not used up; {@code DELETE} clears them
 *   <li>{@code POST /_simulator/faults}: one rule or an array of them, such as {@code {"fault": {"kind": "Refuse",
 *       "call": "PUT_CLUSTER", "status": 429, "code": "Throttled", "message": "…", "retryAfter": "PT5S"}, "every": 10}}
 *   <li>{@code GET /_simulator/journal?after=<number>}: requests, without bodies
 * </ul>
 */
final class AdminCalls {

    private static final String PREFIX = "/_simulator/";

    private final ArmModel model;

    AdminCalls(ArmModel model) {
        this.model = model;
    }

    static boolean concerns(URI uri) {
        return uri.getPath().startsWith(PREFIX);
    }

    ArmResponse answer(String method, URI uri, byte[] body) {
        return switch (method + " " + uri.getPath().substring(PREFIX.length())) {
            case "GET faults" -> faults(200);
            case "DELETE faults" -> {
                model.clearFaults();
                yield faults(200);
            }
            case "POST faults" -> inject(body);
            case "GET journal" -> journal(uri);
            default ->
                refuse(
                        404,
                        "NotFound",
                        "There are GET, POST and DELETE of /_simulator/faults, and GET of /_simulator/journal.");
        };
    }

    private ArmResponse faults(int status) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (FaultRule rule : model.faults()) {
            value.add(Json.MAPPER.valueToTree(rule));
        }
        return new ArmResponse(status, answer);
    }

    /** All rules or none. */
    private ArmResponse inject(byte[] body) {
        List<FaultRule> rules = new ArrayList<>();
        try {
            JsonNode sent = Json.MAPPER.readTree(body);
            for (JsonNode one :
                    sent.isArray() ? sent : JsonNodeFactory.instance.arrayNode().add(sent)) {
                if (!one.path("fault").isObject()) {
                    return refuse(400, "InvalidFault", "A rule needs a \"fault\" object with its \"kind\".");
                }
                rules.add(new FaultRule(
                        Json.MAPPER.treeToValue(one.get("fault"), Fault.class),
                        one.path("skip").asInt(0),
                        one.path("every").asInt(1),
                        one.path("times").asInt(1)));
            }
        } catch (JsonProcessingException e) {
            return refuse(400, "InvalidFault", e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            return refuse(400, "InvalidFault", String.valueOf(e.getMessage()));
        }
        rules.forEach(model::inject);
        return faults(201);
    }

    private ArmResponse journal(URI uri) {
        long after;
        try {
            after = uri.getRawQuery() == null
                    ? 0
                    : Long.parseLong(Forms.decode(uri.getRawQuery()).getOrDefault("after", "0"));
        } catch (NumberFormatException e) {
            return refuse(400, "InvalidParameter", "after must be the number of an entry.");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("dropped", model.journal().dropped());
        ArrayNode value = answer.putArray("value");
        for (JournalEntry entry : model.journal().entries()) {
            if (entry.number() > after) {
                ObjectNode shown = Json.MAPPER.valueToTree(entry);
                shown.remove("body");
                value.add(shown);
            }
        }
        return new ArmResponse(200, answer);
    }

    private static ArmResponse refuse(int status, String code, String message) {
        return ArmResponse.of(new ArmError(status, code, message));
    }
}
