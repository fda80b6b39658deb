package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import jakarta.inject.Inject;
import java.io.EOFException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(SmallLimits.class)
class RequestGateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HOST = "Host: localhost";
    private static final String JSON = "Content-Type: application/json";
    private static final String PAUSE = "POST /api/v1/rollouts/prod.1/pause HTTP/1.1";
    private static final String STREAM = "GET /api/v1/events HTTP/1.1";

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    @Inject
    Subscribers subscribers;

    @Inject
    MeterRegistry metrics;

    @BeforeEach
    void aSmallFleet() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        Fleet.tell(view, Fleet.rollout("prod", 1, dev.kubeproxyfleet.schemas.message.RolloutStatus.State.Running));
        await("earlier streams are over").atMost(PATIENCE).until(() -> subscribers.count() == 0);
        await("earlier bodies are gone").atMost(PATIENCE).until(() -> bytesHeld() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void noMethodIsAnsweredUnderAForeignHost(Method method) {
        given().header("Host", "evil.example")
                .request(method, "/api/v1/fleet")
                .then()
                .statusCode(421);
        given().header("Host", "evil.example").request(method, "/").then().statusCode(421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/index.html",
                "/icon.svg",
                "/api/v1/fleet",
                "/api/v1/audit",
                "/api/v1/events",
                "/q/health",
                "/q/health/live",
                "/q/metrics",
                "/q/openapi",
                "/nothing"
            })
    void nothingIsToldUnderAForeignHost(String path) {
        given().header("Host", "evil.example:8080")
                .get(path)
                .then()
                .statusCode(421)
                .contentType("application/json")
                .body("code", equalTo("ForeignHost"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/v1/fleet HTTP/1.0,                      '',                        400",
        "GET /api/v1/fleet HTTP/1.1,                      '',                        400",
        "GET /api/v1/fleet HTTP/1.0,                      Host: evil.example,        421",
        "GET /api/v1/fleet HTTP/1.0,                      Host: localhost,           200",
        "GET http://localhost/api/v1/fleet HTTP/1.1,      Host: localhost,           200",
        "GET http://evil.example/api/v1/fleet HTTP/1.1,   Host: localhost,           421",
        "GET http://localhost/api/v1/fleet HTTP/1.1,      Host: evil.example,        421",
        "GET /api/v1/fleet HTTP/1.1,                      Host: LocalHost.:9,        200",
        "GET /api/v1/fleet HTTP/1.1,                      Host: [::1]:8080,          200",
        "GET /api/v1/fleet HTTP/1.1,                      Host: [::2]:8080,          421",
        "GET /api/v1/fleet HTTP/1.1,                      Host: fleet.example:443,   200",
        "GET /api/v1/fleet HTTP/1.1,                      Host: localhost@evil,      400",
        "CONNECT evil.example:443 HTTP/1.1,               Host: localhost,           404",
    })
    void theHostCountsHoweverItIsSaid(String line, String host, int status) throws Exception {
        try (RawHttp http = new RawHttp()) {
            String[] lines = host.isEmpty() ? new String[] {line} : new String[] {line, host};
            assertThat(http.send(lines).answer().status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void aRequestWithoutAHostIsToldWhy(String version) throws Exception {
        try (Stacks stacks = new Stacks();
                RawHttp http = new RawHttp()) {
            RawHttp.Answer answer = http.send("GET /api/v1/fleet " + version).answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"BadHost\"");
            assertThat(stacks.seen).isEmpty();
        }
    }

    @Test
    void twoHostsAreRefused() throws Exception {
        try (RawHttp http = new RawHttp()) {
            RawHttp.Answer answer = http.send("GET /api/v1/fleet HTTP/1.1", HOST, "Host: evil.example")
                    .answer();
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void twoLengthsOfOneBodyAreRefused() throws Exception {
        try (RawHttp http = new RawHttp()) {
            RawHttp.Answer answer = http.send(
                            PAUSE, HOST, JSON, "Content-Length: 5", "Transfer-Encoding: chunked", "", "0")
                    .answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"LengthRequired\"");
            http.awaitEnd();
        }
        assertThat(publisher.commands).isEmpty();
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItComes() throws Exception {
        try (RawHttp http = new RawHttp()) {
            RawHttp.Answer answer = http.send(PAUSE, HOST, JSON, "Content-Length: " + (SmallLimits.MAX_BODY + 1))
                    .answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("\"BodyTooLarge\"").contains("65537 bytes");
            http.awaitEnd();
        }
    }

    @Test
    void aRefusedClientThatGoesOnSendingStillSeesTheAnswer() {
        given().contentType("application/json")
                .body(new byte[2_000_000])
                .post("/api/v1/rollouts/prod.1/pause")
                .then()
                .statusCode(413)
                .body("code", equalTo("BodyTooLarge"));
    }

    @Test
    void aBodyThatIsTooSlowIsRefusedAndHoldsNothing() throws Exception {
        try (RawHttp http = new RawHttp()) {
            RawHttp.Answer answer = http.send(PAUSE, HOST, JSON, "Content-Length: 20")
                    .write(new byte[10])
                    .answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("\"BodyTooSlow\"");
            http.awaitEnd();
        }
        assertThat(bytesHeld()).isZero();
        assertThat(publisher.commands).isEmpty();
    }

    @Test
    void bodiesThatTogetherAreTooLargeAreRefusedUntilThereIsRoom() throws Exception {
        String body = "{\"reason\": \"" + "x".repeat(9_000) + "\"}";
        try (RawHttp first = new RawHttp()) {
            first.send(PAUSE, HOST, JSON, "Content-Length: " + SmallLimits.MAX_BODY)
                    .write(new byte[60_000]);
            await("most of the first body is here").atMost(PATIENCE).until(() -> bytesHeld() == 60_000);

            given().contentType("application/json")
                    .body(body)
                    .post("/api/v1/rollouts/prod.1/pause")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "1")
                    .body("code", equalTo("TooManyBytes"));
        }
        await("a body whose sender is gone is forgotten").atMost(PATIENCE).until(() -> bytesHeld() == 0);
        given().contentType("application/json")
                .body(body)
                .post("/api/v1/rollouts/prod.1/pause")
                .then()
                .statusCode(200);
        await("so is one that was answered").atMost(PATIENCE).until(() -> bytesHeld() == 0);
    }

    @Test
    void aSenderThatDoesNotWaitForTheAnswerLeavesNothingBehind() throws Exception {
        publisher.reset(null);
        try (RawHttp http = new RawHttp()) {
            http.send(PAUSE, HOST, JSON, "Content-Length: 2").write("{}".getBytes(StandardCharsets.UTF_8));
            await("the command is sent").atMost(PATIENCE).until(() -> !publisher.commands.isEmpty());
        }
        await("its body is forgotten").atMost(PATIENCE).until(() -> bytesHeld() == 0);
    }

    @Test
    void aClientMayAskBeforeItSendsABody() throws Exception {
        try (RawHttp http = new RawHttp()) {
            http.send(PAUSE, HOST, JSON, "Content-Length: 2", "Expect: 100-continue");
            assertThat(http.answer().status()).isEqualTo(100);
            assertThat(http.write("{}".getBytes(StandardCharsets.UTF_8))
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void oneStreamTooManyIsRefusedWithoutAStackAndPlacesComeBack() throws Exception {
        List<RawHttp> silent = new ArrayList<>();
        try (Stacks stacks = new Stacks()) {
            for (int i = 0; i < SmallLimits.MAX_STREAMS; i++) {
                silent.add(new RawHttp().send(STREAM, HOST));
            }
            await("the places are taken").atMost(PATIENCE).until(() -> subscribers.count() == SmallLimits.MAX_STREAMS);
            for (int i = 0; i < 3; i++) {
                given().get("/api/v1/events")
                        .then()
                        .statusCode(503)
                        .contentType("application/json")
                        .body("code", equalTo("TooManyStreams"));
            }
            await("no reader keeps a place for good").atMost(PATIENCE).until(() -> subscribers.count() == 0);
            assertThat(stacks.seen).isEmpty();
        } finally {
            for (RawHttp each : silent) {
                each.close();
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadIsDropped() throws Exception {
        double before = metrics.get("kpfleet.sse.dropped").counter().count();
        try (RawHttp http = new RawHttp().send(STREAM, HOST)) {
            await("the stream is open").atMost(PATIENCE).until(() -> subscribers.count() == 1);
            await("it is dropped once its buffers are full")
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(PATIENCE)
                    .until(() -> {
                        for (int i = 0; i < 1000; i++) {
                            view.apply(Fleet.cluster("unread-" + i, Fleet.LEAST_CONNECTION));
                        }
                        return subscribers.count() == 0;
                    });
            assertThat(metrics.get("kpfleet.sse.dropped").counter().count()).isEqualTo(before + 1);
            http.awaitEnd();
        }
    }

    @Test
    void aStreamThatEndsInTimeSaysSo() throws Exception {
        assertThat(given().get("/api/v1/events")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .contains("event:heartbeat")
                .endsWith("event:end\ndata:{}\n\n");
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (RawHttp http = new RawHttp()) {
            http.awaitEnd();
        }
    }

    @Test
    void moreConnectionsThanTheLimitAreClosed() throws Exception {
        List<RawHttp> open = new ArrayList<>();
        int closed = 0;
        try {
            for (int i = 0; i <= SmallLimits.MAX_CONNECTIONS; i++) {
                RawHttp http = new RawHttp();
                open.add(http);
                try {
                    http.send("GET /api/v1/fleet HTTP/1.1", HOST).answer();
                } catch (EOFException | SocketException e) {
                    closed++;
                }
            }
        } finally {
            for (RawHttp each : open) {
                each.close();
            }
        }
        assertThat(closed).isPositive();
    }

    private double bytesHeld() {
        return metrics.get("kpfleet.http.body.bytes").gauge().value();
    }

    /** What is logged with a stack while this is open. */
    private static final class Stacks extends Handler implements AutoCloseable {

        private final List<LogRecord> seen = new CopyOnWriteArrayList<>();

        Stacks() {
            Logger.getLogger("").addHandler(this);
        }

        @Override
        public void publish(LogRecord message) {
            if (message.getThrown() != null && message.getLevel().intValue() >= Level.INFO.intValue()) {
                seen.add(message);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            Logger.getLogger("").removeHandler(this);
        }
    }
}
