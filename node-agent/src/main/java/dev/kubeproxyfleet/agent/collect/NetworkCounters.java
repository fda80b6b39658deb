package dev.kubeproxyfleet.agent.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Parsers of the counters that exist in every proxy mode. Each returns null for what it cannot find. */
final class NetworkCounters {

    private NetworkCounters() {}

    /** The only number of a file such as {@code nf_conntrack_max}. */
    static @Nullable Long number(Tokens tokens, ProcBuffer buffer) {
        tokens.reset(buffer.bytes(), buffer.length());
        return tokens.nextLine() ? nextNumber(tokens) : null;
    }

    /** The next word of the line, if it is a number that is not negative. */
    static @Nullable Long nextNumber(Tokens tokens) {
        return tokens.next() ? known(tokens.decimal(Long.MAX_VALUE)) : null;
    }

    /**
     * Columns of one protocol in {@code /proc/net/snmp}: one line of names, then one of numbers.
     *
     * @param protocol the word that both lines begin with, such as {@code Tcp:}
     * @return in the order of {@code names}, null where there is none
     */
    static @Nullable Long[] snmp(Tokens tokens, ProcBuffer buffer, byte[] protocol, byte[]... names) {
        @Nullable Long[] values = new @Nullable Long[names.length];
        int[] columns = new int[names.length];
        boolean named = false;
        tokens.reset(buffer.bytes(), buffer.length());
        while (tokens.nextLine()) {
            if (!tokens.next() || !tokens.is(protocol)) {
                continue;
            }
            if (!named) {
                findColumns(tokens, names, columns);
                named = true;
                continue;
            }
            for (int column = 1; tokens.next(); column++) {
                for (int i = 0; i < names.length; i++) {
                    if (columns[i] == column) {
                        values[i] = known(tokens.decimal(Long.MAX_VALUE));
                    }
                }
            }
            return values;
        }
        return values;
    }

    /**
     * Columns of {@code /proc/net/stat/nf_conntrack}: a line of names, then a line of hexadecimal numbers for each CPU.
     *
     * @return for each CPU the numbers in the order of {@code names}, negative where there is none
     */
    static long[] conntrackPerCpu(Tokens tokens, ProcBuffer buffer, byte[]... names) {
        int[] columns = new int[names.length];
        long[] values = new long[0];
        tokens.reset(buffer.bytes(), buffer.length());
        if (!tokens.nextLine()) {
            return values;
        }
        findColumns(tokens, names, columns);
        while (tokens.nextLine()) {
            int base = values.length;
            values = Arrays.copyOf(values, base + names.length);
            Arrays.fill(values, base, values.length, Tokens.BAD);
            for (int column = 1; tokens.next(); column++) {
                for (int i = 0; i < names.length; i++) {
                    if (columns[i] == column) {
                        values[base + i] = tokens.hex();
                    }
                }
            }
        }
        return values;
    }

    /** Number of the first CPU in a column that is the same for all of them, such as {@code entries}. */
    static @Nullable Long conntrackShared(Tokens tokens, ProcBuffer buffer, byte[] name) {
        int[] columns = new int[1];
        tokens.reset(buffer.bytes(), buffer.length());
        if (!tokens.nextLine()) {
            return null;
        }
        findColumns(tokens, new byte[][] {name}, columns);
        if (columns[0] == 0 || !tokens.nextLine()) {
            return null;
        }
        for (int column = 1; tokens.next(); column++) {
            if (column == columns[0]) {
                return known(tokens.hex());
            }
        }
        return null;
    }

    /** Columns count from 1; 0 stands for a name that is not there. */
    private static void findColumns(Tokens tokens, byte[][] names, int[] columns) {
        for (int column = 1; tokens.next(); column++) {
            for (int i = 0; i < names.length; i++) {
                if (tokens.is(names[i])) {
                    columns[i] = column;
                }
            }
        }
    }

    private static @Nullable Long known(long value) {
        return value < 0 ? null : value;
    }
}
