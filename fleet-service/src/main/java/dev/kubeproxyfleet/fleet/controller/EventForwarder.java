package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sends the controller's records to the sinks of their topics, as CloudEvents in binary mode. */
final class EventForwarder {

    static final String SOURCE = "/fleet-service/controller";

    private static final Logger LOG = Logger.getLogger(EventForwarder.class);

    private static final String ACTOR = "controller";
    private static final int MAX_BYTES_PER_CHARACTER = 3;
    private static final int MAX_SHOWN_KEY = 200;

    /** Of the attributes that every event carries. */
    private static final int HEADER_BYTES = 512;

    /** Makes a forwarder once a task's context is known. */
    interface Factory {
        EventForwarder create(ProcessorContext<String, byte[]> context);
    }

    private final ProcessorContext<String, byte[]> context;
    private final Supplier<String> ids;
    private final ControllerCounters counters;
    private final DecisionTraces traces;

    EventForwarder(
            ProcessorContext<String, byte[]> context,
            Supplier<String> ids,
            ControllerCounters counters,
            DecisionTraces traces) {
        this.context = context;
        this.ids = ids;
        this.counters = counters;
        this.traces = traces;
    }

    void operate(Operation operation) {
        traces.send(operation, () -> forward(Topic.OPERATIONS, operation.cluster(), operation));
    }

    void forward(Topic topic, String key, Object data) {
        try {
            byte[] value = Json.MAPPER.writeValueAsBytes(data);
            if (fits(topic, key, value)) {
                send(topic, key, value);
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    "a message that cannot be written: " + data.getClass().getName(), e);
        }
    }

    void tombstone(Topic topic, String key) {
        if (fits(topic, key, null)) {
            send(topic, key, null);
        }
    }

    /**
     * A record that its topic does not take would fail the transaction, and be made again after it, for ever. The limits on what comes in
     * keep every record below this; one that is not is left out, and that is on record.
     */
    private boolean fits(Topic topic, String key, byte @Nullable [] value) {
        int size = MAX_BYTES_PER_CHARACTER * key.length() + HEADER_BYTES + (value == null ? 0 : value.length);
        if (size <= Topic.WRITTEN_MAX_BYTES) {
            return true;
        }
        counters.countTooLarge(topic);
        String message = "a record for topic " + topic.suffix() + " with the key " + Limits.cut(key, MAX_SHOWN_KEY)
                + " was left out: with " + size + " bytes it is larger than the " + Topic.WRITTEN_MAX_BYTES
                + " that a topic takes";
        LOG.errorf("%s topic=%s code=%s", message, topic.suffix(), RecordReason.OutputTooLarge);
        if (topic != Topic.AUDIT) {
            AuditRecord audit = new AuditRecord(
                    null,
                    Limits.cut(key, Limits.MAX_NAME_LENGTH),
                    null,
                    null,
                    "Write",
                    ACTOR,
                    null,
                    AuditRecord.Verdict.Refused,
                    RecordReason.OutputTooLarge,
                    message,
                    Instant.ofEpochMilli(context.currentSystemTimeMs()));
            forward(Topic.AUDIT, audit.config(), audit);
        }
        return false;
    }

    private void send(Topic topic, String key, byte @Nullable [] value) {
        long now = context.currentSystemTimeMs();
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(
                headers, Objects.requireNonNull(topic.eventType()), ids.get(), SOURCE, Instant.ofEpochMilli(now));
        traces.write(headers);
        context.forward(new Record<>(key, value, now, headers), ControllerTopology.sink(topic));
    }
}
