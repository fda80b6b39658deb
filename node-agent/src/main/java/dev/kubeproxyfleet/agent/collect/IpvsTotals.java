package dev.kubeproxyfleet.agent.collect;

import java.util.Optional;

/**
 * Totals of {@code /proc/net/ip_vs_stats}: five hexadecimal 64-bit numbers in the third line. The rates below them are an
 * in-kernel estimate that {@code run_estimation=0} freezes, and are not read.
 *
 * <p>Source: kernel {@code ip_vs_stats_show}.
 */
record IpvsTotals(
        long connections, long incomingPackets, long outgoingPackets, long incomingBytes, long outgoingBytes) {

    private static final int TOTALS_LINE = 3;

    static Optional<IpvsTotals> parse(Tokens tokens, ProcBuffer buffer) {
        tokens.reset(buffer.bytes(), buffer.length());
        while (tokens.nextLine()) {
            if (tokens.line == TOTALS_LINE && tokens.terminated) {
                long[] numbers = new long[5];
                for (int i = 0; i < numbers.length; i++) {
                    if (!tokens.next() || (numbers[i] = tokens.hex()) < 0) {
                        return Optional.empty();
                    }
                }
                return Optional.of(new IpvsTotals(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
            }
        }
        return Optional.empty();
    }

    /** Whether a counter fell: the module was loaded anew or the counters were zeroed, so that a difference means nothing. */
    boolean resetSince(IpvsTotals previous) {
        return connections < previous.connections
                || incomingPackets < previous.incomingPackets
                || outgoingPackets < previous.outgoingPackets
                || incomingBytes < previous.incomingBytes
                || outgoingBytes < previous.outgoingBytes;
    }
}
