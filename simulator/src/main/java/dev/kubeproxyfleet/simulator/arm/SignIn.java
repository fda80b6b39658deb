package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Microsoft Entra's token endpoint, and what ARM says to a request without a good token. Guarded by the lock of {@link ArmModel}. */
final class SignIn {

    /** Tokens that are good at one time; the oldest is forgotten for a new one. */
    static final int MAX_TOKENS = 1_000;

    private static final Duration TOKEN_LIFE = Duration.ofSeconds(3_599);

    private record Token(String principal, Instant expiry) {}

    private final String fixedToken;
    private final Set<String> tenants;
    private final Supplier<String> ids;
    private final Map<String, Token> tokens = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Token> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    /** @param fixedToken always good */
    SignIn(String fixedToken, Set<String> tenants, Supplier<String> ids) {
        this.fixedToken = fixedToken;
        this.tenants = tenants;
        this.ids = ids;
    }

    /** The OAuth 2.0 client credentials grant. */
    ArmResponse token(Call call) {
        Map<String, String> form = Forms.decode(new String(call.request.body(), StandardCharsets.UTF_8));
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return bad("unsupported_grant_type", "AADSTS70003: grant_type must be client_credentials.");
        }
        if (tenants.stream().noneMatch(tenant -> tenant.equalsIgnoreCase(call.name("tenant")))) {
            return bad("invalid_request", "AADSTS90002: Tenant '" + call.name("tenant") + "' not found.");
        }
        String client = form.getOrDefault("client_id", "");
        if (client.isEmpty() || form.getOrDefault("scope", "").isEmpty()) {
            return bad("invalid_request", "AADSTS900144: The request must name client_id and scope.");
        }
        String token = "simulated." + ids.get();
        tokens.put(token, new Token(client, call.now.plus(TOKEN_LIFE)));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("token_type", "Bearer");
        body.put("expires_in", TOKEN_LIFE.toSeconds());
        body.put("ext_expires_in", TOKEN_LIFE.toSeconds());
        body.put("access_token", token);
        return new ArmResponse(200, body);
    }

    private static ArmResponse bad(String error, String description) {
        return new ArmResponse(
                400, JsonNodeFactory.instance.objectNode().put("error", error).put("error_description", description));
    }

    /** Names the caller in {@code call}, or refuses. */
    Optional<ArmResponse> refusal(Call call, String endpoint) {
        String authorization = call.request.header("Authorization").orElse("");
        if (authorization.isEmpty()) {
            return refuse(endpoint, "AuthenticationFailed", "The 'Authorization' header is missing.");
        }
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            return refuse(endpoint, "AuthenticationFailedInvalidHeader", "The scheme must be Bearer.");
        }
        String text = authorization.substring("Bearer ".length()).trim();
        if (text.equals(fixedToken)) {
            call.principal = fixedToken;
            return Optional.empty();
        }
        Token token = tokens.get(text);
        if (token == null) {
            return refuse(endpoint, "InvalidAuthenticationToken", "The access token is invalid.");
        }
        if (!call.now.isBefore(token.expiry())) {
            return refuse(
                    endpoint, "ExpiredAuthenticationToken", "The access token expired at " + token.expiry() + ".");
        }
        call.principal = token.principal();
        return Optional.empty();
    }

    private Optional<ArmResponse> refuse(String endpoint, String code, String message) {
        String challenge = "Bearer authorization_uri=\"" + endpoint + "/"
                + tenants.stream().findFirst().orElse("common")
                + "\", error=\"invalid_token\", error_description=\"" + message + "\"";
        return Optional.of(new ArmResponse(
                401,
                Map.of("WWW-Authenticate", challenge),
                new ArmError(401, code, "Authentication failed. " + message).body()));
    }
}
