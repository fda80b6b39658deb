package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Azure Policy's external evaluation of writes of clusters: refuses those without a policy token, and gives tokens, each for one
 * request alone, byte for byte. Guarded by the lock of {@link ArmModel}.
 *
 * <p>Sources: "Policy Tokens - Acquire", api-version 2025-11-01; Azure's pull requests azure-sdk-for-java 49701 and
 * terraform-provider-azapi 1145.
 */
final class ExternalPolicies {

    static final String HEADER = "x-ms-policy-external-evaluations";
    static final int MAX_POLICIES = 100;

    /** Tokens that can still be shown; older ones are none any more. */
    static final int MAX_TOKENS = 10_000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PREFIX = "PoP ";
    private static final String KIND = "AzureResourceGraph";

    /** What a token is for. */
    private record Target(String method, String path, Map<String, String> query, String contentHash) {}

    private record Issued(Target target, Instant until) {}

    private final ArmState state;
    private final List<ExternalPolicy> policies = new ArrayList<>();
    private final Map<String, Issued> tokens = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Issued> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    ExternalPolicies(ArmState state) {
        this.state = state;
    }

    void assign(ExternalPolicy policy) {
        if (policies.size() == MAX_POLICIES) {
            throw new IllegalStateException("more than " + MAX_POLICIES + " policies are assigned");
        }
        policies.add(policy);
    }

    List<ExternalPolicy> all() {
        return List.copyOf(policies);
    }

    void clear() {
        policies.clear();
    }

    /** Why a write may not pass: it shows no token, or one for something else, or one that has ended. */
    Optional<ArmResponse> refusal(Call call) {
        if (call.kind != ApiCall.PUT_CLUSTER) {
            return Optional.empty();
        }
        List<ExternalPolicy> asking = asking(call.name("cluster"));
        return asking.isEmpty() || isShown(call) ? Optional.empty() : Optional.of(refused(call, asking));
    }

    private List<ExternalPolicy> asking(String cluster) {
        return policies.stream().filter(policy -> policy.concerns(cluster)).toList();
    }

    private boolean isShown(Call call) {
        Issued issued = call.request.header(HEADER).map(tokens::get).orElse(null);
        return issued != null
                && call.now.isBefore(issued.until())
                && issued.target()
                        .equals(new Target(
                                "PUT",
                                call.request.path().toLowerCase(Locale.ROOT),
                                call.request.query(),
                                hash(call.request.body())));
    }

    private static ArmResponse refused(Call call, List<ExternalPolicy> asking) {
        ObjectNode body = JSON.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("code", "RequestDisallowedByPolicy");
        error.put("target", call.name("cluster"));
        error.put("message", "Resource '" + call.name("cluster") + "' was disallowed by policy.");
        ArrayNode infos = error.putArray("additionalInfo");
        for (ExternalPolicy policy : asking) {
            ObjectNode info = infos.addObject().put("type", "PolicyViolation").putObject("info");
            name(info, policy);
            info.withObject("/evaluationDetails/missingPolicyTokenDetails")
                    .put("shouldDeny", true)
                    .put("isChangeReferenceRequired", policy.changeReference())
                    .put("endpointKind", KIND)
                    .put("endpointResultLifespan", policy.life().toString());
        }
        return new ArmResponse(403, body);
    }

    /** Answers {@code acquirePolicyToken}. */
    ArmResponse acquire(Call call) {
        return call.readBody().map(sent -> {
            Target target = target(call, sent);
            Optional<String> cluster = target == null ? Optional.empty() : clusterOf(target, call.subscription());
            if (target == null || cluster.isEmpty()) {
                return ArmResponse.of(new ArmError(
                        400,
                        "InvalidPolicyTokenRequest",
                        "The operation needs the uri of a resource in this subscription and an httpMethod."));
            }
            List<ExternalPolicy> asking = asking(cluster.get());
            List<ExternalPolicy> against = asking.stream()
                    .filter(policy -> policy.denies()
                            || (policy.changeReference()
                                    && !sent.path("changeReference").isTextual()))
                    .toList();
            return new ArmResponse(200, against.isEmpty() ? issued(call, target, asking) : denied(against));
        });
    }

