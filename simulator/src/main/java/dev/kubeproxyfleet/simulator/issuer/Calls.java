package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints, from a form's fields to an answer. Thread-safe.
 *
 * <p>Sources: RFC 6749, RFC 7636 (PKCE), RFC 8628 (devices), RFC 7009 (revocation), OpenID Connect Core 1.0 and RP-Initiated
 * Logout 1.0.
 */
final class Calls {

    private static final String CHALLENGE = "[A-Za-z0-9_-]{43}";
    private static final String VERIFIER = "[A-Za-z0-9._~-]{43,128}";

    private final List<User> users;
    private final Clients clients;
    private final Grants grants;
    private final Tokens tokens;
    private final InstantSource clock;

    Calls(List<User> users, Clients clients, Grants grants, Tokens tokens, InstantSource clock) {
        this.users = users;
        this.clients = clients;
        this.grants = grants;
        this.tokens = tokens;
        this.clock = clock;
    }

    private Optional<User> user(@Nullable String name) {
        return users.stream().filter(user -> user.name().equals(name)).findFirst();
    }

    /** The authorization endpoint: the page at first, and the answer to the client once {@code user} is among the fields. */
    Reply authorize(Map<String, String> fields) {
        Optional<Client> client = clients.find(fields.get("client_id"));
        String redirect = fields.getOrDefault("redirect_uri", "");
        if (client.isEmpty()) {
            return Page.refused("There is no client of this id.");
        }
        if (!client.get().mayRedirectTo(redirect)) {
            return Page.refused("The redirect_uri " + redirect + " is not registered for "
                    + client.get().name() + ".");
        }
        Map<String, String> answer = new TreeMap<>();
        @Nullable String state = fields.get("state");
        if (state != null) {
            answer.put("state", state);
        }
        try {
            Set<String> scopes = scopes(fields);
            if (!"code".equals(fields.get("response_type"))) {
                throw Refusal.of("unsupported_response_type", "The response_type must be code.");
            }
            String challenge = challenge(fields);
            if ("none".equals(fields.get("prompt"))) {
                throw Refusal.of("login_required", "Nobody is signed in.");
            }
            if (fields.get("user") == null) {
                return Reply.page(200, Page.choice(client.get().name(), new LinkedHashMap<>(fields), users));
            }
            User user = user(fields.get("user"))
                    .orElseThrow(() -> Refusal.of("access_denied", "There is no user of this name."));
            answer.put(
                    "code",
                    grants.code(
                            new Grants.Consent(client.get(), user, scopes, fields.get("nonce")), redirect, challenge));
        } catch (Refusal refusal) {
            answer.put("error", refusal.error());
            answer.put("error_description", refusal.description());
        }
        return Reply.redirect(redirect, answer);
    }

    private static Set<String> scopes(Map<String, String> fields) throws Refusal {
        Set<String> scopes = new LinkedHashSet<>(
                Arrays.asList(fields.getOrDefault("scope", "").split(" +")));
        for (String scope : scopes) {
            if (!Tokens.isScope(scope)) {
                throw Refusal.of("invalid_scope", "There is no scope '" + scope + "'.");
            }
        }
        return scopes;
    }

    private static String challenge(Map<String, String> fields) throws Refusal {
        String challenge = fields.getOrDefault("code_challenge", "");
        if (!"S256".equals(fields.get("code_challenge_method")) || !challenge.matches(CHALLENGE)) {
            throw Refusal.of("invalid_request", "A code_challenge by S256 is required.");
        }
        return challenge;
    }

    Reply token(Map<String, String> form, @Nullable String authorization) throws Refusal {
        Instant now = clock.instant();
        Client client = clients.authenticate(form, authorization, now);
        String type = form.getOrDefault("grant_type", "");
        if (!client.grants().contains(type)) {
            throw Refusal.of("unauthorized_client", "This client may not use the grant_type '" + type + "'.");
        }
        return switch (type) {
            case Clients.CODE -> {
                if (!form.getOrDefault("code_verifier", "").matches(VERIFIER)) {
                    throw Refusal.of("invalid_grant", "A code_verifier is required.");
                }
                yield granted(grants.redeem(
                        form.getOrDefault("code", ""),
                        client,
                        form.getOrDefault("redirect_uri", ""),
                        form.getOrDefault("code_verifier", "")));
            }
            case Clients.REFRESH -> granted(grants.refresh(form.getOrDefault("refresh_token", ""), client));
            case Clients.DEVICE ->
                granted(grants.poll(
                        form.getOrDefault("device_code", ""), client, form.getOrDefault("code_verifier", "")));
            default -> ofClient(client, form);
        };
    }

    private Reply ofClient(Client client, Map<String, String> form) throws Refusal {
        if (!form.getOrDefault("scope", "").equals(Issuer.DEFAULT_SCOPE)) {
            throw Refusal.of("invalid_scope", "The scope of a client must be " + Issuer.DEFAULT_SCOPE + ".");
        }
        Duration life = grants.lifetimes().access();
        return Reply.json(
                200, answer(life).put("access_token", tokens.sign(tokens.ofClient(client, clock.instant(), life))));
    }

