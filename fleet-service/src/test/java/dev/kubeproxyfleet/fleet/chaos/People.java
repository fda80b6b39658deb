package dev.kubeproxyfleet.fleet.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Those who publish and steer, by REST at one replica after the other and by a producer of their own. They remember what they were
 * told has been taken; a request that nobody answers may have been taken or not.
 */
final class People implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(15);

    /** {@code maxConcurrent} of each stage but the first, which is one cluster. */
    static final int MAX_CONCURRENT = 2;

    private static final String DOCUMENT = """
            {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "%s"},
             "spec": {"kubeProxy": {"mode": "%s", "ipvsConfig": {"scheduler": "LeastConnection", "tcpTimeoutSeconds": %d}},
                      "selector": {"clusters": [%s]},
                      "strategy": {"deadline": "PT12H", "stages": [{"name": "canary", "selector": {"clusters": ["%s"]}},
                                                                   {"name": "rest", "maxConcurrent": %d}]}}}
            """;

    private final World world;
    private final InstantSource clock;
    private final HttpClient client = HttpClient.newHttpClient();
    private final KafkaProducer<String, byte[]> producer;
    private final Map<String, ProducerRecord<String, byte[]>> lastEvents = new HashMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger notTaken = new AtomicInteger();
    private int requests;

    People(World world, InstantSource clock) {
        this.world = world;
        this.clock = clock;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", world.brokers.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Ids of the events and commands that somebody was told have been taken. */
    Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** Requests and records that were refused, or of which nobody was told anything. */
    int notTaken() {
        return notTaken.get();
    }

    void act(Deed deed) throws InterruptedException, IOException {
        switch (deed) {
            case Deed.Publish(int config, int timeout, Deed.Way way) ->
                publish(World.config(config), document(World.config(config), "IPVS", timeout), way);
            case Deed.PublishNonsense(int config, Deed.Way way) ->
                publish(World.config(config), document(World.config(config), "SIDEWAYS", 1), way);
            case Deed.PublishAgain(int config) -> {
                ProducerRecord<String, byte[]> last = lastEvents.get(World.config(config));
                if (last != null) {
                    send(new ProducerRecord<>(last.topic(), null, last.key(), last.value(), last.headers()));
                }
            }
            case Deed.Steer(int config, Command.Action action, Deed.Way way) ->
                steer(World.config(config), action, way);
        }
    }

    private String document(String config, String mode, int timeout) {
        String clusters = world.configs.getOrDefault(config, List.of()).stream()
                .map(id -> '"' + id + '"')
                .collect(Collectors.joining(","));
        return DOCUMENT.formatted(config, mode, timeout, clusters, world.canary(config), MAX_CONCURRENT);
    }

    private void publish(String config, String document, Deed.Way way) throws InterruptedException, IOException {
        byte[] value = document.getBytes(StandardCharsets.UTF_8);
        String topic = Topic.DESIRED.name(Topic.DEFAULT_PREFIX);
        switch (way) {
            case REST -> request("PUT", "api/v1/configs/" + config, value);
            case BARE -> send(new ProducerRecord<>(topic, config, value));
            case EVENT -> {
                ProducerRecord<String, byte[]> event =
                        new ProducerRecord<>(topic, null, config, value, headers(Topic.DESIRED, id()));
                lastEvents.put(config, event);
                send(event);
            }
        }
    }

    private void steer(String config, Command.Action action, Deed.Way way) throws InterruptedException, IOException {
        switch (way) {
            case REST ->
                request(
                        "POST",
                        "api/v1/rollouts/" + config + "/" + action.name().toLowerCase(Locale.ROOT),
                        "{}".getBytes(StandardCharsets.UTF_8));
            case EVENT, BARE -> {
                String id = id();
                Command command = new Command(id, config, null, action, "somebody", null, clock.instant());
                send(new ProducerRecord<>(
                        Topic.COMMANDS.name(Topic.DEFAULT_PREFIX),
                        null,
                        config,
                        Json.MAPPER.writeValueAsBytes(command),
                        headers(Topic.COMMANDS, id)));
            }
        }
    }

    private String id() {
        return "asked-" + ++requests;
    }

    private RecordHeaders headers(Topic topic, String id) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, String.valueOf(topic.eventType()), id, "/people", clock.instant());
        return headers;
    }

    private void send(ProducerRecord<String, byte[]> record) {
        var ceId = record.headers().lastHeader("ce_id");
        var _ = producer.send(record, (written, failure) -> {
            if (failure == null) {
                acknowledged.add(
                        ceId == null
                                ? written.topic() + "-" + written.partition() + "-" + written.offset()
                                : new String(ceId.value(), StandardCharsets.UTF_8));
            } else {
                notTaken.incrementAndGet();
            }
        });
    }

    /** Returns whether somebody was told that it was taken. */
    private boolean request(String method, String path, byte[] body) throws InterruptedException {
        Replica replica = world.replicas.get(++requests % world.replicas.size());
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(replica.address.resolve(path))
                            .timeout(ANSWER)
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    HttpRequest.BodyPublishers.ofString(new String(body, StandardCharsets.UTF_8)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode id = Json.MAPPER.readTree(answer.body()).path("requestId");
            if (answer.statusCode() == 503 || id.isMissingNode()) {
                notTaken.incrementAndGet();
                return false;
            }
            acknowledged.add(id.asText());
            return true;
        } catch (IOException e) {
            notTaken.incrementAndGet();
            return false;
        }
    }

    /** Publishes by REST; returns whether that was acknowledged. */
    boolean publish(String config, int timeout) throws InterruptedException {
        return request(
                "PUT",
                "api/v1/configs/" + config,
                document(config, "IPVS", timeout).getBytes(StandardCharsets.UTF_8));
    }

    /** Answer of a replica. */
    JsonNode get(Replica replica, String path) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(client.send(
                        HttpRequest.newBuilder(replica.address.resolve(path))
                                .timeout(ANSWER)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Override
    public void close() {
        producer.close(ANSWER);
        client.close();
    }
}
