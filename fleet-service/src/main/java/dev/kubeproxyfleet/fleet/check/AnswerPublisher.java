package dev.kubeproxyfleet.fleet.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Writes answers to the topic {@code commands}, where everybody else's are. Thread-safe. */
final class AnswerPublisher implements AutoCloseable {

    private static final String SOURCE = "/fleet-service/check";
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    AnswerPublisher(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Completes when all in-sync replicas have it; exceptionally when it may not have been written. */
    CompletableFuture<Void> give(Command answer) {
        CompletableFuture<Void> given = new CompletableFuture<>();
        try {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic, answer.config().getBytes(StandardCharsets.UTF_8), Json.MAPPER.writeValueAsBytes(answer));
            EventHeaders.write(record.headers(), Command.TYPE, answer.id(), SOURCE, answer.at());
            var unused = producer.send(record, (_, failure) -> {
                if (failure == null) {
                    given.complete(null);
                } else {
                    given.completeExceptionally(failure);
                }
            });
        } catch (JsonProcessingException | KafkaException | IllegalStateException e) {
            given.completeExceptionally(e);
        }
        return given;
    }

    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