    private Reply granted(Grants.Login login) {
        Instant now = clock.instant();
        Duration life = grants.lifetimes().access();
        Grants.Consent consent = login.consent();
        ObjectNode answer = answer(life)
                .put("access_token", tokens.signedAccess(consent, now, life))
                .put("scope", String.join(" ", consent.scopes()));
        if (consent.scopes().contains(Tokens.OPENID)) {
            answer.put("id_token", tokens.sign(tokens.id(consent, now, life)));
        }
        if (consent.scopes().contains(Tokens.OFFLINE)) {
            answer.put("refresh_token", grants.refreshToken(login));
        }
        return Reply.json(200, answer);
    }

    private static ObjectNode answer(Duration life) {
        return JsonNodeFactory.instance.objectNode().put("token_type", "Bearer").put("expires_in", life.toSeconds());
    }

    /**
     * Takes PKCE of a device that uses it, as Keycloak does.
     *
     * @param page where users enter their code
     */
    Reply device(Map<String, String> form, String page) throws Refusal {
        Client client = clients.authenticate(form, null, clock.instant());
        if (!client.grants().contains(Clients.DEVICE)) {
            throw Refusal.of("unauthorized_client", "This client may not ask for device codes.");
        }
        Grants.DeviceCodes codes =
                grants.device(client, scopes(form), form.containsKey("code_challenge") ? challenge(form) : null);
        Lifetimes lifetimes = grants.lifetimes();
        return Reply.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("device_code", codes.deviceCode())
                        .put("user_code", codes.userCode())
                        .put("verification_uri", page)
                        .put("expires_in", lifetimes.device().toSeconds())
                        .put("interval", lifetimes.poll().toSeconds())
                        .put("message", "To sign in, open " + page + " and enter the code " + codes.userCode() + "."));
    }

    /** The page that a user of a device opens: asks for the code, then for the user, then lets the device in. */
    Reply devicePage(Map<String, String> fields) {
        @Nullable String code = fields.get("user_code");
        if (code == null) {
            return Reply.page(200, Page.deviceCode());
        }
        if (fields.get("user") == null) {
            return Reply.page(200, Page.choice("a device that shows " + code, Map.of("user_code", code), users));
        }
        Optional<User> user = user(fields.get("user"));
        if (!grants.answer(code.strip().toUpperCase(Locale.ROOT), user.orElse(null))) {
            return Page.refused("No device waits with this code. It may have expired.");
        }
        return Reply.page(
                200,
                user.isPresent()
                        ? Page.sentence("Signed in", "Your device is signed in. You may close this page.")
                        : Page.sentence("Denied", "Your device is not signed in."));
    }

    Reply revoke(Map<String, String> form, @Nullable String authorization) throws Refusal {
        Client client = clients.authenticate(form, authorization, clock.instant());
        grants.revoke(form.getOrDefault("token", ""), client);
        return new Reply(200, "application/json", "", null);
    }

    Reply logout(Map<String, String> fields) {
        Optional<JsonNode> hint =
                Optional.ofNullable(fields.get("id_token_hint")).flatMap(tokens::own);
        hint.ifPresent(claims ->
                grants.endAll(claims.path("oid").asText(), claims.path("aud").asText()));
        String clientId = hint.map(claims -> claims.path("aud").asText()).orElse(fields.get("client_id"));
        @Nullable String back = fields.get("post_logout_redirect_uri");
        if (back == null
                || clients.find(clientId)
                        .filter(client -> client.mayRedirectTo(back))
                        .isEmpty()) {
            return Reply.page(200, Page.sentence("Signed out", "You are signed out. You may close this page."));
        }
        @Nullable String state = fields.get("state");
        return Reply.redirect(back, state == null ? Map.of() : Map.of("state", state));
    }

    Reply userInfo(@Nullable String authorization) throws Refusal {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            throw Refusal.unauthorized("invalid_request", "A bearer token is required.");
        }
        JsonNode claims = tokens.good(authorization.substring("Bearer ".length()), clock.instant())
                .orElseThrow(() -> Refusal.unauthorized("invalid_token", "The token is not good."));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        for (String name : List.of("sub", "name", "preferred_username", "oid")) {
            answer.set(name, claims.path(name));
        }
        return Reply.json(200, answer);
    }

    /** Claims of a good access token of the API, without signing in. */
    ObjectNode claimsOf(String name) {
        Instant now = clock.instant();
        Duration life = grants.lifetimes().access();
        if (name.equals(Issuer.CI)) {
            return tokens.ofClient(clients.find(name).orElseThrow(), now, life);
        }
        User user = user(name).orElseThrow(() -> new IllegalArgumentException("There is no user " + name));
        return tokens.access(
                new Grants.Consent(clients.find(Issuer.COMMAND_LINE).orElseThrow(), user, Set.of(Issuer.SCOPE), null),
                now,
                life);
    }
}
