package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes CloudEvents in binary mode to {@code desired} and {@code commands}, acknowledged by every in-sync replica. */
@ApplicationScoped
class KafkaEventPublisher implements EventPublisher {

    /** Plain configurations have no field for who published them, and why. */
    private static final String ACTOR_HEADER = "ce_" + Attribution.ACTOR_ATTRIBUTE;

    private static final String REASON_HEADER = "ce_" + Attribution.REASON_ATTRIBUTE;

    private static final int MAX_BLOCK_MILLIS = 4_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 4_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 8_000;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final Vouchers vouchers;
    private final Tracing tracing;
    private final Producer<byte[], byte[]> producer;

    @Inject
    KafkaEventPublisher(KafkaClients clients, Vouchers vouchers, Tracing tracing) {
        this(
                clients,
                vouchers,
                tracing,
                new KafkaProducer<>(properties(clients), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    KafkaEventPublisher(KafkaClients clients, Vouchers vouchers, Tracing tracing, Producer<byte[], byte[]> producer) {
        this.clients = clients;
        this.vouchers = vouchers;
        this.tracing = tracing;
        this.producer = producer;
    }

    private static Map<String, Object> properties(KafkaClients clients) {
        Map<String, Object> properties = clients.producer("api");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        return properties;
    }

    @Override
    public void desire(String key, @Nullable JsonNode document, Asked asked) throws IOException {
        byte[] value = document == null ? null : Json.MAPPER.writeValueAsBytes(document);
        ProducerRecord<byte[], byte[]> record =
                record(Topic.DESIRED, key, value, asked.source(), asked.id(), asked.at());
        record.headers().add(ACTOR_HEADER, asked.actor().getBytes(StandardCharsets.UTF_8));
        if (asked.reason() != null) {
            record.headers().add(REASON_HEADER, asked.reason().getBytes(StandardCharsets.UTF_8));
        }
        Statement statement = new Statement(
                Topic.DESIRED, record.key(), value, asked.source(), asked.id(), asked.actor(), asked.reason());
        send(record, statement, asked.at());
    }

    @Override
    public void command(Command command) throws IOException {
        byte[] value = Json.MAPPER.writeValueAsBytes(command);
        ProducerRecord<byte[], byte[]> record =
                record(Topic.COMMANDS, command.config(), value, SOURCE, command.id(), command.at());
        send(record, Statement.of(command, record.key(), value), command.at());
    }

    @PreDestroy
    void close() {
        producer.close(CLOSE_PATIENCE);
    }

    private ProducerRecord<byte[], byte[]> record(
            Topic topic, String key, byte @Nullable [] value, String source, String id, Instant at) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(clients.name(topic), key.getBytes(StandardCharsets.UTF_8), value);
        EventHeaders.write(record.headers(), Objects.requireNonNull(topic.eventType()), id, source, at);
        return record;
    }

    private void send(ProducerRecord<byte[], byte[]> record, Statement statement, Instant at) throws IOException {
        vouchers.issue(statement, at).ifPresent(voucher -> EventHeaders.vouch(record.headers(), voucher));
        Span span = tracing.below(record.topic() + " send", SpanKind.PRODUCER)
                .setAttribute(Attributes.MESSAGING_SYSTEM, "kafka")
                .setAttribute(Attributes.DESTINATION, record.topic())
                .setAttribute(Attributes.OPERATION_TYPE, "send");
        try (Scope _ = span.makeCurrent()) {
            tracing.write(record.headers());
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw notTaken(record.topic(), Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while Kafka took the request");
        } catch (KafkaException e) {
            throw notTaken(record.topic(), e);
        } finally {
            span.end();
        }
    }

    private static IOException notTaken(String topic, Throwable cause) {
        return new IOException(
                "Kafka did not take the request on topic " + topic + ": " + cause.getMessage()
                        + "; check that the brokers run and that the service may write there, then ask again",
                cause);
    }
}
