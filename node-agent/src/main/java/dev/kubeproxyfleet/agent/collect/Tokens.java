package dev.kubeproxyfleet.agent.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Walks lines and blank-separated words of a proc file without making objects. Not thread-safe. */
final class Tokens {

    /** What a number parser returns for text that is none. */
    static final long BAD = -1;

    private static final int MAX_HEX_DIGITS = 16;

    /**
     * Eight bytes at once, the first the lowest: words and the padding between them are where a large table takes most of its
     * time, and where one byte at a time lets the processor guess wrong at the end of each. What is found so is only where to
     * go on byte by byte.
     */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EIGHT_SPACES = 0x2020202020202020L;
    private static final long EIGHT_AFTER_SPACE = 0x2121212121212121L;
    private static final long EIGHT_HIGH_BITS = 0x8080808080808080L;

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

    /** Where the line begins; to be asked before its first word. */
    int lineStart() {
        return position;
    }

    /** Goes on behind what was read otherwise. */
    void skipTo(int at) {
        position = at;
    }

    /** Whether the content has a line feed there. */
    boolean isLineFeed(int at) {
        return at < limit && bytes[at] == '\n';
    }

    /** Whether the first {@code length} bytes of {@link #eight} are there, with as many behind them as make eight. */
    boolean has(int at, long eight, int length) {
        int unused = Long.SIZE - length * Byte.SIZE;
        return at + Long.BYTES <= limit && ((long) EIGHT.get(bytes, at) ^ eight) << unused == 0;
    }

    /** The first eight bytes of a text, at most, the first the lowest. */
    static long eight(String text) {
        return (long) EIGHT.get(Arrays.copyOf(word(text), Math.max(Long.BYTES, text.length())), 0);
    }

    /** Unsigned decimal that fills its column from the left, up to the largest int, else {@link #BAD}. */
    long padded(int from, int to) {
        int i = from;
        long value = 0;
        while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
            value = value * 10 + (bytes[i++] - '0');
        }
        return i > from && value <= Integer.MAX_VALUE && areSpaces(i, to) ? value : BAD;
    }

    private boolean areSpaces(int from, int to) {
        int i = from;
        while (to - i > Long.BYTES) {
            if (!has(i, EIGHT_SPACES, Long.BYTES)) {
                return false;
            }
            i += Long.BYTES;
        }
        return i == to || has(i, EIGHT_SPACES, to - i);
    }

    boolean next() {
        start = skipBlanks(position);
        end = skipWord(start);
        position = end;
        return start < end;
    }

    private int skipBlanks(int from) {
        byte[] text = bytes;
        int i = from;
        while (i + Long.BYTES <= limit) {
            long others = (long) EIGHT.get(text, i) ^ EIGHT_SPACES;
            if (others != 0) {
                i += Long.numberOfTrailingZeros(others) / Byte.SIZE;
                break;
            }
            i += Long.BYTES;
        }
        while (i < limit && blank(text[i])) {
            i++;
        }
        return i;
    }

    private int skipWord(int from) {
        byte[] text = bytes;
        int i = from;
        while (i + Long.BYTES <= limit) {
            long eight = (long) EIGHT.get(text, i);
            // The highest bit of the first byte that is a space or less, and perhaps of others behind it.
            long low = (eight - EIGHT_AFTER_SPACE) & ~eight & EIGHT_HIGH_BITS;
            if (low != 0) {
                i += Long.numberOfTrailingZeros(low) / Byte.SIZE;
                break;
            }
            i += Long.BYTES;
        }
        while (i < limit && text[i] != '\n' && !blank(text[i])) {
            i++;
        }
        return i;
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
