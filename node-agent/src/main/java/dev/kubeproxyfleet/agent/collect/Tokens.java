package dev.kubeproxyfleet.agent.collect;

import java.nio.charset.StandardCharsets;

/** Walks lines and blank-separated words of a proc file without making objects. Not thread-safe. */
final class Tokens {

    /** What a number parser returns for text that is none. */
    static final long BAD = -1;

    private static final int MAX_HEX_DIGITS = 16;

    byte[] bytes = new byte[0];
    private int limit;
    private int nextLine;
    private int position;
    private int lineEnd;

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
        nextLine = 0;
        position = 0;
        lineEnd = 0;
    }

    boolean nextLine() {
        if (nextLine >= limit) {
            return false;
        }
        position = nextLine;
        int i = position;
        while (i < limit && bytes[i] != '\n') {
            i++;
        }
        lineEnd = i;
        terminated = i < limit;
        nextLine = i + 1;
        line++;
        return true;
    }

    boolean next() {
        int i = position;
        while (i < lineEnd && blank(bytes[i])) {
            i++;
        }
        start = i;
        while (i < lineEnd && !blank(bytes[i])) {
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
        if (end - start > MAX_HEX_DIGITS) {
            return BAD;
        }
        long value = hex(start, end);
        return value < 0 ? BAD : value;
    }

    /** All bytes of the range as hexadecimal digits, else {@link #BAD}. */
    long hex(int from, int to) {
        if (from >= to) {
            return BAD;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = hexDigit(bytes[i]);
            if (digit < 0) {
                return BAD;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    String text() {
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int hexDigit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
