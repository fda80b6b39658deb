package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.topic.RejectionHeader;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/** Sends what cannot be taken to {@code rejected}: original key, bytes and headers, and why, as {@link RejectionHeader} says. */
final class Rejections {

    private static final Logger LOG = Logger.getLogger(Rejections.class);

    /** A message longer than this is cut: it may quote what was received. */
    private static final int MAX_MESSAGE_CHARACTERS = 2_000;

    private final ProcessorContext<Object, Object> context;

    Rejections(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    void reject(Record<byte[], byte[]> received, String code, String message, String path) {
        String why =
                message.length() <= MAX_MESSAGE_CHARACTERS ? message : message.substring(0, MAX_MESSAGE_CHARACTERS);
        Headers headers = new RecordHeaders(received.headers());
        add(headers, RejectionHeader.CODE, code);
        add(headers, RejectionHeader.MESSAGE, why);
        add(headers, RejectionHeader.PATH, path);
        context.recordMetadata().ifPresent(origin -> {
            add(headers, RejectionHeader.TOPIC, origin.topic());
            add(headers, RejectionHeader.PARTITION, Integer.toString(origin.partition()));
            add(headers, RejectionHeader.OFFSET, Long.toString(origin.offset()));
            LOG.warnf(
                    "rejected a record topic=%s partition=%d offset=%d code=%s: %s",
                    origin.topic(), origin.partition(), origin.offset(), code, why);
        });
        context.forward(
                new Record<>((Object) received.key(), (Object) received.value(), received.timestamp(), headers),
                ControllerTopology.sink(Topic.REJECTED));
    }

    private static void add(Headers headers, RejectionHeader name, String value) {
        headers.add(name.header(), value.getBytes(StandardCharsets.UTF_8));
    }
}
