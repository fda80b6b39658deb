package dev.kubeproxyfleet.fleet.api;

import org.jspecify.annotations.Nullable;

/** Who asks, as the caller says; there is no login yet, so it is a note and no proof. */
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
        String printable = header.codePoints()
                .filter(each -> !Character.isISOControl(each))
                .limit(MAX_LENGTH)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return printable.isEmpty() ? ANONYMOUS : printable;
    }
}
