package dev.kubeproxyfleet.fleet.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
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
    private final Vouchers vouchers;

    AnswerPublisher(Producer<byte[], byte[]> producer, String topic, Vouchers vouchers) {
        this.producer = producer;
        this.vouchers = vouchers;
        this.topic = topic;
    }

    /** Completes when all in-sync replicas have it; exceptionally when it may not have been written. */
    CompletableFuture<Void> give(Command answer) {
        CompletableFuture<Void> given = new CompletableFuture<>();
        try {
            byte[] key = answer.config().getBytes(StandardCharsets.UTF_8);
            byte[] value = Json.MAPPER.writeValueAsBytes(answer);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
            EventHeaders.write(record.headers(), Command.TYPE, answer.id(), SOURCE, answer.at());
            vouchers.issue(Statement.of(answer, key, value), answer.at())
                    .ifPresent(voucher -> EventHeaders.vouch(record.headers(), voucher));
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
