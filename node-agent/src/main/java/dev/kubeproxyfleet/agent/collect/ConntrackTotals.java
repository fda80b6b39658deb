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

    private final byte[][] names;
    private final long[] carry;
    private long[] before = new long[0];
    private String bootId = "";

    ConntrackTotals(byte[]... names) {
        this.names = names;
        this.carry = new long[names.length];
    }

    /**
     * Takes the file as it is now.
     *
     * @return in the order of the names the sum over all CPUs, null where there is no such column
     */
    @Nullable
    Long[] update(Tokens tokens, ProcBuffer buffer, String boot) {
        long[] now = NetworkCounters.conntrackPerCpu(tokens, buffer, names);
        int cpus = now.length / names.length;
        if (!boot.equals(bootId) || now.length != before.length) {
            Arrays.fill(carry, 0);
        } else {
            for (int i = 0; i < now.length; i++) {
                if (now[i] < before[i]) {
                    if (before[i] >= HALF && now[i] < HALF) {
                        carry[i % names.length] += RANGE;
                    } else {
                        Arrays.fill(carry, 0);
                        break;
                    }
                }
            }
        }
        bootId = boot;
        before = now;
        @Nullable Long[] totals = new @Nullable Long[names.length];
        for (int column = 0; column < names.length; column++) {
            long sum = carry[column];
            boolean known = cpus > 0;
            for (int cpu = 0; cpu < cpus; cpu++) {
                long value = now[cpu * names.length + column];
                known &= value >= 0;
                sum += value;
            }
            totals[column] = known ? sum : null;
        }
        return totals;
    }
}
