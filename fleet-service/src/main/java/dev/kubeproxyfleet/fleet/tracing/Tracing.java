package dev.kubeproxyfleet.fleet.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Begins spans, and hands their context on in the headers of records (W3C Trace Context). Where tracing is off, no span is recorded and
 * no header written. Thread-safe; the current context is that of the thread.
 */
public final class Tracing {

    /** Nothing is traced. */
    public static final Tracing OFF = new Tracing(OpenTelemetry.noop());

    private static final String SCOPE = "dev.kubeproxyfleet";

    private final boolean isOn;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    public Tracing(OpenTelemetry openTelemetry) {
        this.isOn = openTelemetry != OpenTelemetry.noop();
        this.tracer = openTelemetry.getTracer(SCOPE);
        this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
    }

    public boolean isOn() {
        return isOn;
    }

    /** A span to be started; what is current is its parent. */
    public SpanBuilder span(String name, SpanKind kind) {
        return tracer.spanBuilder(name).setSpanKind(kind);
    }

    /** A started span below the current one; none where nothing is under way, so that polling begins no traces. */
    public Span below(String name, SpanKind kind) {
        return Span.current().getSpanContext().isValid() ? span(name, kind).startSpan() : Span.getInvalid();
    }

    /** Writes the current context. */
    public void write(Headers headers) {
        propagator.inject(
                Context.current(),
                headers,
                (_, name, value) -> headers.remove(name).add(name, value.getBytes(UTF_8)));
    }

    /** The context that a record came with; the root where it has none that can be read. */
    public Context read(Headers headers) {
        return read(name -> {
            Header header = headers.lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
        });
    }

    /** As {@link #read(Headers)}, of headers of HTTP. */
    public Context read(Function<String, @Nullable String> headers) {
        return propagator.extract(Context.root(), headers, Lookup.INSTANCE);
    }

    private enum Lookup implements TextMapGetter<Function<String, @Nullable String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(Function<String, @Nullable String> carrier) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> carrier, String name) {
            return carrier == null ? null : carrier.apply(name);
        }
    }
}
