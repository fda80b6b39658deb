package dev.kubeproxyfleet.agent.collect;

import java.nio.charset.StandardCharsets;

/** Walks lines and blank-separated words of a proc file without making objects. Not thread-safe. */
final class Tokens {

    /** What a number parser returns for text that is none. */
    static final long BAD = -1;

    private static final int MAX_HEX_DIGITS = 16;

    /** Before the first line. */
    private static final int NOWHERE = -1;

    /** Value of a character as a hexadecimal digit, {@link #BAD} of any other. */
    private static final byte[] HEX_DIGITS = new byte[256];

    static {
        for (int character = 0; character < HEX_DIGITS.length; character++) {
            HEX_DIGITS[character] = (byte) Character.digit(character, 16);
        }
    }

    byte[] bytes = new byte[0];
    private int limit;
    /** Behind the last line feed. */
    private int lastTerminated;
    /** Behind the last word of the current line. */
    private int position;

    /** Of the current word. */
    int start;

    int end;

    /** Counted from 1. */
    int line;

    /** Whether the current line ends in a line feed. */
    boolean terminated;

    void reset(byte[] content, int length) {
        line = 0;
        resume(content, length);
    }

    /** Goes on with the lines of {@code content}, which are counted on. */
    void resume(byte[] content, int length) {
        bytes = content;
        limit = length;
        lastTerminated = length;
        while (lastTerminated > 0 && content[lastTerminated - 1] != '\n') {
            lastTerminated--;
        }
        position = NOWHERE;
    }

    boolean nextLine() {
        byte[] text = bytes;
        int i = position;
        while (i >= 0 && i < limit && text[i] != '\n') {
            i++;
        }
        if (i + 1 >= limit) {
            position = limit;
            return false;
        }
        position = i + 1;
        terminated = position < lastTerminated;
        line++;
        return true;
    }

    boolean next() {
        // Words are found and lines ended in one pass: it is where a large table takes most of its time.
        byte[] text = bytes;
        int last = limit;
        int i = position;
        while (i < last && blank(text[i])) {
            i++;
        }
        start = i;
        while (i < last && text[i] != '\n' && !blank(text[i])) {
            i++;
        }
        end = i;
        position = i;
        return start < end;
    }

    boolean is(byte[] word) {
        int length = end - start;
        if (length != word.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** Unsigned decimal up to {@code max}, else {@link #BAD}. */
    long decimal(long max) {
        return decimal(start, end, max);
    }

    long decimal(int from, int to, long max) {
        if (from >= to) {
            return BAD;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (max - digit) / 10) {
                return BAD;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Hexadecimal of 1 to 16 digits and less than 2^63, else {@link #BAD}. */
    long hex() {
        return end - start > MAX_HEX_DIGITS ? BAD : hex(start, end);
    }

    /** All bytes of the range, at most 16, as hexadecimal digits of a number less than 2^63, else {@link #BAD}. */
    long hex(int from, int to) {
        long value = from < to ? 0 : BAD;
        for (int i = from; i < to; i++) {
            // What is no digit makes it negative for good.
            value = value << 4 | HEX_DIGITS[bytes[i] & 0xFF];
        }
        return value < 0 ? BAD : value;
    }

    String text() {
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean blank(byte b) {
        return b <= ' ' && (b == ' ' || b == '\t' || b == '\r');
    }
}
