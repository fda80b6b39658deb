package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A span of each operation that is carried out, below the one that its record came with. Thread-safe. */
final class OperationTraces {

    private final Tracing tracing;
    private final String topic;

    /** Of the last record of each cluster, as the topic keeps it. */
    private final Map<String, Context> received = new ConcurrentHashMap<>();

    OperationTraces(Tracing tracing, String topic) {
        this.tracing = tracing;
        this.topic = topic;
    }

    void received(ConsumerRecord<String, byte[]> record) {
        if (!tracing.isOn()) {
            return;
        }
        if (record.value() == null) {
            received.remove(record.key());
        } else {
            received.put(record.key(), tracing.read(record.headers()));
        }
    }

    /** The partitions are others' from now on. */
    void clear() {
        received.clear();
    }

    /** Carries an operation out. */
    void during(Operation operation, Runnable task) {
        if (!tracing.isOn()) {
            task.run();
            return;
        }
        Span span = tracing.span(topic + " process", SpanKind.CONSUMER)
                .setParent(received.getOrDefault(operation.cluster(), Context.root()))
                .setAttribute(Attributes.MESSAGING_SYSTEM, "kafka")
                .setAttribute(Attributes.DESTINATION, topic)
                .setAttribute(Attributes.OPERATION_TYPE, "process")
                .setAttribute(Attributes.CONFIG, operation.config())
                .setAttribute(Attributes.ROLLOUT, operation.rollout())
                .setAttribute(Attributes.GENERATION, operation.generation())
                .setAttribute(Attributes.CLUSTER, operation.cluster())
                .setAttribute(Attributes.ATTEMPT, (long) operation.attempt())
                .startSpan();
        try (Scope _ = span.makeCurrent()) {
            task.run();
        } finally {
            span.end();
        }
    }

    /** Tells the current span how its operation has ended. */
    static void ended(Outcome.Result result) {
        Span span = Span.current();
        span.setAttribute(Attributes.OUTCOME, result.getClass().getSimpleName());
        if (result instanceof Outcome.Failed failed) {
            span.setStatus(StatusCode.ERROR, failed.code().toString());
        }
    }
}
