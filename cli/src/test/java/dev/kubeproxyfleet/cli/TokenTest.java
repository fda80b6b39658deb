package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.schemas.access.AccessReview;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Permission;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How commands show who asks, and what they say where that is not enough. */
@Timeout(60)
class TokenTest {

    @TempDir
    private Path folder = Path.of("");

    private final FakeFleet fleet = new FakeFleet().on("GET /api/v1/audit", 200, List.of());
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("token"), text);
    }

    private String shown() {
        return fleet.last()
                .headers()
                .getOrDefault("Authorization", List.of("none"))
                .getFirst();
    }

    @Test
    void theFirstTokenThatThereIsIsShown() throws IOException {
        String file = file("of-the-file\n").toString();
        assertThat(console.run("audit")).isZero();
        assertThat(shown()).isEqualTo("none");

        console.with("KPFLEET_TOKEN_FILE", file);
        assertThat(console.run("audit")).isZero();
        assertThat(shown()).isEqualTo("Bearer of-the-file");

        console.with("KPFLEET_TOKEN", "of-the-variable");
        assertThat(console.run("audit")).isZero();
        assertThat(shown()).isEqualTo("Bearer of-the-variable");

        assertThat(console.run("audit", "--token-file", file)).isZero();
        assertThat(shown()).isEqualTo("Bearer of-the-file");

        assertThat(console.run("audit", "--token-file", file, "--token", "of-the-option"))
                .isZero();
        assertThat(shown()).isEqualTo("Bearer of-the-option");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://fleet.example.com", "http://10.0.0.8:8080", "http://127.0.0.1.example.com"})
    void aTokenIsNotSentInTheOpen(String server) {
        assertThat(console.run("audit", "--server", server, "--token", "secret-token"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("a token is not sent to " + server).doesNotContain("secret-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "a\nHeader: b", "ünlike", ""})
    void whatIsNoTokenIsNotSentAndNotRepeated(String text) {
        assertThat(console.run("audit", "--token", text)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--token holds no token");
        assertThat(fleet.requests()).isEmpty();
        if (!text.isEmpty()) {
            assertThat(console.err()).doesNotContain(text);
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(console.run("audit", "--token-file", "/nowhere/token")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("the token in /nowhere/token cannot be read");
    }

    @Test
    void aRequestWithoutALoginIsToldHowToLogIn() {
        fleet.on("GET /api/v1/audit", 401, Map.of("code", "LoginRequired", "message", "there is a login"));

        assertThat(console.run("audit")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).isEqualTo("""
                ./kpfleet: there is a login [LoginRequired]
                  People log in with './kpfleet login'; programs with './kpfleet login --federated', or with --token-file.
                """);
    }

    @Test
    void aRequestThatIsNotPermittedIsToldByWhichRoleItWouldBe() {
        fleet.on(
                "POST /api/v1/rollouts/prod-ipvs/pause",
                403,
                Map.of("code", "NotPermitted", "message", "an operator may pause; you are a viewer"));

        assertThat(console.run("pause", "prod-ipvs")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("an operator may pause; you are a viewer [NotPermitted]", "kpfleet whoami");
    }

    @Test
    void whoAmISaysItAlsoWhereThereIsNoLogin() {
        fleet.on("GET /api/v1/whoami", 200, new Caller(false, null, "alice", List.of(), null));

        assertThat(console.run("whoami")).isZero();
        assertThat(console.out()).contains("alice", "whoever can connect may do everything");
        assertThat(console.run("whoami", "-o", "jsonpath={.name}")).isZero();
        assertThat(console.out()).endsWith("alice");
    }

    @ParameterizedTest
    @CsvSource({"true,0,yes: as an approver", "false,1,no: as an approver"})
    void whetherSomebodyMayIsAWordAndAnExitCode(boolean allowed, int code, String printed) {
        fleet.on(
                "GET /api/v1/access?action=register-feature&cluster=prod-weu-01",
                200,
                new AccessReview(Permission.RegisterFeature, null, allowed, "as an approver"));

        assertThat(console.run("auth", "can-i", "register-feature", "--cluster", "prod-weu-01"))
                .isEqualTo(code);
        assertThat(console.out()).isEqualTo(printed + "\n");
    }

    @Test
    void anActionThatThereIsNotIsToldTheOnesThatThereAre() {
        assertThat(console.run("auth", "can-i", "fly")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("'fly' is none of view, plan, publish");
    }

    @Test
    void aWatchShowsTheTokenThatTheFileHoldsByThen() throws Exception {
        fleet.showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());
        Path file = file("first");
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> console.inRealTime().run("get", "rollout", "prod-ipvs", "-w", "--token-file", file.toString()));
        Awaitility.await().until(() -> !fleet.requests().isEmpty());
        assertThat(shown()).isEqualTo("Bearer first");

        file("second");

        Awaitility.await().until(() -> shown().equals("Bearer second"));
        fleet.showing("prod-ipvs.2", Fixtures.succeeded());
        assertThat(code.get()).isZero();
    }

    @Test
    void aWatchWhoseLoginHasEndedEnds() {
        fleet.showing("prod-ipvs", Fixtures.running())
                .on(
                        "GET /api/v1/rollouts/prod-ipvs.2",
                        401,
                        Map.of("code", "TokenNotValid", "message", "it has ended"));

        assertThat(console.inRealTime().run("get", "rollout", "prod-ipvs", "-w"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("it has ended [TokenNotValid]");
    }

    @Test
    void onlyTheNamedAuthorityIsTrusted() throws Exception {
        Path store = folder.resolve("server.p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=fleet",
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(made).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        Path authority = Files.writeString(
                folder.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("server").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        HttpsServer server = https(keys);
        try {
            String address = "https://127.0.0.1:" + server.getAddress().getPort();

            assertThat(console.run("audit", "--server", address)).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(console.err()).contains("is not trusted", "--certificate-authority");
            assertThat(console.run("audit", "--server", address, "--certificate-authority", authority.toString()))
                    .isZero();
            assertThat(console.run(
                            "audit",
                            "--server",
                            address,
                            "--certificate-authority",
                            file("no PEM").toString()))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(console.err()).contains("holds no certificate");
        } finally {
            server.stop(0);
        }
    }

    private static HttpsServer https(KeyStore keys) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = {'[', ']'};
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
