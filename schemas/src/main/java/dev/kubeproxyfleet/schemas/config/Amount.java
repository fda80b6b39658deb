package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A number of clusters, absolute ({@code 5}) or a share of them ({@code "25%"}).
 *
 * @param value clusters, or percent from 0 to 100
 */
public record Amount(int value, boolean percent) {

    public Amount {
        if (value < 0 || (percent && value > 100)) {
            throw new IllegalArgumentException("an amount is a whole number from 0, or a percentage from 0% to 100%");
        }
    }

    public static Amount of(int clusters) {
        return new Amount(clusters, false);
    }

    public static Amount percent(int percent) {
        return new Amount(percent, true);
    }

    /**
     * Reads {@code 5}, {@code "5"} or {@code "25%"}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    @JsonCreator
    public static Amount parse(Object written) {
        String text = written.toString().strip();
        boolean percent = text.endsWith("%");
        String digits = percent ? text.substring(0, text.length() - 1) : text;
        try {
            return new Amount(Integer.parseInt(digits), percent);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither a whole number nor a percentage such as \"25%\"", e);
        }
    }

    /** This share of {@code total}, rounded down: a small fleet is not granted what nobody allowed. */
    public int roundedDown(int total) {
        return percent ? (int) ((long) total * value / 100) : value;
    }

    @JsonValue
    public Object written() {
        return percent ? (Object) (value + "%") : (Object) value;
    }
}
