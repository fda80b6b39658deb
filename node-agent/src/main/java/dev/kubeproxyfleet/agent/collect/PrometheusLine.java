package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.Nullable;

/**
 * One sample of Prometheus' text format, without a timestamp: a name, labels in braces if there are any, a space, and a number.
 *
 * @param value NaN if it is no number
 */
record PrometheusLine(String name, String labels, double value) {

    /** The line of {@code text} from {@code start} to {@code end}, which is none of a comment. */
    static PrometheusLine of(String text, int start, int end) {
        int name = start;
        while (name < end && text.charAt(name) != '{' && text.charAt(name) != ' ') {
            name++;
        }
        int space = Math.max(name, text.lastIndexOf(' ', end - 1));
        return new PrometheusLine(
                text.substring(start, name), text.substring(name, space), number(text.substring(space, end)));
    }

    /** Value of a label; null if there is none of this name. */
    @Nullable
    String label(String label) {
        String begin = label + "=\"";
        int at = labels.indexOf(begin);
        while (at > 0 && labels.charAt(at - 1) != '{' && labels.charAt(at - 1) != ',') {
            at = labels.indexOf(begin, at + 1);
        }
        int end = at < 0 ? -1 : labels.indexOf('"', at + begin.length());
        return end < 0 ? null : labels.substring(at + begin.length(), end);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException unknown) {
            return Double.NaN;
        }
    }
}
