package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Publishes CloudEvents in binary mode. Thread-safe. */
public final class CloudEventPublisher {

    /** A tombstone of it says nothing to whoever reads: nobody has a record under this key. */
    private static final String MARK = "mark";

    private final Producer<String, byte[]> producer;
    private final Function<Topic, String> topicName;
    private final Supplier<String> ids;
    private final InstantSource clock;
    private final String source;
    private final Tracing tracing;

    /** @param source the CloudEvents attribute, a URI reference */
    CloudEventPublisher(
            Producer<String, byte[]> producer,
            Function<Topic, String> topicName,
            Supplier<String> ids,
            InstantSource clock,
            String source,
            Tracing tracing) {
        this.producer = producer;
        this.topicName = topicName;
        this.ids = ids;
        this.clock = clock;
        this.source = source;
        this.tracing = tracing;
    }

    /**
     * @param value null for a tombstone
     * @return completes when all in-sync replicas have it; exceptionally when it may not have been written
     */
    public CompletableFuture<Void> publish(Topic topic, String key, String type, @Nullable Object value) {
        try {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                    topicName.apply(topic), key, value == null ? null : Json.MAPPER.writeValueAsBytes(value));
            if (value != null) {
                EventHeaders.write(record.headers(), type, ids.get(), source, clock.instant());
                tracing.write(record.headers());
            }
            return send(record, _ -> null);
        } catch (JsonProcessingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Marks the present end of a partition. Whoever has read committed records beyond the mark has read all that was written before it:
     * a leader that others have replaced does not get it, and no transaction that began before it is open any more.
     *
     * @return its offset, once all in-sync replicas have it; exceptionally when they may not
     */
    CompletableFuture<Long> mark(Topic topic, int partition) {
        return send(new ProducerRecord<>(topicName.apply(topic), partition, MARK, null), RecordMetadata::offset);
    }

    private <T> CompletableFuture<T> send(
            ProducerRecord<String, byte[]> record, Function<RecordMetadata, @Nullable T> answer) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    done.complete(answer.apply(metadata));
                } else {
                    done.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
