package dev.kubeproxyfleet.agent.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counters of {@code /proc/net/stat/nf_conntrack} made to last: the kernel holds 32 bits of them for each CPU, which wrap.
 * Not thread-safe.
 *
 * <p>Source: kernel {@code struct ip_conntrack_stat}, {@code ct_cpu_seq_show}.
 */
final class ConntrackTotals {

    private static final long RANGE = 1L << 32;

    /** A counter that fell from above this to below it has wrapped; any other fall is a new beginning. */
    private static final long HALF = RANGE >>> 1;

    /** In the order of the components of {@link Totals}. */
    private static final byte[][] NAMES = {Tokens.word("insert_failed"), Tokens.word("drop")};

    private final long[] carry = new long[NAMES.length];
    private long[] before = new long[0];
    private String bootId = "";

    /** Sums over all CPUs, by the kernel's names of the columns; null where there is no such column. */
    record Totals(@Nullable Long insertFailed, @Nullable Long drop) {

        static final Totals UNKNOWN = new Totals(null, null);
    }

    /** Takes the file as it is now. */
    Totals update(Tokens tokens, ProcBuffer buffer, String boot) {
        long[] now = NetworkCounters.conntrackPerCpu(tokens, buffer, NAMES);
        if (!boot.equals(bootId) || now.length != before.length) {
            Arrays.fill(carry, 0);
        } else {
            for (int i = 0; i < now.length; i++) {
                if (now[i] < before[i]) {
                    if (before[i] >= HALF && now[i] < HALF) {
                        carry[i % NAMES.length] += RANGE;
                    } else {
                        Arrays.fill(carry, 0);
                        break;
                    }
                }
            }
        }
        bootId = boot;
        before = now;
        return new Totals(total(now, 0), total(now, 1));
    }

    private @Nullable Long total(long[] now, int column) {
        long sum = carry[column];
        for (int i = column; i < now.length; i += NAMES.length) {
            if (now[i] < 0) {
                return null;
            }
            sum += now[i];
        }
        return now.length == 0 ? null : sum;
    }
}
