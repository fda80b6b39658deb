package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.Fences;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the installation of agents makes of answers that only a cluster with its own policies, or Azure, gives. */
class AgentAnswersTest {

    private static final String NOT_FOUND = status(404, "NotFound", "not found", "");
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private static final ApiClients CLIENTS = new ApiClients(Duration.ofSeconds(10), 256L * 1024, new Random(3));
    private static final AtomicReference<String> PATCHED = new AtomicReference<>("");
    private static final List<String> CALLS = new CopyOnWriteArrayList<>();
    private static HttpsServer server;
    private static LocalAuthority authority;

    private Instant now = Objects.NOW;
    private UnaryOperator<ArmResult> azure = UnaryOperator.identity();

    @BeforeAll
    static void serve() throws Exception {
        authority = new LocalAuthority("clusters", Instant.now());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
        server.createContext("/", exchange -> {
            CALLS.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getQuery());
            answer(exchange, exchange.getRequestMethod().equals("GET") ? NOT_FOUND : PATCHED.get());
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        CLIENTS.close();
        server.stop(0);
    }

    @BeforeEach
    void forget() {
        CALLS.clear();
    }

    private static void answer(HttpExchange exchange, String status) throws IOException {
        byte[] bytes = status.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(Json.MAPPER.readTree(status).path("code").asInt(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String status(int code, String reason, String message, @Nullable String cause) {
        try {
            return Json.MAPPER.writeValueAsString(Map.of(
                    "kind",
                    "Status",
                    "apiVersion",
                    "v1",
                    "status",
                    "Failure",
                    "code",
                    code,
                    "reason",
                    reason,
                    "message",
                    message,
                    "details",
                    Map.of("causes", cause == null ? List.of() : List.of(Map.of("reason", cause)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Outcome.Result install() throws Exception {
        String kubeconfig = ClusterAccessTest.kubeconfig(
                "https://localhost:" + server.getAddress().getPort(), authority.pem(), "");
        ArmResult document = new ArmResult.Ok(200, ClusterAccessTest.document(), null, null);
        ArmResult credential = new ArmResult.Ok(200, ClusterAccessTest.credential(kubeconfig), null, null);
        AgentProcedure procedure = new AgentProcedure(new AgentProcedure.Means(
                new ClusterAccess(
                        request -> azure.apply(request instanceof ArmRequest.GetCluster ? document : credential),
                        URI.create("https://localhost:1"),
                        _ -> true,
                        () -> now),
                ArmParts.tokens(() -> "token", () -> now),
                CLIENTS,
                (_, atMost) -> now = now.plus(atMost),
                () -> now,
                new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(20), new Random(2)),
                Duration.ofSeconds(10)));
        Operation operation = Operation.of(
                "agents",
                "agents.1",
                1,
                ClusterAccessTest.CLUSTER,
                1,
                new Desired.Agents(AgentLab.FIRST),
                now,
                now.plus(DEADLINE));
        return procedure.run(operation, Fences.open(), _ -> {}).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403|Forbidden|admission webhook \"validation.gatekeeper.sh\" denied the request: hostNetwork",
                "400|BadRequest|admission webhook \"x.y.z\" does not support dry run",
                "422|Invalid|DaemonSet.apps \"node-agent\" is invalid: spec.selector: field is immutable"
            })
    void whatAPolicyRefusesFailsWithItsWords(int code, String reason, String message) throws Exception {
        PATCHED.set(status(code, reason, message, null));

        assertThat(install()).isEqualTo(new Outcome.Failed(InstallReason.ObjectRefused, message));
        assertThat(CALLS).filteredOn(call -> !call.startsWith("GET")).allMatch(call -> call.contains("dryRun=All"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403|Forbidden|NamespaceTerminating|unable to create new content|StillChanging",
                "409|Conflict||the object has been modified|StillChanging",
                "500|InternalError||failed calling webhook|ServerUnreachable",
                "429|TooManyRequests||too many requests|ServerUnreachable"
            })
    void whatMayPassIsTriedUntilTheDeadline(
            int code, String reason, @Nullable String cause, String message, String told) throws Exception {
        PATCHED.set(status(code, reason, message, cause));

        assertThat(install()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code().code()).isEqualTo(told);
            assertThat(failed.message()).startsWith("until its deadline: ").contains(message);
        });
        assertThat(now).isAfterOrEqualTo(Objects.NOW.plus(DEADLINE));
        assertThat(CALLS).filteredOn(call -> call.startsWith("PATCH")).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespaces \"kubeproxy-fleet\" is forbidden: User \"x\" cannot create resource \"namespaces\" in API group \"\"",
                "namespaces \"kubeproxy-fleet\" is forbidden: ",
                "namespaces \"kubeproxy-fleet\" is forbidden: User does not have access to the resource in Azure."
            })
    void aRightIsNamedByWhatTheApiMisses(String message) throws Exception {
        PATCHED.set(status(403, "Forbidden", message, null));

        assertThat(install())
                .isEqualTo(
                        new Outcome.Skipped(KubernetesReason.AccessForbidden, "the service may not create namespaces"));
    }

    private void refuse(int status, String code) {
        azure = _ -> new ArmResult.ArmError(status, ReasonCode.of(code), "no", null);
    }

    @Test
    void azureMayRefuseToShowTheCluster() throws Exception {
        refuse(403, "AuthorizationFailed");

        assertThat(install())
                .isInstanceOfSatisfying(
                        Outcome.Skipped.class,
                        skipped -> assertThat(skipped.code()).isEqualTo(KubernetesReason.CredentialRefused));
        assertThat(CALLS).isEmpty();
    }

    @Test
    void azureMayKnowTheClusterNoMore() throws Exception {
        refuse(404, "ResourceNotFound");

        assertThat(install()).isEqualTo(new Outcome.Gone());
    }

    @Test
    void aLockMayForbidTheQuestionForTheServer() throws Exception {
        refuse(409, "ScopeLocked");

        assertThat(install()).isEqualTo(new Outcome.Skipped(ClusterReason.ScopeLocked, "no"));
    }

    @Test
    void azureThatFailsIsAskedAgain() throws Exception {
        refuse(500, "InternalServerError");

        assertThat(install())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code().code()).isEqualTo("InternalServerError"));
        assertThat(now).isAfterOrEqualTo(Objects.NOW.plus(DEADLINE));
    }
}
