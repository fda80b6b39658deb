package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real SDK pipeline over real HTTPS. */
class AzureArmGatewayTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
    private static final String SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590";

    @TempDir
    static Path folder;

    private record Seen(String method, String uri, Map<String, String> headers, String body) {}

    private record Answer(int status, Map<String, String> headers, String body) {}

    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private HttpsServer server;
    private String endpoint;

    @BeforeAll
    static void makeCertificate() throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                "arm",
                "-keyalg",
                "EC",
                "-dname",
                "CN=arm",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "arm",
                "-file",
                folder.resolve("ca.pem").toString());
    }

    @BeforeEach
    void startServer() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        endpoint = "https://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void readsAClusterAsItIs() {
        answers.add(new Answer(200, Map.of("ETag", "\"7\""), "{\"id\": \"x\", \"unknown\": {\"a\": [1.50]}}"));

        ArmResult result = gateway().send(new ArmRequest.GetCluster(FakeArm.CLUSTER));

        assertThat(result)
                .isEqualTo(new ArmResult.Ok(
                        200, FakeArm.json("{\"id\": \"x\", \"unknown\": {\"a\": [1.50]}}"), "\"7\"", null));
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().uri()).isEqualTo(FakeArm.CLUSTER + "?api-version=2025-09-02-preview");
        assertThat(seen.getFirst().headers())
                .containsEntry("authorization", "Bearer sesame")
                .containsEntry("user-agent", "kubeproxy-fleet")
                .containsKey("x-ms-client-request-id");
    }

    @Test
    void takesTheETagOfTheBodyWhereTheHeaderLacks() {
        answers.add(new Answer(200, Map.of(), "{\"eTag\": \"8\"}"));

        assertThat(gateway().send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isInstanceOfSatisfying(
                        ArmResult.Ok.class, ok -> assertThat(ok.eTag()).isEqualTo("8"));
    }

    @Test
    void writesTheWholeBodyIfNothingHasChanged() {
        String operation = endpoint + "/subscriptions/" + SUBSCRIPTION + "/operations/1?api-version=x";
        answers.add(new Answer(201, Map.of("Azure-AsyncOperation", operation), "{\"properties\": {}}"));
        answers.add(new Answer(200, Map.of(), "{\"status\": \"InProgress\"}"));
        ArmGateway gateway = gateway();

        ArmResult result =
                gateway.send(new ArmRequest.PutCluster(FakeArm.CLUSTER, "\"7\"", FakeArm.json("{\"a\": 1}")));

        assertThat(result)
                .isInstanceOfSatisfying(
                        ArmResult.Ok.class, ok -> assertThat(ok.operationUrl()).isEqualTo(operation));
        assertThat(seen.getFirst().method()).isEqualTo("PUT");
        assertThat(seen.getFirst().body()).isEqualTo("{\"a\":1}");
        assertThat(seen.getFirst().headers())
                .containsEntry("if-match", "\"7\"")
                .containsEntry("content-type", "application/json");
        assertThat(gateway.send(new ArmRequest.ReadOperation(SUBSCRIPTION, operation)))
                .isInstanceOf(ArmResult.Ok.class);
    }

    @Test
    void whatWasReadGoesBackByteForByte() {
        String cluster = "{\"share\":0.1234567890123456789012345,\"large\":12345678901234567890123,\"huge\":1E+400,"
                + "\"price\":1.50,\"nothing\":null,\"text\":\"ü \uD83D\uDE00 \u2028\",\"empty\":[{},[]]}";
        answers.add(new Answer(200, Map.of(), cluster));
        answers.add(new Answer(200, Map.of(), "{}"));
        ArmGateway gateway = gateway();

        ArmResult read = gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER));
        gateway.send(new ArmRequest.PutCluster(FakeArm.CLUSTER, null, ((ArmResult.Ok) read).body()));

        assertThat(seen.getLast().body()).isEqualTo(cluster);
    }

    @Test
    void neverRepeatsAWriteByItself() {
        answers.add(new Answer(503, Map.of(), "{\"error\": {\"code\": \"ServerBusy\", \"message\": \"later\"}}"));

        assertThat(gateway().send(new ArmRequest.PutCluster(FakeArm.CLUSTER, null, FakeArm.json("{}"))))
                .isEqualTo(new ArmResult.ArmError(503, new AzureCode("ServerBusy"), "later", null));
        assertThat(seen).hasSize(1);
    }

    @Test
    void namesThePolicyThatRefusesAWrite() {
        answers.add(new Answer(403, Map.of(), """
                {"error": {"code": "RequestDisallowedByPolicy", "target": "prod-1", "message": "No.", "additionalInfo": [
                  {"type": "PolicyViolation", "info": {"policyDefinitionDisplayName": "Only IPTABLES",
                    "policyAssignmentDisplayName": "Network rules"}}]}}"""));

        assertThat(gateway().send(new ArmRequest.PutCluster(FakeArm.CLUSTER, null, FakeArm.json("{}"))))
                .isEqualTo(new ArmResult.ArmError(
                        403,
                        new AzureCode("RequestDisallowedByPolicy"),
                        "Azure Policy refuses it by policy \"Only IPTABLES\" (assignment \"Network rules\"): No.",
                        null));
    }

    @Test
    void aReadIsRepeatedAfterAServerErrorWithATokenOfItsOwn() {
        answers.add(new Answer(502, Map.of(), "<html>bad gateway</html>"));
        answers.add(new Answer(200, Map.of(), "{}"));
        VirtualTime time = new VirtualTime();
        Budgets budgets = new Budgets(time, 1);

        assertThat(new BudgetedArm(gateway(), budgets, time).send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isInstanceOf(ArmResult.Ok.class);
        assertThat(seen).hasSize(2);
        assertThat(budgets.lowest(Budget.GET_CLUSTER)).isLessThan(Budgets.capacity(Budget.GET_CLUSTER) - 1);
    }

    @Test
    void tellsWhatArmSaysToRemain() {
        answers.add(new Answer(200, Map.of("x-ms-ratelimit-remaining-subscription-reads", "211"), "{}"));
        answers.add(new Answer(404, Map.of("x-ms-ratelimit-remaining-subscription-reads", "210"), "{}"));
        ArmGateway gateway = gateway();

        assertThat(gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)).remaining())
                .isEqualTo(211);
        assertThat(gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)).remaining())
                .isEqualTo(210);
    }

    @Test
    void hands429AndItsRetryAfterToTheCaller() {
        answers.add(new Answer(429, Map.of("Retry-After", "17"), "{\"code\": \"Throttled\", \"message\": \"slow\"}"));
        answers.add(new Answer(429, Map.of("Retry-After", "Mon, 23 Nov 2026 12:01:00 GMT"), ""));
        ArmGateway gateway = gateway();

        assertThat(gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isEqualTo(new ArmResult.ArmError(429, new AzureCode("Throttled"), "slow", Duration.ofSeconds(17)));
        assertThat(gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isEqualTo(new ArmResult.ArmError(429, new AzureCode("Http429"), "", Duration.ofMinutes(1)));
        assertThat(seen).hasSize(2);
    }

    @Test
    void doesNotCarryItsTokenToAnotherHost() {
        assertThat(gateway()
                        .send(new ArmRequest.ListClusters(
                                SUBSCRIPTION,
                                "https://127.0.0.2:" + server.getAddress().getPort() + "/subscriptions")))
                .isInstanceOfSatisfying(
                        ArmResult.ArmError.class,
                        error -> assertThat(error.code()).isEqualTo(WorkerReason.ForeignLink));
        assertThat(seen).isEmpty();
    }

    @Test
    void followsTheLinkToTheNextPageAsItIs() {
        answers.add(new Answer(200, Map.of(), "{\"value\": []}"));

        gateway().send(new ArmRequest.ListClusters(SUBSCRIPTION, endpoint + "/subscriptions/s?%24skiptoken=a%2Fb"));

        assertThat(seen.getFirst().uri()).isEqualTo("/subscriptions/s?%24skiptoken=a%2Fb");
    }

    @Test
    void aServerThatIsNotThereIsAnErrorAndNoException() {
        ArmGateway gateway = gateway();
        server.stop(0);

        assertThat(gateway.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isInstanceOfSatisfying(ArmResult.ArmError.class, error -> {
                    assertThat(error.status()).isZero();
                    assertThat(error.code()).isEqualTo(WorkerReason.NetworkError);
                });
    }

    @Test
    void aCertificateThatIsNotTrustedIsAnError() {
        ArmGateway distrusting =
                new AzureArmGateway(settings(Map.of("endpoint", endpoint, "static-token", "x")), CLOCK, Tracing.OFF);

        assertThat(distrusting.send(new ArmRequest.GetCluster(FakeArm.CLUSTER)))
                .isInstanceOfSatisfying(
                        ArmResult.ArmError.class,
                        error -> assertThat(error.code()).isEqualTo(WorkerReason.NetworkError));
        assertThat(seen).isEmpty();
    }

    @Test
    void refusesSettingsThatWouldGiveATokenAwayAndNamesThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AzureArmGateway(
                        settings(Map.of("endpoint", "https://arm.example.com", "static-token", "sesame")),
                        CLOCK,
                        Tracing.OFF))
                .withMessageContaining("kpfleet.azure.static-token")
                .withMessageNotContaining("sesame");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new AzureArmGateway(settings(Map.of("endpoint", "http://127.0.0.1:1")), CLOCK, Tracing.OFF))
                .withMessageContaining("kpfleet.azure.endpoint");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AzureArmGateway(
                        settings(Map.of(
                                "ca-certificate", folder.resolve("none.pem").toString())),
                        CLOCK,
                        Tracing.OFF))
                .withMessageContaining("kpfleet.azure.ca-certificate");
    }

    @Test
    void showsNoSecret() {
        assertThat(settings(Map.of("static-token", "sesame")).staticToken().toString())
                .doesNotContain("sesame");
    }

    @Test
    void checkNamesTheSettingWhenAzureDoesNotOfferTheVersion() {
        answers.add(new Answer(200, Map.of(), "{\"value\": [{\"subscriptionId\": \"S1\", \"state\": \"Enabled\"}]}"));
        answers.add(new Answer(200, Map.of(), """
                {"resourceTypes": [{"resourceType": "managedClusters",
                  "apiVersions": ["2026-09-01", "2026-08-02-preview"]}]}"""));

        assertThat(check())
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        state -> assertThat(state.reason())
                                .contains("kpfleet.azure.api-version")
                                .contains("2026-08-02-preview"));
    }

    @Test
    void checkIsReadyWhenAzureOffersTheVersion() {
        answers.add(new Answer(200, Map.of(), "{\"value\": [{\"subscriptionId\": \"s1\"}]}"));
        answers.add(new Answer(
                200,
                Map.of(),
                "{\"resourceTypes\": [{\"resourceType\": \"managedClusters\", \"apiVersions\":"
                        + " [\"2025-09-02-preview\"]}]}"));

        assertThat(check()).isInstanceOf(AzureCheck.Ready.class);
    }

    @Test
    void checkNamesTheRightThatIsMissing() {
        answers.add(new Answer(403, Map.of(), "{\"error\": {\"code\": \"AuthorizationFailed\", \"message\": \"no\"}}"));

        assertThat(check())
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        state -> assertThat(state.reason())
                                .contains("AuthorizationFailed")
                                .contains("grant"));
    }

    private AzureCheck.State check() {
        VirtualTime time = new VirtualTime();
        BudgetedArm arm = new BudgetedArm(gateway(), new Budgets(time, 1), time);
        return new AzureCheck(
                        arm, new FleetSubscriptions(trusted().configuredSubscriptions(), arm, time), time, trusted())
                .check();
    }

    private ArmGateway gateway() {
        return new AzureArmGateway(trusted(), CLOCK, Tracing.OFF);
    }

    private AzureSettings trusted() {
        return settings(Map.of(
                "endpoint",
                endpoint,
                "static-token",
                "sesame",
                "ca-certificate",
                folder.resolve("ca.pem").toString()));
    }

    static AzureSettings settings(Map<String, String> values) {
        Map<String, String> named = new HashMap<>();
        values.forEach((key, value) -> named.put("kpfleet.azure." + key, value));
        return new SmallRyeConfigBuilder()
                .withMapping(AzureSettings.class)
                .withDefaultValues(named)
                .build()
                .getConfigMapping(AzureSettings.class);
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        seen.add(new Seen(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = answers.remove();
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString(), "-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
