package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesLab.Told;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that no Kubernetes is behind. */
class HostileServerTest {

    private static final String TOKEN = "the-token-of-the-service";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final long MAX_ANSWER_BYTES = 256L * 1024;
    private static final String DAEMON_SETS = "/apis/apps/v1/namespaces/kube-system/daemonsets";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ApiClients clients = new ApiClients(REQUEST_TIMEOUT, MAX_ANSWER_BYTES, new Random(3));
    private final AtomicReference<Instant> now = new AtomicReference<>(Objects.NOW);
    private final AtomicInteger tokens = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<ClusterWatch> watches = new ArrayList<>();
    private final List<HttpsServer> servers = new ArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private LocalAuthority authority;
    private boolean isEntraDown;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = new LocalAuthority("clusters", Instant.now());
    }

    @AfterEach
    void stop() {
        end.countDown();
        watches.forEach(ClusterWatch::stop);
        clients.close();
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }

    private String serve(HttpHandler handler) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            handler.handle(exchange);
        });
        server.start();
        servers.add(server);
        return "https://localhost:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Watches a cluster whose server is said to be this one. */
    private Told watch(String server, LocalAuthority trusted) throws Exception {
        String kubeconfig = ClusterAccessTest.kubeconfig(server, trusted.pem(), "");
        ArmResult document = new ArmResult.Ok(200, ClusterAccessTest.document(), null, null);
        ArmResult credential = new ArmResult.Ok(200, ClusterAccessTest.credential(kubeconfig), null, null);
        ClusterAccess access = new ClusterAccess(
                request -> request instanceof ArmRequest.GetCluster ? document : credential,
                URI.create("https://localhost:1"),
                _ -> true,
                now::get);
        Told told = new Told();
        ClusterWatch watch = new ClusterWatch(
                ClusterAccessTest.CLUSTER,
                Duration.ofMillis(1_100),
                new ClusterWatch.Means(
                        access,
                        ArmParts.tokens(
                                () -> {
                                    tokens.incrementAndGet();
                                    if (isEntraDown) {
                                        throw new IllegalStateException("AADSTS90033: try again");
                                    }
                                    return TOKEN;
                                },
                                now::get),
                        clients,
                        Pause.REAL,
                        now::get,
                        REQUEST_TIMEOUT,
                        Duration.ofSeconds(5),
                        100,
                        false),
                told);
        watches.add(watch);
        threads.execute(watch::run);
        return told;
    }

    private static void assertFails(Told told, KubernetesReason code, String words) throws InterruptedException {
        Told.One failed = told.next();

        assertThat(failed.seen()).isNull();
        assertThat(failed.reason().code()).as(failed.toString()).isEqualTo(code);
        assertThat(failed.reason().message()).contains(words).doesNotContain(TOKEN);
    }

    @Test
    void aServerOfAnotherAuthorityGetsNoToken() throws Exception {
        String server = serve(exchange -> answer(exchange, 200, "{}"));

        assertFails(
                watch(server, new LocalAuthority("another", Instant.now())), KubernetesReason.CertificateUntrusted, "");
        assertThat(authorizations).isEmpty();
    }

    @Test
    void noTokenFollowsARedirect() throws Exception {
        AtomicInteger followed = new AtomicInteger();
        String elsewhere = serve(exchange -> {
            followed.incrementAndGet();
            answer(exchange, 200, "{}");
        });
        String server = serve(exchange -> {
            exchange.getResponseHeaders().set("Location", elsewhere + exchange.getRequestURI());
            answer(exchange, 307, "");
        });

        assertFails(watch(server, authority), KubernetesReason.AnswerUnreadable, "not followed");
        assertThat(followed).hasValue(0);
        assertThat(authorizations).containsOnly("Bearer " + TOKEN);
    }

    @Test
    void anAnswerWithoutAnEndIsNotReadToItsEnd() throws Exception {
        String server = serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] garbage = new byte[8192];
            try (OutputStream body = exchange.getResponseBody()) {
                while (end.getCount() > 0) {
                    body.write(garbage);
                }
            }
        });

        assertFails(
                watch(server, authority),
                KubernetesReason.AnswerUnreadable,
                "more than kpfleet.kubernetes.max-answer-bytes");
    }

    @Test
    void aServerThatSaysNothingIsUnreachable() throws Exception {
        String server = serve(exchange -> await());

        assertFails(watch(server, authority), KubernetesReason.ServerUnreachable, "");
    }

    @Test
    void aServerThatStopsInTheMiddleIsUnreachable() throws Exception {
        String server = serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await();
        });

        assertFails(watch(server, authority), KubernetesReason.ServerUnreachable, "not answered in full");
    }

    @Test
    void anotherObjectIsUnreadable() throws Exception {
        String server = serve(exchange -> answer(
                exchange, 200, "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"kube-proxy\"}}"));

        assertFails(watch(server, authority), KubernetesReason.AnswerUnreadable, "no object of Kubernetes");
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnce() throws Exception {
        String server = serve(exchange -> answer(exchange, 401, "{\"kind\":\"Status\",\"code\":401}"));

        assertFails(watch(server, authority), KubernetesReason.TokenRefused, "401");
        assertThat(tokens).hasValue(2);
        assertThat(authorizations).hasSize(2);
    }

    @Test
    void withoutATokenNothingIsSent() throws Exception {
        isEntraDown = true;

        assertFails(
                watch(serve(exchange -> answer(exchange, 200, "{}")), authority),
                KubernetesReason.TokenUnavailable,
                "AADSTS90033");
        assertThat(authorizations).isEmpty();
    }

    /** The watches stay open and tell nothing, although the DaemonSet is another one by now. */
    @Test
    void whatASilentWatchKeepsNeverLooksNew() throws Exception {
        AtomicInteger version = new AtomicInteger(7);
        String server = serve(exchange -> {
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (query.contains("watch=true")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                await();
            } else if (path.equals(DAEMON_SETS + "/kube-proxy")) {
                answer(exchange, 200, daemonSet(version.get()));
            } else if (path.equals(DAEMON_SETS)) {
                answer(exchange, 200, list("DaemonSetList", "apps/v1", daemonSet(7)));
            } else {
                answer(exchange, 200, list("List", path.startsWith("/apis") ? "apps/v1" : "v1", ""));
            }
        });
        Told told = watch(server, authority);
        assertThat(told.next().sight().getAt()).isEqualTo(Objects.NOW.toEpochMilli());

        version.set(8);
        now.set(Objects.NOW.plus(ClusterWatch.MAX_DISAGREEMENT).plusSeconds(1));
        Told.One last = told.next();
        while (last.seen() != null) {
            assertThat(last.sight().getAt()).isEqualTo(Objects.NOW.toEpochMilli());
            last = told.next();
        }

        assertThat(last.reason().code()).isEqualTo(KubernetesReason.ViewOutdated);
    }

    private static String daemonSet(int version) {
        return """
                {"apiVersion": "apps/v1", "kind": "DaemonSet",
                 "metadata": {"name": "kube-proxy", "namespace": "kube-system", "resourceVersion": "%d", "generation": 1},
                 "spec": {"selector": {}, "template": {"spec": {"containers": [
                   {"name": "kube-proxy", "command": ["kube-proxy", "--proxy-mode=ipvs"]}]}}},
                 "status": {"observedGeneration": 1, "desiredNumberScheduled": 0, "numberReady": 0}}
                """.formatted(version);
    }

    private static String list(String kind, String apiVersion, String item) {
        return "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[%s]}"
                .formatted(kind, apiVersion, item);
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
