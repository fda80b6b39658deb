package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.message.Operation;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Spans of what is decided about each event, and of each operation that is sent. What a timer decides begins a trace of its own, linked to
 * the publication of the config as long as that is in memory: no store knows of traces. Thread-safe.
 */
final class DecisionTraces {

    static final DecisionTraces OFF = new DecisionTraces(Tracing.OFF, "");

    /** Configs whose publication is remembered; of an older one a timer's trace has no link. */
    static final int MAX_PUBLICATIONS = 1_000;

    private static final String KAFKA = "kafka";

    private final Tracing tracing;
    private final String operations;
    private final Map<String, SpanContext> publications = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SpanContext> eldest) {
            return size() > MAX_PUBLICATIONS;
        }
    });

    /** @param operations full name of the topic */
    DecisionTraces(Tracing tracing, String operations) {
        this.tracing = tracing;
        this.operations = operations;
    }

    /** Decides below the span that the event came with. */
    void decide(ProcessorContext<?, ?> context, Record<?, FleetEvent> received, Runnable decision) {
        if (!tracing.isOn()) {
            decision.run();
            return;
        }
        String topic = context.recordMetadata().orElseThrow().topic();
        FleetEvent event = received.value();
        SpanBuilder builder = tracing.span(topic + " process", SpanKind.CONSUMER)
                .setParent(tracing.read(received.headers()))
                .setAttribute(Attributes.MESSAGING_SYSTEM, KAFKA)
                .setAttribute(Attributes.DESTINATION, topic)
                .setAttribute(Attributes.OPERATION_TYPE, "process");
        switch (event) {
            case FleetEvent.ConfigPublished published ->
                builder.setAttribute(Attributes.CONFIG, published.config().name());
            case FleetEvent.ConfigDeleted deleted -> builder.setAttribute(Attributes.CONFIG, deleted.name());
            case FleetEvent.CommandGiven given ->
                builder.setAttribute(Attributes.CONFIG, given.command().config());
            case FleetEvent.OutcomeReported(var outcome) ->
                builder.setAttribute(Attributes.CONFIG, outcome.config())
                        .setAttribute(Attributes.ROLLOUT, outcome.rollout())
                        .setAttribute(Attributes.GENERATION, outcome.generation())
                        .setAttribute(Attributes.CLUSTER, outcome.cluster());
            case FleetEvent.StrategyPublished _, FleetEvent.StrategyDeleted _ -> {}
        }
        Span span = builder.startSpan();
        if (event instanceof FleetEvent.ConfigPublished published) {
            publications.put(published.config().name(), span.getSpanContext());
        }
        during(span, decision);
    }

    /** Sends an operation below what is current, or, where a timer has decided, in a trace of its own. */
    void send(Operation operation, Runnable send) {
        if (!tracing.isOn()) {
            send.run();
            return;
        }
        SpanBuilder builder = tracing.span(operations + " send", SpanKind.PRODUCER)
                .setAttribute(Attributes.MESSAGING_SYSTEM, KAFKA)
                .setAttribute(Attributes.DESTINATION, operations)
                .setAttribute(Attributes.OPERATION_TYPE, "send")
                .setAttribute(Attributes.CONFIG, operation.config())
                .setAttribute(Attributes.ROLLOUT, operation.rollout())
                .setAttribute(Attributes.GENERATION, operation.generation())
                .setAttribute(Attributes.CLUSTER, operation.cluster());
        SpanContext publication = publications.get(operation.config());
        if (publication != null && !Span.current().getSpanContext().isValid()) {
            builder.addLink(publication);
        }
        during(builder.startSpan(), send);
    }

    /** Writes what is current to a record. */
    void write(Headers headers) {
        tracing.write(headers);
    }

    private static void during(Span span, Runnable task) {
        try (Scope _ = span.makeCurrent()) {
            task.run();
        } finally {
            span.end();
        }
    }
}
