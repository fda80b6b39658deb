package dev.kubeproxyfleet.fleet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuerDocumentsTest {

    private static final String DISCOVERY = "/one/.well-known/openid-configuration";

    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private HttpsServer server;
    private IssuerDocuments issuers;
    private String issuer;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        LocalAuthority authority = new LocalAuthority("issuer", Instant.now());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                asked.add(path);
                if (path.equals("/elsewhere" + DISCOVERY)) {
                    exchange.getResponseHeaders().add("Location", issuer + ".well-known/openid-configuration");
                    exchange.sendResponseHeaders(302, -1);
                    return;
                }
                byte[] document = documents.get(path);
                exchange.sendResponseHeaders(document == null ? 404 : 200, document == null ? -1 : document.length);
                if (document != null) {
                    exchange.getResponseBody().write(document);
                }
            }
        });
        server.start();
        issuer = "https://localhost:" + server.getAddress().getPort() + "/one/";
        issuers = new IssuerDocuments(
                HttpClient.newBuilder().sslContext(authority.clientContext()).build());
        document(DISCOVERY, "{\"issuer\": \"" + issuer + "\", \"jwks_uri\": \"" + issuer + "keys\"}");
        document("/one/keys", keys(new TestIssuer(issuer).key()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void document(String path, String json) {
        documents.put(path, json.getBytes(StandardCharsets.UTF_8));
    }

    private static String keys(JsonWebKey... keys) {
        return "{\"keys\": ["
                + String.join(
                        ",",
                        List.of(keys).stream()
                                .map(key -> key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC))
                                .toList())
                + "]}";
    }

    private void refuses(String url, String why) {
        assertThatThrownBy(() -> issuers.keys(url))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void readsTheKeysThatTheIssuerNames() throws IOException {
        assertThat(issuers.keys(issuer)).containsOnlyKeys("key-1");
    }

    @Test
    void asksNobodyWithoutHttps() {
        for (String url : List.of("http://localhost/", "file:///etc/passwd", "https://a@b/", "https:", "", "\n")) {
            refuses(url, "https");
        }
        document(DISCOVERY, "{\"issuer\": \"" + issuer + "\", \"jwks_uri\": \"http://localhost/keys\"}");
        refuses(issuer, "https");
    }

    @Test
    void asksNobodyElse() {
        document(DISCOVERY, "{\"issuer\": \"" + issuer + "\", \"jwks_uri\": \"https://127.0.0.1/keys\"}");
        refuses(issuer, "another host");
        document(DISCOVERY, "{\"issuer\": \"https://localhost/\", \"jwks_uri\": \"" + issuer + "keys\"}");
        refuses(issuer, "another issuer");
        refuses(issuer.replace("/one/", "/elsewhere/one/"), "status 302");
        assertThat(asked).doesNotContain("/one/keys");
    }

    @Test
    void whatIsNoKeySetIsNone() {
        document("/one/keys", "{\"keys\": [{\"kty\": \"oct\", \"kid\": \"secret\", \"k\": \"c2VjcmV0\"}]}");
        refuses(issuer, "no public key");
        document("/one/keys", "[]");
        refuses(issuer, "cannot be read");
        documents.put("/one/keys", new byte[IssuerDocuments.MAX_BYTES + 1]);
        refuses(issuer, "in vain");
        documents.remove("/one/keys");
        refuses(issuer, "status 404");
    }

    /** The simulated Azure publishes what real tokens of its clusters are verified with, and forgets what it has replaced. */
    @Test
    void aSimulatedClusterProvesItsNodesWhileItsKeysChange() throws IOException {
        Fleet fleet = Fleet.of(new FleetSpec(1, 3, 1, 1, 60));
        try (ArmSimulator azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS)) {
            String cluster = azure.clusterIds().getFirst();
            String url = azure.document(cluster)
                    .orElseThrow()
                    .at("/properties/oidcIssuerProfile/issuerURL")
                    .asText();
            IssuerDocuments documents = new IssuerDocuments(
                    HttpClient.newBuilder().sslContext(azure.clientContext()).build());
            TokenJudge judge = new TokenJudge(
                    new IssuerKeys(documents, Runnable::run, new Minutes()),
                    AgentToken.DEFAULT_AUDIENCE,
                    TestIssuer.ACCOUNT);
            byte[] before = token(azure, cluster);
            assertThat(judge.judge(before, url, "node-1", Instant.now(), null)).isInstanceOf(Verdict.Unproven.class);
            assertThat(judge.judge(before, url, "node-1", Instant.now(), null)).isInstanceOf(Verdict.Proven.class);
            azure.rotateIssuerKey(cluster);
            byte[] after = token(azure, cluster);
            judge.judge(after, url, "node-1", Instant.now(), null);

            assertThat(judge.judge(after, url, "node-1", Instant.now(), null)).isInstanceOf(Verdict.Proven.class);
            assertThat(judge.judge(before, url, "node-1", Instant.now(), null)).isInstanceOf(Verdict.Unproven.class);
        }
    }

    private static byte[] token(ArmSimulator azure, String cluster) {
        return azure.agentToken(cluster, "node-1").orElseThrow().getBytes(StandardCharsets.US_ASCII);
    }

    /** Passes a minute each time that it is read, so that no limit of fetches is in the way. */
    private static final class Minutes implements InstantSource {

        private Instant now = Instant.parse("2026-11-23T12:00:00Z");

        @Override
        public Instant instant() {
            now = now.plusSeconds(60);
            return now;
        }
    }
}
