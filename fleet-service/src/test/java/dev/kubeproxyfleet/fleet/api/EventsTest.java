package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.openapi.HeldToContract;
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
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    private static List<String> dataOf(String event, List<String> lines) {
        return IntStream.range(0, lines.size() - 1)
                .filter(i -> lines.get(i).equals("event:" + event))
                .mapToObj(i -> lines.get(i + 1).substring("data:".length()))
                .toList();
    }

    private static URI events() {
        return URI.create("http://localhost:" + RestAssured.port + "/api/v1/events");
    }

    private static List<String> follow(HttpClient client, URI uri) throws Exception {
        HttpResponse<Stream<String>> response = client.send(
                HttpRequest.newBuilder(uri)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> {
            try (Stream<String> body = response.body()) {
                body.forEach(lines::add);
            } catch (java.io.UncheckedIOException e) {
                lines.add("closed");
            }
        });
        return lines;
    }
}
