package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.kubeproxyfleet.fleet.openapi.HeldToContract;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(HeldToContract.class)
@TestProfile(WithoutKafka.class)
class EventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What the OpenAPI document says of the data of each event. */
    private static final Map<String, String> PAYLOADS = Map.of(
            "heartbeat", "Heartbeat",
            "rollout", "RolloutStatus",
            "rollout-cluster", "RolloutClusterStatus",
            "cluster", "ClusterView",
            "fleet", "FleetOverview");

    @Inject
    FleetView view;

    @Inject
    Subscribers subscribers;

    @Test
    void aReaderHearsWhatChangesUntilItGoes() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, events());
            await("the stream opens with a heartbeat").atMost(PATIENCE).until(() -> lines.contains("event:heartbeat"));

            view.apply(Fleet.cluster("sse-01", Fleet.LEAST_CONNECTION));
            Fleet.tell(view, Fleet.rollout("sse", 1, RolloutStatus.State.Running));
            Fleet.tell(
                    view, Fleet.status("sse.1", "sse-01", RolloutClusterStatus.State.Updating, null, "being changed"));

            await("what changed arrives")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lines)
                            .contains("event:rollout", "event:rollout-cluster", "event:cluster", "event:fleet")
                            .anyMatch(line -> line.startsWith("data:{\"id\":\"" + Fleet.id("sse-01") + "\"")));
            assertThat(PAYLOADS)
                    .allSatisfy((event, component) -> assertThat(dataOf(event, lines))
                            .as(event)
                            .isNotEmpty()
                            .allSatisfy(
                                    data -> assertThat(HeldToContract.served().broken(component, data))
                                            .isEmpty()));
            client.shutdownNow();
        }
        await("a heartbeat finds that the reader has gone").atMost(PATIENCE).until(() -> subscribers.count() == 0);
    }

    @Test
    void aReaderOfOneRolloutHearsOnlyThat() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, URI.create(events() + "?rollout=only.1"));
            await("the stream opens").atMost(PATIENCE).until(() -> lines.contains("event:heartbeat"));

            view.apply(Fleet.cluster("sse-02", Fleet.LEAST_CONNECTION));
            Fleet.tell(view, Fleet.rollout("other", 1, RolloutStatus.State.Running));
            Fleet.tell(view, Fleet.rollout("only", 1, RolloutStatus.State.Running));

            await("the rollout arrives").atMost(PATIENCE).until(() -> lines.contains("event:rollout"));
            assertThat(lines)
                    .doesNotContain("event:cluster", "event:fleet")
                    .noneMatch(line -> line.contains("other.1"));
            client.shutdownNow();
        }
    }

    @Test
    void aReaderThatComesBackHearsWhatItHasMissedAndWhatIsGone() throws Exception {
        view.apply(Fleet.cluster("sse-03", Fleet.LEAST_CONNECTION));
        view.apply(Fleet.cluster("sse-04", Fleet.LEAST_CONNECTION));
        view.apply(Fleet.cluster("sse-05", Fleet.LEAST_CONNECTION));
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> lines = follow(client, events());
            await("the stream opens").atMost(PATIENCE).until(() -> lines.contains("event:heartbeat"));
            String position = lastId(lines);

            view.apply(Fleet.cluster("sse-03", null));
            view.apply(new Change.Cluster(Fleet.id("sse-04"), null));

            List<String> resumed = follow(client, events(), "Last-Event-ID", position);
            await("what was missed comes").atMost(PATIENCE).until(() -> resumed.contains("event:heartbeat"));
            assertThat(dataOf("cluster", resumed))
                    .singleElement()
                    .asString()
                    .contains(Fleet.id("sse-03"))
                    .doesNotContain("LeastConnection");
            assertThat(dataOf("gone", resumed))
                    .containsExactly("{\"kind\":\"cluster\",\"id\":\"" + Fleet.id("sse-04") + "\"}");
            assertThat(dataOf("fleet", resumed)).hasSize(1);
            assertThat(resumed).doesNotContain("event:reload");

            List<String> again = follow(client, URI.create(events() + "?since=" + lastId(resumed)));
            await("the stream opens").atMost(PATIENCE).until(() -> again.contains("event:heartbeat"));
            assertThat(again).doesNotContain("event:cluster", "event:gone");
            client.shutdownNow();
        }
    }

    @Test
    void aPositionThatIsNoneIsRefused() {
        given().header("Last-Event-ID", "yesterday")
                .get("/api/v1/events")
                .then()
                .statusCode(410)
                .body("code", equalTo("PositionUnknown"));
    }

    private static String lastId(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("id:"))
                .reduce((_, later) -> later)
                .orElseThrow()
                .substring("id:".length());
    }

    private static List<String> dataOf(String event, List<String> lines) {
        return IntStream.range(0, lines.size() - 1)
                .filter(i -> lines.get(i).equals("event:" + event))
                .mapToObj(i -> lines.subList(i, lines.size()).stream()
                        .filter(line -> line.startsWith("data:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("data:".length()))
                .toList();
    }

    private static URI events() {
        return URI.create("http://localhost:" + RestAssured.port + "/api/v1/events");
    }

    private static List<String> follow(HttpClient client, URI uri, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return FollowedStream.lines(client, request.build());
    }
}
