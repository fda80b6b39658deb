package dev.kubeproxyfleet.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

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

    private record Series(String name, Type type, String help, DoubleSupplier value) {}

    private final List<Series> series = new ArrayList<>();

    /** @param name ends in {@code _total} */
    void counter(String name, String help, DoubleSupplier value) {
        series.add(new Series(name, Type.COUNTER, help, value));
    }

    /** @param value NaN if unknown */
    void gauge(String name, String help, DoubleSupplier value) {
        series.add(new Series(name, Type.GAUGE, help, value));
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
            text.append(one.name).append(' ').append(one.value.getAsDouble()).append('\n');
        }
        return text.toString();
    }
}
