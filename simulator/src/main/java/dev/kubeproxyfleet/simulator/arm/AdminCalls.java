package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What no Azure has: faults and policies on demand and the journal, under {@code /_simulator}, without a token.
 *
 * <ul>
 *   <li>{@code GET /_simulator/faults}: rules that are not used up; {@code DELETE} clears them
 *   <li>{@code POST /_simulator/faults}: one rule or an array of them, such as {@code {"fault": {"kind": "Refuse",
 *       "call": "PUT_CLUSTER", "status": 429, "code": "Throttled", "message": "…", "retryAfter": "PT5S"}, "every": 10}}
 *   <li>{@code POST /_simulator/policies}: an {@link ExternalPolicy}; {@code GET} shows all, {@code DELETE} ends them
 *   <li>{@code GET /_simulator/journal?after=<number>}: requests, without bodies
 * </ul>
 *
 * <p>What concerns nodes is in {@link NodeCalls}, what concerns Kubernetes in {@link KubernetesCalls}.
 */
final class AdminCalls {

    static final String PREFIX = "/_simulator/";

    /** A misspelt member must not make another fault of it. */
    private static final ObjectReader STRICT =
            Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** An answer that is not ARM's. */
    record Reply(int status, JsonNode body) {}

    /** A {@link FaultRule} as it is sent. */
    private record Rule(
            @Nullable Fault fault,
            @Nullable Integer skip,
            @Nullable Integer every,
            @Nullable Integer times) {}

    private final ArmModel model;

    AdminCalls(ArmModel model) {
        this.model = model;
    }

    static boolean concerns(URI uri) {
        return uri.getPath().startsWith(PREFIX);
    }

    Reply answer(String method, URI uri, byte[] body) {
        return switch (method + " " + uri.getPath().substring(PREFIX.length())) {
            case "GET faults" -> faults(200);
            case "DELETE faults" -> {
                model.clearFaults();
                yield faults(200);
            }
            case "POST faults" -> inject(body);
            case "GET policies" -> policies(200);
            case "DELETE policies" -> {
                model.clearPolicies();
                yield policies(200);
            }
            case "POST policies" -> assign(body);
            case "GET journal" -> journal(uri);
            default ->
                refuse(
                        404,
                        "NotFound",
                        "There are GET, POST and DELETE of /_simulator/faults, /_simulator/node-faults,"
                                + " /_simulator/kubernetes-faults and /_simulator/policies, GET of /_simulator/journal and /_simulator/nodes, and POST of"
                                + " /_simulator/autoprovisioned.");
        };
    }

    private Reply faults(int status) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        for (FaultRule rule : model.faults()) {
            value.add(Json.MAPPER.valueToTree(rule));
        }
        return new Reply(status, answer);
    }

    /** All rules or none. */
    private Reply inject(byte[] body) {
        List<FaultRule> rules = new ArrayList<>();
        try {
            JsonNode sent = Json.MAPPER.readTree(body);
            for (JsonNode one :
                    sent.isArray() ? sent : JsonNodeFactory.instance.arrayNode().add(sent)) {
                Rule rule = STRICT.treeToValue(one, Rule.class);
                if (rule == null || rule.fault() == null) {
                    return refuse(400, "InvalidFault", "A rule needs a \"fault\" object with its \"kind\".");
                }
                rules.add(new FaultRule(
                        rule.fault(),
                        Objects.requireNonNullElse(rule.skip(), 0),
                        Objects.requireNonNullElse(rule.every(), 1),
                        Objects.requireNonNullElse(rule.times(), 1)));
            }
        } catch (JsonProcessingException e) {
            return refuse(400, "InvalidFault", e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            return refuse(400, "InvalidFault", String.valueOf(e.getMessage()));
        }
        rules.forEach(model::inject);
        return faults(201);
    }

    private Reply policies(int status) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("value", Json.MAPPER.valueToTree(model.policies()));
        return new Reply(status, answer);
    }

    private Reply assign(byte[] body) {
        try {
            model.assign(STRICT.forType(ExternalPolicy.class).readValue(body));
        } catch (JsonProcessingException e) {
            return refuse(400, "InvalidPolicy", e.getOriginalMessage());
        } catch (IOException | IllegalStateException e) {
            return refuse(400, "InvalidPolicy", String.valueOf(e.getMessage()));
        }
        return policies(201);
    }

    private Reply journal(URI uri) {
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
        return new Reply(200, answer);
    }

    static Reply refuse(int status, String code, String message) {
        return new Reply(status, new ArmError(status, code, message).body());
    }
}
