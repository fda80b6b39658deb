package dev.kubeproxyfleet.schemas.message;

import org.jspecify.annotations.Nullable;

/**
 * Who asks for something, and why. Without a login both are notes and no proof. They end up in logs and in the audit
 * trail: on whatever way they come, control characters become spaces, and what is too long is cut.
 */
public final class Attribution {

    /** HTTP request header that names who asks. */
    public static final String ACTOR_HEADER = "X-Kpfleet-Actor";

    /** HTTP response header: seconds since Kafka last answered, where the service shows what it knew then; else left out. */
    public static final String DATA_AGE_HEADER = "Kpfleet-Data-Age";

    /** HTTP response header of a list: how many rows there are in all, on every page together. */
    public static final String TOTAL_HEADER = "Kpfleet-Total";

    /** HTTP response header of a list: how far the topics were read that it shows, to be given back as {@code since}. */
    public static final String POSITION_HEADER = "Kpfleet-Position";

    /** CloudEvents extension attribute that names the person or pipeline behind an event. */
    public static final String ACTOR_ATTRIBUTE = "kpfleetactor";

    /** The same for why. */
    public static final String REASON_ATTRIBUTE = "kpfleetreason";

    /** The same for how the service knows again what it has published for a caller of its API. */
    public static final String VOUCHER_ATTRIBUTE = "kpfleetvoucher";

    /** In characters (Unicode code points), like {@link #MAX_REASON_LENGTH}. */
    public static final int MAX_ACTOR_LENGTH = 128;

    public static final int MAX_REASON_LENGTH = 1_000;

    private static final String ANONYMOUS = "anonymous";

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Attribution() {}

    /** Who asks; {@code anonymous} where {@code text} names nobody. */
    public static String actor(@Nullable String text) {
        String actor = clean(text, MAX_ACTOR_LENGTH);
        return actor.isEmpty() ? ANONYMOUS : actor;
    }

    /** Why; null where {@code text} says nothing. */
    public static @Nullable String reason(@Nullable String text) {
        String reason = clean(text, MAX_REASON_LENGTH);
        return reason.isEmpty() ? null : reason;
    }

    /** Whether it ends a line, or makes a text look like another one, as marks of direction do. Joiners belong to some scripts. */
    private static boolean misleads(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER;
            default -> false;
        };
    }

    private static String clean(@Nullable String text, int maxLength) {
        return text == null
                ? ""
                : text.codePoints()
                        .map(each -> misleads(each) ? ' ' : each)
                        .dropWhile(Character::isWhitespace)
                        .limit(maxLength)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                        .strip();
    }
}
