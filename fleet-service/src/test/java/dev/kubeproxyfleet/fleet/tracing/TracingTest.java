package dev.kubeproxyfleet.fleet.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {

    private final RecordedTraces traces = new RecordedTraces();

    @Test
    void aRecordCarriesTheSpanThatSentIt() {
        RecordHeaders headers = new RecordHeaders();
        Span sent = traces.tracing.span("send", SpanKind.PRODUCER).startSpan();
        try (Scope _ = sent.makeCurrent()) {
            traces.tracing.write(headers);
        }

        assertThat(new String(headers.lastHeader("traceparent").value(), UTF_8))
                .isEqualTo("00-" + sent.getSpanContext().getTraceId() + "-"
                        + sent.getSpanContext().getSpanId() + "-01");
        assertThat(Span.fromContext(traces.tracing.read(headers))
                        .getSpanContext()
                        .getSpanId())
                .isEqualTo(sent.getSpanContext().getSpanId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "00-0-0-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "\u0000\uffff"
            })
    void aContextThatCannotBeReadIsNone(String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", value.getBytes(UTF_8));
        headers.add("tracestate", null);

        assertThat(traces.tracing.read(headers)).isEqualTo(Context.root());
        assertThat(traces.tracing.read(new RecordHeaders())).isEqualTo(Context.root());
    }

    @Test
    void nothingIsWrittenWhereItIsOff() {
        RecordHeaders headers = new RecordHeaders();
        Span span = Tracing.OFF.span("send", SpanKind.PRODUCER).startSpan();
        try (Scope _ = span.makeCurrent()) {
            Tracing.OFF.write(headers);
        }

        assertThat(headers.toArray()).isEmpty();
        assertThat(span.isRecording()).isFalse();
        assertThat(Tracing.OFF.isOn()).isFalse();
        assertThat(traces.tracing.isOn()).isTrue();
    }

    @Test
    void pollingBeginsNoTrace() {
        traces.tracing.below("GET list_clusters", SpanKind.CLIENT).end();

        assertThat(traces.all()).isEmpty();
    }
}
