package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service, killed while it tells a receiver that fails half of the time. */
class NotificationTest {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String KEY =
            Base64.getEncoder().encodeToString("a key of 32 bytes for one test!!".getBytes(StandardCharsets.UTF_8));

    private static final Set<String> TOLD =
            Set.of("RolloutPlanned", "Started", "StageDone", "ApprovalAwaited", "Approved", "Succeeded");

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                gate: { signals: "Off" }
                stages:
                  - { name: canary, size: 1, bake: PT1S, approval: after }
                  - { name: rest, maxConcurrent: 10 }
            """;

    @TempDir
    Path folder;

    /** A request that was signed by the service, and whether it was taken. */
    private record Received(JsonNode event, boolean taken) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> unsigned = new CopyOnWriteArrayList<>();
    private final Random random = new Random(7);

    @Test
    void aReceiverThatFailsHalfOfTheTimeGetsEverythingAtLeastOnceAndInOrder() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", this::receive);
        server.start();
        Path secret = Files.writeString(folder.resolve("secret"), "whsec_" + KEY);
        try (WholeSystem system = new WholeSystem(
                folder,
                Map.of(
                        "kpfleet.kafka.client.\"group.instance.id\"",
                        "replica-0",
                        "kpfleet.notify.dashboard",
                        "https://fleet.example",
                        "kpfleet.notify.targets.ops.type",
                        "webhook",
                        "kpfleet.notify.targets.ops.url",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/hook",
                        "kpfleet.notify.targets.ops.secret-file",
                        secret.toString(),
                        "kpfleet.notify.targets.ops.allow-private",
                        "true"))) {
            assertThat(tested(system)).startsWith("target ops answered ");
            received.clear();

            system.publish("prod-ipvs", CONFIG);
            killOnceTold(system, "Started");
            killOnceTold(system, "ApprovalAwaited");
            await("the stage to wait for approval")
                    .atMost(PATIENCE)
                    .until(() -> takenCodes().contains("ApprovalAwaited"));
            assertThat(told("ApprovalAwaited"))
                    .extracting(event -> event.at("/data/link").asText())
                    .containsOnly("https://fleet.example/#/rollouts/prod-ipvs.1");
            assertThat(system.steer("prod-ipvs.1", "approve")).isEqualTo(200);
            killOnceTold(system, "Approved");
            await("the end of the rollout to be told")
                    .atMost(PATIENCE)
                    .until(() -> takenCodes().contains("Succeeded"));

            assertThat(unsigned).as("requests with another signature").isEmpty();
            assertThat(takenCodes()).as("in order, each at least once").isEqualTo(written(system.brokers));
            assertThat(received).as("failures of the receiver").anyMatch(each -> !each.taken());
            assertThat(system.metrics())
                    .containsPattern("kpfleet_notify_messages_total\\{result=\"refused\",target=\"ops\",?} 0\\.0");
        } finally {
            server.stop(0);
        }
    }

    /** As soon as the receiver has got it, whether it has taken it or not. */
    private void killOnceTold(WholeSystem system, String code) throws Exception {
        await(code + " to be sent, to be killed then")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !told(code).isEmpty());
        system.service.kill();
        system.awaitReady();
    }

    private List<JsonNode> told(String code) {
        return received.stream()
                .map(Received::event)
                .filter(event -> event.at("/data/code").asText().equals(code))
                .toList();
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
        boolean taken;
        synchronized (random) {
            taken = random.nextBoolean();
        }
        String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
        if (!("v1," + sign(id + "." + time + "." + new String(body, StandardCharsets.UTF_8))).equals(signature)) {
            unsigned.add(id);
        }
        received.add(new Received(Json.MAPPER.readTree(body), taken));
        exchange.sendResponseHeaders(taken ? 204 : 503, -1);
        exchange.close();
    }

    private static String sign(String content) throws IOException {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Codes of the events that were taken, each event once, in the order in which they were first taken. */
    private List<String> takenCodes() {
        List<String> ids = new ArrayList<>();
        List<String> codes = new ArrayList<>();
        for (Received each : received) {
            String id = each.event().path("id").asText();
            if (each.taken() && !ids.contains(id)) {
                ids.add(id);
                codes.add(each.event().at("/data/code").asText());
            }
        }
        return codes;
    }

    /** Codes of what the audit trail says of rollouts, in order. */
    private static List<String> written(String brokers) throws IOException {
        TopicPartition audit = new TopicPartition(Topic.AUDIT.name(Topic.DEFAULT_PREFIX), 0);
        List<String> codes = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(audit));
            consumer.seekToBeginning(List.of(audit));
            long end = consumer.endOffsets(List.of(audit)).getOrDefault(audit, 0L);
            while (consumer.position(audit) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    codes.add(Json.MAPPER.readTree(record.value()).path("code").asText());
                }
            }
        }
        return codes.stream().filter(TOLD::contains).toList();
    }

    private static String tested(WholeSystem system) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI test = system.address.resolve("api/v1/notifications/targets/ops/test");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(test)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return Json.MAPPER.readTree(answer.body()).path("message").asText();
        }
    }
}