    private ObjectNode issued(Call call, Target target, List<ExternalPolicy> asking) {
        ObjectNode answer = JSON.objectNode().put("result", "Succeeded");
        ArrayNode results = answer.putArray("results");
        asking.forEach(policy -> result(results, policy, "Allow"));
        asking.stream().map(ExternalPolicy::life).min(Comparator.naturalOrder()).ifPresent(validFor -> {
            String id = state.newId();
            Instant until = call.now.plus(validFor);
            tokens.put(PREFIX + id, new Issued(target, until));
            answer.put("token", PREFIX + id).put("tokenId", id).put("expiration", until.toString());
        });
        return answer;
    }

    private static ObjectNode denied(List<ExternalPolicy> against) {
        ObjectNode answer =
                JSON.objectNode().put("result", "Failed").put("message", "The policy token was not issued.");
        ArrayNode results = answer.putArray("results");
        for (ExternalPolicy policy : against) {
            result(results, policy, policy.denies() ? "Deny" : "Error")
                    .put(
                            "message",
                            policy.denies()
                                    ? "The evaluation of '" + policy.name() + "' denies the request."
                                    : "'" + policy.name() + "' needs a change reference.");
        }
        return answer;
    }

    private static ObjectNode result(ArrayNode results, ExternalPolicy policy, String action) {
        ObjectNode result = results.addObject();
        name(result.putObject("policyInfo"), policy);
        return result.put("endpointKind", KIND).put("result", "Succeeded").put("policyAction", action);
    }

    private static void name(ObjectNode info, ExternalPolicy policy) {
        info.put("policyDefinitionName", policy.name())
                .put("policyDefinitionDisplayName", policy.name())
                .put("policyAssignmentName", policy.name() + "-assignment")
                .put("policyAssignmentDisplayName", policy.name() + "-assignment");
    }

    /** @return null if the request names none */
    private static @Nullable Target target(Call call, ObjectNode sent) {
        try {
            URI uri = URI.create(sent.at("/operation/uri").asText());
            String method = sent.at("/operation/httpMethod").asText().toUpperCase(Locale.ROOT);
            return uri.getRawPath() == null || method.isEmpty()
                    ? null
                    : new Target(
                            method,
                            uri.getRawPath().toLowerCase(Locale.ROOT),
                            Forms.decode(Objects.requireNonNullElse(uri.getRawQuery(), "")),
                            hash(content(call.request.body())));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Optional<String> clusterOf(Target target, String subscription) {
        return ApiCall.of(target.method(), target.path()) instanceof ApiCall.Lookup.Found(ApiCall.Match match)
                        && subscription.equalsIgnoreCase(match.names().get("subscription"))
                ? Optional.of(match.names().getOrDefault("cluster", ""))
                : Optional.empty();
    }

    /** The bytes of {@code operation.content} as they stand in the request; those of a string's text. */
    static byte[] content(byte[] body) {
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            int depth = 0;
            while (parser.nextToken() != null) {
                switch (parser.currentToken()) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case FIELD_NAME -> {
                        boolean there = depth == 2
                                && parser.currentName().equals("content")
                                && "operation"
                                        .equals(parser.getParsingContext()
                                                .getParent()
                                                .getCurrentName());
                        if (there) {
                            return value(parser, body);
                        }
                    }
                    default -> {}
                }
            }
            return new byte[0];
        } catch (IOException e) {
            throw new IllegalStateException("what was read once can be read again", e);
        }
    }

    private static byte[] value(JsonParser parser, byte[] body) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.VALUE_STRING) {
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        }
        if (first == JsonToken.VALUE_NULL) {
            return new byte[0];
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(body, from, (int) parser.currentLocation().getByteOffset());
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
