package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad records on every topic, packed so that the broker takes them; a rollout ends as it should, and so it does after a restart. */
class HostileSystemTest {

    private static final int COUNT = 300;
    private static final long SEED = 19;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: %s } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                stages:
                  - { name: canary, size: 1 }
                  - { name: rest, maxConcurrent: 10 }
            """;

    /** Nothing that a reader of this topic would take for its own: it is made of a document of another kind. */
    private static final Valid FOREIGN = new Valid(
            "hostile",
            "{\"config\":null,\"stages\":[],\"id\":\"hostile\",\"list\":[{\"a\":1}]}".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    @Test
    void everyTopicMayHoldAnything() throws Exception {
        try (WholeSystem system = new WholeSystem(folder)) {
            for (Topic topic : Topic.values()) {
                flood(system, topic);
            }
            system.publish("prod-ipvs", CONFIG.formatted("LeastConnection"));
            succeeds(system, "prod-ipvs.1");
            assertThat(system.health("live")).contains("\"status\": \"UP\"");

            system.service.kill();
            system.awaitReady();
            system.publish("prod-ipvs", CONFIG.formatted("RoundRobin"));
            succeeds(system, "prod-ipvs.2");
        }
        assertThat(Files.readString(folder.resolve("fleet-service.log")))
                .doesNotContain("starts again from its last commit")
                .doesNotContain("read model failed");
    }

    private static void succeeds(WholeSystem system, String rollout) {
        await(rollout + " to end")
                .atMost(PATIENCE)
                .until(() ->
                        system.rollout(rollout).at("/rollout/state").asText().equals("Succeeded"));
    }

    private static void flood(WholeSystem system, Topic topic) throws Exception {
        List<Hostile> records = HostileRecords.json(SEED, COUNT, FOREIGN);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        system.brokers,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "gzip",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        16 * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (Hostile record : records) {
                var unused = producer.send(new ProducerRecord<>(
                        topic.name(Topic.DEFAULT_PREFIX), null, record.key(), record.value(), record.headers()));
            }
            var huge = producer.send(new ProducerRecord<>(
                    topic.name(Topic.DEFAULT_PREFIX),
                    "hostile".getBytes(StandardCharsets.UTF_8),
                    "x".repeat(3_000_000).getBytes(StandardCharsets.UTF_8)));
            assertThat(huge.get().hasOffset())
                    .as("three megabytes on %s, packed", topic)
                    .isTrue();
        }
    }
}
