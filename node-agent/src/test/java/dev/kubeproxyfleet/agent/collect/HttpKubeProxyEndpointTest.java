package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpKubeProxyEndpointTest {

    private HttpServer server;
    private HttpKubeProxyEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/proxyMode", 200, "ipvs");
        answer("/healthz", 503, "not ready");
        answer("/configz", 200, "x".repeat(HttpKubeProxyEndpoint.MAX_BODY_BYTES + 1));
        server.start();
        endpoint = new HttpKubeProxyEndpoint(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void returnsWhatWasAnsweredWith200() {
        assertThat(endpoint.get("/proxyMode")).contains("ipvs");
    }

    @Test
    void takesErrorsAndOversizedAnswersForUnknown() {
        assertThat(endpoint.get("/healthz")).isEmpty();
        assertThat(endpoint.get("/configz")).isEmpty();
    }

    @Test
    void takesAKubeProxyThatIsNotThereForUnknown() {
        server.stop(0);

        assertThat(endpoint.get("/proxyMode")).isEmpty();
    }

    @Test
    void takesAnAnswerThatNeverEndsForUnknown() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpKubeProxyEndpoint hanging =
                    new HttpKubeProxyEndpoint(URI.create("http://127.0.0.1:" + silent.getLocalPort()));

            assertThat(hanging.get("/proxyMode")).isEmpty();
        }
    }

    @Test
    void refusesAnAddressThatIsNoPlainHttp() {
        assertThatThrownBy(() -> new HttpKubeProxyEndpoint(URI.create("https://127.0.0.1:10249")))
                .hasMessageContaining("https://127.0.0.1:10249");
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
