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

    /** @param audience the application that it was asked for; empty for one that no Azure knows */
    private record Token(String principal, String audience, Instant expiry) {}

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
        if (client.isEmpty()
                || (form.getOrDefault("scope", "").isEmpty()
                        && form.getOrDefault("resource", "").isEmpty())) {
            return bad("invalid_request", "AADSTS900144: The request must name client_id and scope.");
        }
        String token = "simulated." + ids.get();
        tokens.put(token, new Token(client, audience(form), call.now.plus(TOKEN_LIFE)));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("token_type", "Bearer");
        body.put("expires_in", TOKEN_LIFE.toSeconds());
        body.put("ext_expires_in", TOKEN_LIFE.toSeconds());
        body.put("access_token", token);
        String resource = form.get("resource");
        if (resource != null) {
            body.put("resource", resource);
            body.put("expires_on", Long.toString(call.now.plus(TOKEN_LIFE).getEpochSecond()));
        }
        return new ArmResponse(200, body);
    }

    /** Of {@code resource}, or of a {@code scope} such as {@code https://management.azure.com/.default}. */
    private static String audience(Map<String, String> form) {
        String resource = form.get("resource");
        return resource == null ? form.getOrDefault("scope", "").replaceFirst("/\\.default$", "") : resource;
    }

    /** The client id behind a token that is good at {@code now} for this audience; empty if there is none. */
    Optional<String> principal(String text, String audience, Instant now) {
        Token token = tokens.get(text);
        return token != null && now.isBefore(token.expiry()) && token.audience().equals(audience)
                ? Optional.of(token.principal())
                : Optional.empty();
    }

    /** Where the sign-in of a tenant is, for clients that do not know it by heart. */
    ArmResponse openIdConfiguration(Call call, String endpoint) {
        String tenant = call.name("tenant");
        if (tenants.stream().noneMatch(tenant::equalsIgnoreCase)) {
            return bad("invalid_tenant", "AADSTS90002: Tenant '" + tenant + "' not found.");
        }
        String base = endpoint + "/" + tenant;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("issuer", base + "/v2.0");
        body.put("authorization_endpoint", base + "/oauth2/v2.0/authorize");
        body.put("token_endpoint", base + "/oauth2/v2.0/token");
        body.put("device_authorization_endpoint", base + "/oauth2/v2.0/devicecode");
        body.put("jwks_uri", base + "/discovery/v2.0/keys");
        body.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("private_key_jwt");
        body.put("tenant_region_scope", "WW");
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
            return refuse(
                    endpoint,
                    "AuthenticationFailed",
                    "Authentication failed. The 'Authorization' header is missing.",
                    "The authentication failed because of missing 'Authorization' header.");
        }
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            return refuse(
                    endpoint,
                    "AuthenticationFailedInvalidHeader",
                    "Authentication failed. The 'Authorization' header is provided in an invalid format.");
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
        return refuse(endpoint, code, message, message);
    }

    private Optional<ArmResponse> refuse(String endpoint, String code, String message, String description) {
        String challenge = "Bearer authorization_uri=\"" + endpoint + "/"
                + tenants.stream().findFirst().orElse("common")
                + "\", error=\"invalid_token\", error_description=\"" + description + "\"";
        return Optional.of(ArmResponse.of(new ArmError(401, code, message)).with("WWW-Authenticate", challenge));
    }
}
