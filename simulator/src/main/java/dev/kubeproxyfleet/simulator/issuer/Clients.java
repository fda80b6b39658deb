package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/** The programs that are registered, and how each of them shows who it is. Thread-safe. */
final class Clients {

    static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
    static final String CLIENT_CREDENTIALS = "client_credentials";

    private final Set<String> redirects = new CopyOnWriteArraySet<>();
    private final List<Client> registered = List.of(
            new Client(
                    Issuer.API,
                    "Kubeproxy Fleet",
                    Issuer.WEB_SECRET,
                    redirects,
                    Set.of(CODE, REFRESH, CLIENT_CREDENTIALS),
                    List.of()),
            new Client(
                    Issuer.COMMAND_LINE,
                    "Kubeproxy Fleet command line",
                    null,
                    Set.of(Issuer.COMMAND_LINE_REDIRECT),
                    Set.of(CODE, REFRESH, DEVICE),
                    List.of()),
            new Client(
                    Issuer.CI,
                    "Pipeline of fleet configurations",
                    Issuer.CI_SECRET,
                    Set.of(),
                    Set.of(CLIENT_CREDENTIALS),
                    List.of("publisher")));
    private final Tokens tokens;
    private final String federated;

    /** @param federated the issuer of tokens that the CI's client may show in place of its secret */
    Clients(Tokens tokens, String federated) {
        this.tokens = tokens;
        this.federated = federated;
    }

    /** The page may be sent back to here from now on. */
    void addRedirect(String uri) {
        redirects.add(uri);
    }

    Optional<Client> find(@Nullable String id) {
        return registered.stream().filter(client -> client.id().equals(id)).findFirst();
    }

    /**
     * The client of a request to the token endpoint; RFC 6749 section 2.3 and RFC 7523 section 2.2.
     *
     * @param authorization header; null for none
     */
    Client authenticate(Map<String, String> form, @Nullable String authorization, Instant now) throws Refusal {
        @Nullable String id = form.get("client_id");
        @Nullable String secret = form.get("client_secret");
        if (authorization != null && authorization.startsWith("Basic ")) {
            String[] parts = basic(authorization.substring("Basic ".length()));
            id = parts[0];
            secret = parts[1];
        }
        Client client =
                find(id).orElseThrow(() -> Refusal.unauthorized("invalid_client", "There is no client of this id."));
        @Nullable String assertion = form.get("client_assertion");
        boolean known = assertion != null
                ? ASSERTION_TYPE.equals(form.get("client_assertion_type")) && isTrusted(client, assertion, now)
                : client.secret() == null ? secret == null : client.secret().equals(secret);
        if (!known) {
            throw Refusal.unauthorized("invalid_client", "The client has not shown that it is " + client.name() + ".");
        }
        return client;
    }

    private static String[] basic(String encoded) throws Refusal {
        try {
            String[] parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
            if (parts.length == 2) {
                return new String[] {decoded(parts[0]), decoded(parts[1])};
            }
        } catch (IllegalArgumentException e) {
            // As any other header that cannot be read.
        }
        throw Refusal.unauthorized("invalid_client", "The header Authorization cannot be read.");
    }

    private static String decoded(String text) {
        return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private boolean isTrusted(Client client, String assertion, Instant now) {
        Optional<JsonNode> claims = tokens.good(assertion, now);
        return client.id().equals(Issuer.CI)
                && claims.filter(each -> each.path("iss").asText().equals(federated)
                                && each.path("sub").asText().equals(Issuer.FEDERATED_SUBJECT)
                                && each.path("aud").asText().equals(Issuer.FEDERATED_AUDIENCE))
                        .isPresent();
    }
}
