package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends the controller's records to the sinks of their topics, as CloudEvents in binary mode. */
final class EventForwarder {

    static final String SOURCE = "/fleet-service/controller";

    /** Makes a forwarder once a task's context is known. */
    interface Factory {
        EventForwarder create(ProcessorContext<String, byte[]> context);
    }

    private final ProcessorContext<String, byte[]> context;
    private final Supplier<String> ids;

    EventForwarder(ProcessorContext<String, byte[]> context, Supplier<String> ids) {
        this.context = context;
        this.ids = ids;
    }

    void forward(Topic topic, String key, Object data) {
        try {
            send(topic, key, Json.MAPPER.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    "a message that cannot be written: " + data.getClass().getName(), e);
        }
    }

    void tombstone(Topic topic, String key) {
        send(topic, key, null);
    }

    private void send(Topic topic, String key, byte @Nullable [] value) {
        long now = context.currentSystemTimeMs();
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(
                headers, Objects.requireNonNull(topic.eventType()), ids.get(), SOURCE, Instant.ofEpochMilli(now));
        context.forward(new Record<>(key, value, now, headers), ControllerTopology.sink(topic));
    }
}
