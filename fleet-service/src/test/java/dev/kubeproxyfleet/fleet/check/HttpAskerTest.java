package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpAskerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String OK = "{\"ok\": true}";

    @TempDir
    Path folder;

    @Test
    void asksPrometheusAsItsInterfaceSays() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", """
                {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"0.07"]}]}}""")) {
            Measurement measurement = ask(server, Baking.check(server.url("/prometheus"), 0, 0));

            assertThat(measurement).isEqualTo(new Measurement.Bad("the query gave 0.07, more than 0.05"));
            assertThat(server.requests)
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .contains(
                                    "GET /prometheus/api/v1/query?query=errors HTTP/1.1", "Accept: application/json"));
        }
    }

    @Test
    void sendsHeadersAndSecretsOfTheHost() throws Exception {
        write("127.0.0.1", "token", "Bearer s3cr3t\n");
        try (RawServer server = RawServer.answering("200 OK", OK)) {
            Measurement measurement = ask(
                    server,
                    check(
                            server.url("/ready"),
                            PATIENCE,
                            new HttpCheck.Header("Authorization", null, "token"),
                            new HttpCheck.Header("X-Scope-OrgID", "team a", null)));

            assertThat(measurement).isEqualTo(new Measurement.Good("/ok is true"));
            assertThat(server.requests)
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request).contains("Authorization: Bearer s3cr3t", "X-Scope-OrgID: team a"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "two-lines", "binary", "large", "../127.0.0.1/token", "of-another-host"})
    void asksNothingWithoutItsSecretAndNeverTellsIt(String secret) throws Exception {
        write("127.0.0.1", "token", "Bearer s3cr3t");
        write("127.0.0.1", "two-lines", "s3cr3t\nX-Injected: 1");
        write("127.0.0.1", "binary", "s3cr3t\u0000");
        write("127.0.0.1", "large", "s3cr3t".repeat(10_000));
        write("prometheus.example", "of-another-host", "Bearer s3cr3t");
        try (RawServer server = RawServer.answering("200 OK", OK)) {
            Measurement measurement = ask(
                    server, check(server.url("/ready"), PATIENCE, new HttpCheck.Header("Authorization", null, secret)));

            assertThat(measurement)
                    .isEqualTo(new Measurement.Refused("secret " + secret
                            + " of 127.0.0.1 cannot be read from kpfleet.gates.secret-dir, so nothing is asked"));
            assertThat(server.requests).isEmpty();
        }
    }

    /** As a record could hold it that no lint has seen. */
    @Test
    void aHeaderThatCannotBeSentIsRefused() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", OK)) {
            assertThat(ask(server, check(server.url("/"), PATIENCE, new HttpCheck.Header("Host", "evil", null))))
                    .isEqualTo(new Measurement.Refused("header Host cannot be sent"));
        }
    }

    @Test
    void followsNoRedirect() throws Exception {
        try (RawServer elsewhere = RawServer.answering("200 OK", OK);
                RawServer server = new RawServer(out -> RawServer.write(
                        out,
                        "HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url("/ready")
                                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))) {
            assertThat(ask(server, check(server.url("/ready"), PATIENCE)))
                    .isEqualTo(new Measurement.Unknown("the answer has status 302"));
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void aHugeAnswerIsNotRead() throws Exception {
        byte[] chunk = " ".repeat(64 * 1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (RawServer server = new RawServer(out -> {
            RawServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
            while (true) {
                out.write(chunk);
            }
        })) {
            assertThat(ask(server, check(server.url("/ready"), PATIENCE)))
                    .isInstanceOf(Measurement.Unknown.class)
                    .extracting(Measurement::told)
                    .asString()
                    .startsWith(server.host() + " was asked in vain: ");
        }
    }

    @Test
    void anAnswerOfExactlyTheLimitIsRead() throws Exception {
        String padded = OK + " ".repeat(HttpAsker.MAX_BODY_BYTES - OK.length());
        try (RawServer server = RawServer.answering("200 OK", padded)) {
            assertThat(ask(server, check(server.url("/"), PATIENCE))).isInstanceOf(Measurement.Good.class);
        }
        try (RawServer server = RawServer.answering("200 OK", padded + " ")) {
            assertThat(ask(server, check(server.url("/"), PATIENCE))).isInstanceOf(Measurement.Unknown.class);
        }
    }

    /** Before anything, within the headers, and within the body, where the JDK's own timeout ends. */
    @Timeout(15)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Ty",
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"ok\": ",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void aServerThatHangsCostsTheTimeoutAndNoMore(String beginning) throws Exception {
        CountDownLatch forever = new CountDownLatch(1);
        try (RawServer server = new RawServer(out -> {
            RawServer.write(out, beginning);
            forever.await();
        })) {
            assertThat(ask(server, check(server.url("/"), SHORT)))
                    .isEqualTo(new Measurement.Unknown(server.host() + " has not answered within 300 ms"));
        } finally {
            forever.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"ok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops",
                "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 204 Nothing\r\nConnection: close\r\n\r\n"
            })
    void garbageTellsNothing(String answer) throws Exception {
        try (RawServer server = new RawServer(out -> RawServer.write(out, answer))) {
            assertThat(ask(server, check(server.url("/"), PATIENCE))).isInstanceOf(Measurement.Unknown.class);
        }
    }

    @Test
    void nobodyThereTellsNothing() throws Exception {
        RawServer gone = RawServer.answering("200 OK", OK);
        gone.close();

        assertThat(ask(gone, check(gone.url("/"), PATIENCE)))
                .isEqualTo(new Measurement.Unknown(gone.host() + " was asked in vain: it takes no connection"));
    }

    @Test
    void asksOnlyWhatIsListed() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", OK);
                RawServer other = RawServer.answering("200 OK", OK)) {
            assertThat(ask(other, check(server.url("/"), PATIENCE)))
                    .isEqualTo(new Measurement.Refused(
                            server.host() + " is not among kpfleet.gates.hosts, so it is not asked"));
            assertThat(server.requests).isEmpty();
        }
    }

    private static HttpCheck check(URI url, Duration timeout, HttpCheck.Header... headers) {
        return new HttpCheck(
                url,
                List.of(headers),
                new HttpCheck.JsonValue("/ok", BooleanNode.TRUE),
                null,
                Baking.INTERVAL,
                1,
                0,
                0,
                timeout);
    }

    /** @param listed the one server that may be asked */
    private Measurement ask(RawServer listed, HttpCheck check) {
        try (HttpAsker asker = new HttpAsker(
                new AllowedHosts(Set.of(listed.host()), host -> List.of(InetAddress.getAllByName(host))),
                new Secrets(folder))) {
            return asker.ask(check);
        }
    }

    private void write(String host, String name, String content) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve(host)).resolve(name), content);
    }
}
