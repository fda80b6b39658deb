package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpPostTest {

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger resolved = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    /** A name server that answers with this machine first, and from then on with another address. */
    private final HttpPost post = new HttpPost(
            vertx,
            new Addresses(_ -> List.of(
                    resolved.incrementAndGet() == 1
                            ? InetAddress.getLoopbackAddress()
                            : InetAddress.getByName("192.0.2.1"))));

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Host") + " "
                    + exchange.getRequestHeaders().getFirst("webhook-id") + " " + body);
            byte[] answer = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Retry-After", "7");
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        post.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.stop(0);
    }

    @Test
    void sendsToTheAddressThatWasLookedAtAndFollowsNothing() throws Exception {
        int port = server.getAddress().getPort();
        URI url = URI.create("http://hooks.example:" + port + "/a%20b?c=d");

        Post.Reply reply = post.send(new Letter(url, Map.of("webhook-id", "7"), "{\"a\": \"ü\"}"), true);

        assertThat(requests).containsExactly("POST /a%20b?c=d hooks.example:" + port + " 7 {\"a\": \"ü\"}");
        assertThat(resolved).as("resolved once").hasValue(1);
        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.retryAfter()).isEqualTo("7");
        assertThat(reply.body()).hasSize(HttpPost.MAX_ANSWER_BYTES);
    }

    @Test
    void whatIsNotAllowedIsNotConnectedTo() {
        URI url = URI.create("https://hooks.example:" + server.getAddress().getPort() + "/secret");

        assertThatThrownBy(() -> post.send(new Letter(url, Map.of(), ""), false))
                .isInstanceOf(IOException.class)
                .hasMessage("hooks.example is at 127.0.0.1, which is no public address, and is asked only if"
                        + " allow-private is set");
        assertThat(requests).isEmpty();
    }

    @Test
    void whereNobodyListensIsToldWithoutTheSecretPath() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> post.send(
                        new Letter(URI.create("http://hooks.example:" + port + "/secret"), Map.of(), ""), true))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("was not reached: Connection refused")
                .doesNotContain("secret");
    }

    /** The certificate must be of the host, by an authority that this machine knows. */
    @Test
    void aServerThatIsNotWhoItShouldBeGetsNothing() throws Exception {
        try (ArmSimulator other = ArmSimulator.start(Fleet.of(new FleetSpec(1, 1, 1, 1, 1)), ArmOptions.DEFAULTS)) {
            URI url = URI.create("https://hooks.example:" + other.endpoint().getPort() + "/secret");

            assertThatThrownBy(() -> post.send(new Letter(url, Map.of(), "body"), true))
                    .isInstanceOf(IOException.class)
                    .message()
                    .startsWith("was not reached: ")
                    .doesNotContain("secret");
        }
    }
}
