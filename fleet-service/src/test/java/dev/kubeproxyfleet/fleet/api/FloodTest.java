package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One caller that floods leaves room for another one. */
@QuarkusTest
@TestProfile(WithSmallAllowances.class)
@SuppressWarnings("NullAway.Init")
class FloodTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PAUSE = "/api/v1/rollouts/prod.1/pause";

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    @Inject
    MeterRegistry metrics;

    Issuer issuer;

    @BeforeEach
    void aRollout() {
        Fleet.clear(view);
        Fleet.tell(view, Fleet.rollout("prod", 1, RolloutStatus.State.Running));
    }

    @Test
    void oneCallerThatFloodsDoesNotKeepAnotherOneFromPausingARollout() {
        publisher.reset(null);
        double before = refused("TooManyOwnChanges");
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<String>>> flood = IntStream.range(0, 10)
                    .mapToObj(_ -> client.sendAsync(
                            request(PAUSE, "otto")
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            await("one of them waits for the controller").atMost(PATIENCE).until(() -> publisher.commands.size() == 1);
            await("the others are refused")
                    .atMost(PATIENCE)
                    .until(() -> refusals(flood).size() == 9);
            assertThat(refusals(flood)).allSatisfy(answer -> {
                assertThat(answer.body()).contains("TooManyOwnChanges", "kpfleet.api.max-changes-per-caller");
                assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                        .isBetween(1L, 60L);
            });
            assertThat(refused("TooManyOwnChanges")).isEqualTo(before + 9);

            publisher.reset(AuditRecord.Verdict.Done);
            given().auth()
                    .oauth2(issuer.token("adam"))
                    .contentType("application/json")
                    .body("{}")
                    .post(PAUSE)
                    .then()
                    .statusCode(200);
            client.shutdownNow();
        }
    }

    @Test
    void oneCallerWithManyStreamsLeavesRoomForAnotherOnes() throws Exception {
        double before = refused("TooManyOwnStreams");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < WithSmallAllowances.STREAMS; i++) {
                assertThat(stream(client, "vera").statusCode()).isEqualTo(200);
            }
            HttpResponse<InputStream> another = stream(client, "vera");
            assertThat(another.statusCode()).isEqualTo(429);
            assertThat(another.headers().firstValue("Retry-After")).isPresent();
            assertThat(new String(another.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("TooManyOwnStreams", "kpfleet.api.max-subscribers-per-caller");
            assertThat(refused("TooManyOwnStreams")).isEqualTo(before + 1);

            assertThat(stream(client, "anna").statusCode()).isEqualTo(200);
            client.shutdownNow();
        }
    }

    @Test
    void readingCostsNothingOfWhatOneMayChange() {
        for (int i = 0; i < 5; i++) {
            given().auth()
                    .oauth2(issuer.token("petra"))
                    .get("/api/v1/fleet")
                    .then()
                    .statusCode(200);
        }
    }

    private static List<HttpResponse<String>> refusals(List<CompletableFuture<HttpResponse<String>>> asked) {
        return asked.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 429)
                .toList();
    }

    private double refused(String code) {
        return metrics.get("kpfleet.http.refused").tag("code", code).counter().count();
    }

    private HttpRequest.Builder request(String path, String user) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + issuer.token(user))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<InputStream> stream(HttpClient client, String user) throws Exception {
        return client.send(request("/api/v1/events", user).build(), BodyHandlers.ofInputStream());
    }
}
