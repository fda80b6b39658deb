package dev.kubeproxyfleet.fleet.api;

import org.jspecify.annotations.Nullable;

/** Who asks and why, as the caller says; there is no login yet, so it is a note and no proof. */
final class Actor {

    static final String HEADER = "X-Kpfleet-Actor";
    static final String ANONYMOUS = "anonymous";
    static final int MAX_LENGTH = 128;

    private Actor() {}

    /** The name without control characters, cut to {@value #MAX_LENGTH}. */
    static String of(@Nullable String header) {
        if (header == null) {
            return ANONYMOUS;
        }
        String printable = printable(header, MAX_LENGTH);
        return printable.isEmpty() ? ANONYMOUS : printable;
    }

    /** The reason without control characters, cut to what the audit keeps; null if nothing is left. */
    static @Nullable String reason(@Nullable String parameter) {
        String printable = parameter == null ? "" : printable(parameter, SteeringBody.MAX_REASON_LENGTH);
        return printable.isEmpty() ? null : printable;
    }

    private static String printable(String text, int maxLength) {
        return text.codePoints()
                .filter(each -> !Character.isISOControl(each))
                .limit(maxLength)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }
}
