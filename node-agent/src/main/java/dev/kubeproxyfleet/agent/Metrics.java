package dev.kubeproxyfleet.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The agent's own series, fixed in number, in Prometheus' text format. Register before the first {@link #text()}.
 *
 * <p>Source of the format: Prometheus, "Exposition formats", text format 0.0.4.
 */
final class Metrics {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private enum Type {
        COUNTER("counter"),
        GAUGE("gauge");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    private record Sample(String label, DoubleSupplier value) {}

    private record Series(String name, Type type, String help, List<Sample> samples) {}

    private final List<Series> series = new ArrayList<>();

    /** @param name ends in {@code _total} */
    void counter(String name, String help, DoubleSupplier value) {
        series.add(new Series(name, Type.COUNTER, help, List.of(new Sample("", value))));
    }

    /** @param value NaN if unknown */
    void gauge(String name, String help, DoubleSupplier value) {
        series.add(new Series(name, Type.GAUGE, help, List.of(new Sample("", value))));
    }

    /**
     * One series for each value that a label may have.
     *
     * @param values in the form of label values, without characters to escape
     */
    void gauges(String name, String help, String label, List<String> values, ToDoubleFunction<String> value) {
        series.add(new Series(
                name,
                Type.GAUGE,
                help,
                values.stream()
                        .map(it -> new Sample(
                                "{%s=\"%s\"}".formatted(label, it), (DoubleSupplier) () -> value.applyAsDouble(it)))
                        .toList()));
    }

    String text() {
        StringBuilder text = new StringBuilder(4096);
        for (Series one : series) {
            text.append("# HELP ").append(one.name).append(' ').append(one.help).append('\n');
            text.append("# TYPE ")
                    .append(one.name)
                    .append(' ')
                    .append(one.type.word)
                    .append('\n');
            for (Sample sample : one.samples) {
                text.append(one.name)
                        .append(sample.label)
                        .append(' ')
                        .append(sample.value.getAsDouble())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
