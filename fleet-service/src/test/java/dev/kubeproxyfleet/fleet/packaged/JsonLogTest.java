package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.sandbox.FleetServiceProcess;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLogTest {

    private static final String SECRET = "a-token-that-no-log-shows";

    @TempDir
    Path folder;

    @Test
    void everyLineIsJsonWithTheKeysAsMembersAndNoSecret() throws Exception {
        Path log = folder.resolve("service.log");
        URI unused = URI.create("http://127.0.0.1:1/");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                FleetServiceProcess service = new FleetServiceProcess(
                        Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath(),
                        Map.of(
                                "kpfleet.log.json", "true",
                                "quarkus.log.category.\"dev.kubeproxyfleet\".level", "DEBUG",
                                "quarkus.http.port", "0",
                                "kafka.bootstrap.servers", broker.bootstrapServers(),
                                "kpfleet.kafka.state-dir",
                                        folder.resolve("streams").toString(),
                                "kpfleet.azure.endpoint", "https://127.0.0.1:1",
                                "kpfleet.azure.static-token", SECRET),
                        log,
                        unused);
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            service.start();
            await("the topics exist")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Files.exists(log) && Files.readString(log).contains("read model is complete"));
            producer.send(new ProducerRecord<>(
                            "kubeproxy.desired", "bad", "not json {".getBytes(StandardCharsets.UTF_8)))
                    .get();
            await("the refusal is logged")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> Files.readString(log).contains("rejected a record"));
        }

        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            lines.add(Json.MAPPER.readTree(line));
        }
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.fieldNames())
                        .toIterable()
                        .contains("timestamp", "level", "loggerName", "message"));
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("topic").asText()).isEqualTo("kubeproxy.desired");
            assertThat(line.path("partition").asInt(-1)).isZero();
            assertThat(line.path("offset").asLong(-1)).isZero();
            assertThat(line.path("code").isTextual()).isTrue();
        });
        assertThat(Files.readString(log)).doesNotContain(SECRET);
    }
}
