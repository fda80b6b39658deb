package dev.kubeproxyfleet.schemas.limit;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The longest texts, in characters, that the fleet takes from a topic and hands on. Each ends up in records and stores that
 * hold several of them, and a record that its topic does not take would stop everything behind it.
 */
public final class Limits {

    /** Name of a config or strategy: a DNS label (RFC 1123). */
    public static final int MAX_NAME_LENGTH = 63;

    /** Id of an event or command; 32 of them are remembered with each config. */
    public static final int MAX_ID_LENGTH = 256;

    /** CloudEvents attribute {@code source}, remembered with the id. */
    public static final int MAX_SOURCE_LENGTH = 512;

    /** ARM resource id of a managed cluster: its parts have at most 36, 90 and 63 characters. */
    public static final int MAX_RESOURCE_ID_LENGTH = 512;

    /** Reason code, Azure's own ones among them. */
    public static final int MAX_CODE_LENGTH = 128;

    /** One sentence for people, Azure's own words among them. */
    public static final int MAX_MESSAGE_LENGTH = 4_000;

    /** A time before or after these is no time that anything of the fleet happens at, and cannot be reckoned with. */
    public static final Instant EARLIEST = Instant.EPOCH;

    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Limits() {}

    /** Whether something can have this name. */
    public static boolean isName(String text) {
        return text.length() <= MAX_NAME_LENGTH && NAME.matcher(text).matches();
    }

    /** Whether it is a text of at most so many characters without control characters. */
    public static boolean isText(String text, int maxLength) {
        return text.length() <= maxLength && text.chars().noneMatch(Character::isISOControl);
    }

    /** @throws IllegalArgumentException if it is not such a text */
    public static void checkText(String what, String text, int maxLength) {
        if (!isText(text, maxLength)) {
            throw new IllegalArgumentException(
                    what + " has control characters, or more than the " + maxLength + " characters that are allowed");
        }
    }

    /** @throws IllegalArgumentException if it is not between {@link #EARLIEST} and {@link #LATEST} */
    public static void checkTime(String what, Instant time) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException(what + " is not between " + EARLIEST + " and " + LATEST);
        }
    }

    /** At most so many characters of {@code text}; what is cut ends in an ellipsis. */
    public static String cut(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = maxLength - 1;
        // Not between the halves of a surrogate pair.
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
