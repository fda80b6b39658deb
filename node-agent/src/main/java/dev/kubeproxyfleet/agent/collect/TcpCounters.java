package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.Nullable;

/**
 * Counters of the {@code Tcp:} lines of {@code /proc/net/snmp}, by the names that the kernel gives them; null where there is
 * none.
 */
record TcpCounters(
        @Nullable Long attemptFails,
        @Nullable Long estabResets,
        @Nullable Long retransSegs,
        @Nullable Long outRsts) {

    static final TcpCounters UNKNOWN = new TcpCounters(null, null, null, null);

    private static final byte[] TCP = Tokens.word("Tcp:");

    /** In the order of the components. */
    private static final byte[][] NAMES = {
        Tokens.word("AttemptFails"), Tokens.word("EstabResets"), Tokens.word("RetransSegs"), Tokens.word("OutRsts")
    };

    static TcpCounters parse(Tokens tokens, ProcBuffer buffer) {
        @Nullable Long[] values = NetworkCounters.snmp(tokens, buffer, TCP, NAMES);
        return new TcpCounters(values[0], values[1], values[2], values[3]);
    }
}
