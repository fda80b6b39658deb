package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.ConnectionStates;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the states of {@code /proc/net/ip_vs_conn}. Rows hold the addresses of clients: nothing of one is kept but its
 * protocol and its state. Not thread-safe; reused from read to read.
 *
 * <p>Rows come in the order of the kernel's hash, whose seed is random, so that the start of the file is a fair sample. It is also
 * the budget: kernels before 6.14 walk all rows before the current page for each page, so that reading the whole of a large
 * table costs the square of its size, and reading the first {@link #MAX_BYTES} a constant.
 *
 * <p>Source: kernel {@code ip_vs_conn_seq_show}; state is the eighth column, with or without the columns of a persistence
 * engine behind it.
 */
final class ConnectionSample {

    /** Some 13,000 connections. */
    static final int MAX_BYTES = 1024 * 1024;

    /** The kernel has some 30 pairs of protocol and state. */
    static final int MAX_STATES = 64;

    private static final int MAX_WORD = 15;
    private static final int CLIENT_PORT_COLUMN = 3;
    private static final int STATE_COLUMN = 8;
    private static final byte[] NO_PORT = Tokens.word("0000");
    private static final byte[] FIRST_WORD = Tokens.word("Pro");

    private final Tokens tokens = new Tokens();
    private final byte[][] words = new byte[MAX_STATES][];
    private final int[] numbers = new int[MAX_STATES];
    private int known;
    private boolean isTable;
    private int connections;
    private int templates;

    /** Forgets what was counted before. */
    void begin() {
        tokens.line = 0;
        known = 0;
        isTable = false;
        connections = 0;
        templates = 0;
    }

    /** Counts the next piece of the table: whole lines, but for the last piece. */
    void next(byte[] bytes, int length) {
        tokens.resume(bytes, length);
        while (tokens.nextLine() && tokens.terminated) {
            if (tokens.line == 1) {
                isTable = tokens.next() && tokens.is(FIRST_WORD);
            } else if (isTable) {
                row();
            }
        }
    }

    private void row() {
        if (!tokens.next()) {
            return;
        }
        int protocolStart = tokens.start;
        int protocolEnd = tokens.end;
        boolean template = false;
        int column = 1;
        while (column < STATE_COLUMN && tokens.next()) {
            column++;
            template |= column == CLIENT_PORT_COLUMN && tokens.is(NO_PORT);
        }
        if (column < STATE_COLUMN || tokens.end - tokens.start > MAX_WORD) {
            return;
        }
        if (template) {
            templates++;
            return;
        }
        connections++;
        int state = indexOf(words, known, tokens, protocolStart, protocolEnd);
        if (state < 0 && known < MAX_STATES && protocolEnd - protocolStart <= MAX_WORD) {
            state = known++;
            words[state] = key(tokens, protocolStart, protocolEnd);
            numbers[state] = 0;
        }
        if (state >= 0) {
            numbers[state]++;
        }
    }

    /**
     * What was counted; null if this was no connection table.
     *
     * @param complete whether it was the whole table
     */
    @Nullable
    ConnectionStates states(boolean complete) {
        if (!isTable) {
            return null;
        }
        Map<String, Integer> states = new HashMap<>();
        for (int i = 0; i < known; i++) {
            states.put(new String(words[i], StandardCharsets.US_ASCII), numbers[i]);
        }
        return new ConnectionStates(complete, connections, templates, states);
    }

    private static byte[] key(Tokens tokens, int protocolStart, int protocolEnd) {
        int protocol = protocolEnd - protocolStart;
        int state = tokens.end - tokens.start;
        byte[] key = new byte[protocol + 1 + state];
        System.arraycopy(tokens.bytes, protocolStart, key, 0, protocol);
        key[protocol] = ':';
        System.arraycopy(tokens.bytes, tokens.start, key, protocol + 1, state);
        return key;
    }

    private static int indexOf(byte[][] words, int known, Tokens tokens, int protocolStart, int protocolEnd) {
        int protocol = protocolEnd - protocolStart;
        int state = tokens.end - tokens.start;
        for (int i = 0; i < known; i++) {
            byte[] word = words[i];
            if (word.length == protocol + 1 + state
                    && word[protocol] == ':'
                    && same(word, 0, tokens.bytes, protocolStart, protocol)
                    && same(word, protocol + 1, tokens.bytes, tokens.start, state)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean same(byte[] a, int from, byte[] b, int start, int length) {
        return Arrays.equals(a, from, from + length, b, start, start + length);
    }
}
