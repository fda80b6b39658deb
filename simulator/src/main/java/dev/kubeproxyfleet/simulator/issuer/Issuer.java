package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.Forms;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * An OpenID provider on loopback whose users have no password, for sandbox and tests. Its tokens have the claims of Microsoft
 * Entra's, and it refuses what a real one refuses. What it has handed out is forgotten when it ends. Thread-safe.
 */
public final class Issuer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Issuer.class);

    public static final String TENANT = "5a4d0000-0000-4000-8000-000000000001";

    /** Client id of the fleet service, confidential: audience of access tokens for its API, and of ID tokens for its page. */
    public static final String API = "5a4d0000-0000-4000-8000-00000000000a";

    /** What the page's side of the service shows to the token endpoint. */
    public static final String WEB_SECRET = "secret-of-the-sandbox-page";

    /** Client id of command lines, public. */
    public static final String COMMAND_LINE = "5a4d0000-0000-4000-8000-00000000000c";

    /** Where command lines are sent back to, on any port. */
    public static final String COMMAND_LINE_REDIRECT = "http://127.0.0.1/login";

    /** Client id of a pipeline, confidential; a publisher by itself. */
    public static final String CI = "5a4d0000-0000-4000-8000-0000000000c1";

    public static final String CI_SECRET = "secret-of-the-sandbox-pipeline";

    /** To be asked for by users' clients: an access token for the API. */
    public static final String SCOPE = "api://" + API + "/access";

    /** To be asked for by clients that act for themselves. */
    public static final String DEFAULT_SCOPE = "api://" + API + "/.default";

    /** The subject of the foreign tokens that the pipeline may show in place of its secret. */
    public static final String FEDERATED_SUBJECT = "repo:example/fleet:ref:refs/heads/main";

    /** The audience of such tokens, the one that Entra demands. */
    public static final String FEDERATED_AUDIENCE = "api://AzureADTokenExchange";

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final String CONFIGURATION = "/" + TENANT + "/v2.0/.well-known/openid-configuration";
    private static final String AUTHORIZE = "/" + TENANT + "/oauth2/v2.0/authorize";
    private static final String TOKEN = "/" + TENANT + "/oauth2/v2.0/token";
    private static final String DEVICE = "/" + TENANT + "/oauth2/v2.0/devicecode";
    private static final String REVOKE = "/" + TENANT + "/oauth2/v2.0/revoke";
    private static final String LOGOUT = "/" + TENANT + "/oauth2/v2.0/logout";
    private static final String USER_INFO = "/" + TENANT + "/oidc/userinfo";
    private static final String KEYS = "/" + TENANT + "/discovery/v2.0/keys";
    private static final String DEVICE_PAGE = "/devicelogin";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SigningKeys keys = new SigningKeys();
    private final InstantSource clock;
    private final Grants grants;
    private final Tokens tokens;
    private final Clients clients;
    private final Calls calls;
    private final String sessionSecret = UUID.randomUUID().toString();

    private Issuer(int port, InstantSource clock, List<User> users) throws IOException {
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        grants = new Grants(clock);
        tokens = new Tokens(keys, uri().toString());
        clients = new Clients(tokens, federatedIssuer());
        calls = new Calls(List.copyOf(users), clients, grants, tokens, clock);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * @param port on loopback; 0 for any free one
     * @param clock of the tokens
     * @param users who can sign in, such as {@link User#OF_EACH_ROLE}
     * @throws IOException if the port is taken; the message names it
     */
    public static Issuer start(int port, InstantSource clock, List<User> users) throws IOException {
        try {
            Issuer issuer = new Issuer(port, clock, users);
            issuer.server.start();
            return issuer;
        } catch (java.net.BindException e) {
            throw new IOException(
                    "The simulated issuer cannot listen on 127.0.0.1:" + port
                            + ". Stop what uses this port, or name another one.",
                    e);
        }
    }

    /** Claim {@code iss}, such as {@code http://127.0.0.1:41235/<tenant>/v2.0}. */
    public URI uri() {
        return URI.create(base() + "/" + TENANT + "/v2.0");
    }

    /** Settings of a fleet service that people log in to here, by plain HTTP; two of them are secret. */
    public Map<String, String> settings() {
        return Map.of(
                "kpfleet.access.login",
                "true",
                "kpfleet.access.issuer",
                uri().toString(),
                "kpfleet.access.client-id",
                API,
                "kpfleet.access.client-secret",
                WEB_SECRET,
                "kpfleet.access.cli-client-id",
                COMMAND_LINE,
                "kpfleet.access.session-secret",
                sessionSecret,
                "kpfleet.access.https",
                "false");
    }

    /** The address that the issuer and its endpoints begin with, as {@code AZURE_AUTHORITY_HOST} has it. */
    public String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The page may be sent back to this address from now on, after a login and after a logout; on loopback at any port. */
    public void addRedirect(String uri) {
        clients.addRedirect(uri);
    }

    public void setLifetimes(Lifetimes lifetimes) {
        grants.setLifetimes(lifetimes);
    }

    /** Whether ID tokens have roles, as Entra's do; those of Keycloak do not, unless it is told otherwise. */
    public void setRolesInIdTokens(boolean are) {
        tokens.setRolesInIdTokens(are);
    }

    /** Signs with another key from now on. Tokens of the key before are still good, those of the key before that are not. */
    public void rotateKeys() {
        keys.rotate();
    }

    /**
     * An access token of the API without signing in.
     *
     * @param user name of one of the users, or {@link #CI}
     */
    public String token(String user) {
        return tokens.sign(calls.claimsOf(user));
    }

    /** As {@link #token(String)}, with other claims; a claim that is null is left out. */
    public String token(String user, JsonNode claims) {
        ObjectNode changed = calls.claimsOf(user);
        claims.properties().forEach(claim -> changed.set(claim.getKey(), claim.getValue()));
        changed.properties().removeIf(claim -> claim.getValue().isNull());
        return tokens.sign(changed);
    }

    /** A token as a pipeline's own platform hands it out, for {@link #FEDERATED_SUBJECT} or another subject. */
    public String federatedToken(String subject) {
        return tokens.sign(JsonNodeFactory.instance
                .objectNode()
                .put("iss", federatedIssuer())
                .put("sub", subject)
                .put("aud", FEDERATED_AUDIENCE)
                .put("exp", clock.instant().plus(grants.lifetimes().access()).getEpochSecond()));
    }

    private String federatedIssuer() {
        return base() + "/federated";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            Reply reply;
            try {
                reply = answer(exchange, new String(body, StandardCharsets.UTF_8));
            } catch (Refusal refusal) {
                reply = Reply.of(refusal);
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "the simulated issuer failed at %s",
                        exchange.getRequestURI().getPath());
                reply = new Reply(500, "text/plain", "The simulated issuer failed; its log says why.", null);
            }
            send(exchange, reply);
        }
    }

    private Reply answer(HttpExchange exchange, String body) throws Refusal {
        String query = exchange.getRequestURI().getRawQuery();
        boolean post = exchange.getRequestMethod().equals("POST");
        Map<String, String> fields = Forms.decode(post ? body : query == null ? "" : query);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return switch ((post ? "POST " : "GET ") + exchange.getRequestURI().getPath()) {
            case "GET " + CONFIGURATION -> Reply.json(200, configuration());
            case "GET " + KEYS -> Reply.json(200, keys.published());
            case "GET " + AUTHORIZE, "POST " + AUTHORIZE -> calls.authorize(fields);
            case "POST " + TOKEN -> calls.token(fields, authorization);
            case "POST " + DEVICE -> calls.device(fields, base() + DEVICE_PAGE);
            case "GET " + DEVICE_PAGE, "POST " + DEVICE_PAGE -> calls.devicePage(fields);
            case "POST " + REVOKE -> calls.revoke(fields, authorization);
            case "GET " + LOGOUT, "POST " + LOGOUT -> calls.logout(fields);
            case "GET " + USER_INFO, "POST " + USER_INFO -> calls.userInfo(authorization);
            default ->
                Reply.page(404, Page.sentence("Nothing here", "The simulated issuer has no page at this address."));
        };
    }

    private JsonNode configuration() {
        return Json.MAPPER.valueToTree(Map.ofEntries(
                Map.entry("issuer", uri().toString()),
                Map.entry("authorization_endpoint", base() + AUTHORIZE),
                Map.entry("token_endpoint", base() + TOKEN),
                Map.entry("device_authorization_endpoint", base() + DEVICE),
                Map.entry("revocation_endpoint", base() + REVOKE),
                Map.entry("end_session_endpoint", base() + LOGOUT),
                Map.entry("userinfo_endpoint", base() + USER_INFO),
                Map.entry("jwks_uri", base() + KEYS),
                Map.entry("response_types_supported", List.of("code")),
                Map.entry("response_modes_supported", List.of("query")),
                Map.entry("subject_types_supported", List.of("pairwise")),
                Map.entry("id_token_signing_alg_values_supported", List.of("RS256")),
                Map.entry("code_challenge_methods_supported", List.of("S256")),
                Map.entry(
                        "grant_types_supported",
                        List.of(Clients.CODE, Clients.REFRESH, Clients.DEVICE, Clients.CLIENT_CREDENTIALS)),
                Map.entry(
                        "token_endpoint_auth_methods_supported",
                        List.of("client_secret_post", "client_secret_basic", "private_key_jwt", "none")),
                Map.entry("scopes_supported", List.of("openid", "profile", "email", "offline_access", SCOPE))));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (reply.location() != null) {
            exchange.getResponseHeaders().set("Location", reply.location());
        }
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Stops answering at once; a second call does nothing. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
