package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.kafka.Rejection;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.topic.Topic;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/** Sends what cannot be taken to {@code rejected}: original key, bytes and headers, cut where they are too large, and why, as {@link Rejection} says. */
final class Rejections {

    private static final Logger LOG = Logger.getLogger(Rejections.class);

    private final ProcessorContext<Object, Object> context;

    Rejections(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    void reject(Record<byte[], byte[]> received, ReasonCode code, String message, String path) {
        RecordMetadata origin = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a source topic without a position"));
        Rejection rejection = new Rejection(code, message, path, origin.topic(), origin.partition(), origin.offset());
        LOG.warnf(
                "rejected a record topic=%s partition=%d offset=%d code=%s: %s",
                origin.topic(), origin.partition(), origin.offset(), code, rejection.message());
        Rejection.Kept kept = rejection.keep(received.key(), received.value(), received.headers());
        context.forward(
                new Record<>((Object) kept.key(), (Object) kept.value(), received.timestamp(), kept.headers()),
                ControllerTopology.sink(Topic.REJECTED));
    }
}
