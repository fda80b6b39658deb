package dev.kubeproxyfleet.fleet.selfcheck;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How one thing was found that the service needs.
 *
 * @param text names the thing and, unless it is as needed, what to do; of one line, without secrets
 */
public record Finding(Status status, String text) {

    /** Kinds of findings, the worst first. */
    public enum Status {
        /** The setting cannot be used, whatever else is done. */
        INVALID,
        /** It is not there, or not as needed. */
        MISSING,
        /** Nobody can tell before the service works. */
        UNKNOWN,
        OK;

        /** As it is printed. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern NOT_OF_ONE_LINE = Pattern.compile("\\p{Cntrl}+");

    public Finding {
        text = NOT_OF_ONE_LINE.matcher(text).replaceAll(" ").strip();
    }

    public static Finding ok(String text) {
        return new Finding(Status.OK, text);
    }

    public static Finding missing(String text) {
        return new Finding(Status.MISSING, text);
    }

    public static Finding unknown(String text) {
        return new Finding(Status.UNKNOWN, text);
    }

    public static Finding invalid(String text) {
        return new Finding(Status.INVALID, text);
    }
}
