package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.Nullable;

/**
 * Counters of ICMP of the network namespace, by the names that the kernel gives them; null where there is none.
 *
 * <p>Source: kernel {@code net/ipv4/proc.c}, {@code net/ipv6/proc.c}. What was held back is counted once, as of all hosts
 * together or of one, and only by kernels since 6.1.
 *
 * @param rateLimited of any type
 */
record IcmpCounters(
        @Nullable Long outDestUnreachs, @Nullable Long rateLimited) {

    static final IcmpCounters UNKNOWN = new IcmpCounters(null, null);

    private static final byte[] ICMP = Tokens.word("Icmp:");
    private static final byte[][] NAMES = {
        Tokens.word("OutDestUnreachs"), Tokens.word("OutRateLimitGlobal"), Tokens.word("OutRateLimitHost")
    };

    private static final byte[] ICMP6_UNREACHABLE = Tokens.word("Icmp6OutDestUnreachs");
    private static final byte[] ICMP6_RATE_LIMITED = Tokens.word("Icmp6OutRateLimitHost");

    /** Of {@code /proc/net/snmp}. */
    static IcmpCounters parse(Tokens tokens, ProcBuffer buffer) {
        @Nullable Long[] values = NetworkCounters.snmp(tokens, buffer, ICMP, NAMES);
        return new IcmpCounters(values[0], sum(values[1], values[2]));
    }

    /** Of {@code /proc/net/snmp6}: a name and a number in each line. */
    static IcmpCounters parse6(Tokens tokens, ProcBuffer buffer) {
        Long unreachable = null;
        Long limited = null;
        tokens.reset(buffer.bytes(), buffer.length());
        while (tokens.nextLine()) {
            if (!tokens.next()) {
                continue;
            }
            if (tokens.is(ICMP6_UNREACHABLE)) {
                unreachable = NetworkCounters.nextNumber(tokens);
            } else if (tokens.is(ICMP6_RATE_LIMITED)) {
                limited = NetworkCounters.nextNumber(tokens);
            }
        }
        return new IcmpCounters(unreachable, limited);
    }

    /** Null stands for no such counter. */
    static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one + other;
    }
}
