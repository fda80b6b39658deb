package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The IPVS state of one node's kernel: connections come, are scheduled, end and expire in virtual time.
 *
 * <p>Scheduling is the kernel's: {@code rr} takes the next backend of the list, {@code lc} the one with the least
 * {@code active * 256 + inactive} ({@code ip_vs_lc.c}, {@code ip_vs_dest_conn_overhead}), the first of equals. A TCP
 * connection is active until it ends and inactive for the FIN timeout; a UDP flow is inactive for the UDP timeout. Not
 * thread-safe.
 */
final class IpvsTable {

    /** Beyond this the connections that would end next end early: long timeouts must not cost unbounded memory. */
    static final int MAX_CONNECTIONS = 20_000;

    /** Buckets of the connection table, the kernel's default. */
    private static final int TABLE_SIZE = 4096;

    private static final String HEADING = """
            IP Virtual Server version 1.2.1 (size=%d)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port Forward Weight ActiveConn InActConn
            """.formatted(TABLE_SIZE);

    /** A connection lives at most this long, however skewed durations are. */
    private static final double LONGEST_SECONDS = 600;

    /** Standard deviation of the logarithm of durations. */
    private static final double SKEW = 1.0;

    private static final int BYTES_PER_PACKET_IN = 160;
    private static final int BYTES_PER_PACKET_OUT = 720;
    private static final long RATE_WINDOW_MILLIS = 2_000;

    private static final int INDEX_BITS = 8;
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    private final Random random;
    private final List<ServicePlan.Service> services;
    private final double perSecond;
    private final int[][] active;
    private final int[][] inactive;
    private final int[] next;
    private final LongHeap events = new LongHeap();

    private IpvsScheduler scheduler = EffectiveIpvs.DEFAULT_SCHEDULER;
    private int tcpFinTimeoutSeconds = EffectiveIpvs.DEFAULT_TCP_FIN_TIMEOUT_SECONDS;
    private int udpTimeoutSeconds = EffectiveIpvs.DEFAULT_UDP_TIMEOUT_SECONDS;

    private long now;
    private double nextArrival;
    private final long[] totals = new long[5];
    private final long[] windowTotals = new long[5];
    private final long[] rates = new long[5];
    private long windowStart;

    /**
     * @param now milliseconds on the node's own scale, from which connections come
     */
    IpvsTable(ServicePlan plan, long seed, long now) {
        this.random = new Random(seed);
        this.services = plan.services();
        this.perSecond =
                services.stream().mapToDouble(ServicePlan.Service::perSecond).sum();
        this.active = new int[services.size()][];
        this.inactive = new int[services.size()][];
        this.next = new int[services.size()];
        for (int i = 0; i < services.size(); i++) {
            int backends = services.get(i).backends().length;
            active[i] = new int[backends];
            inactive[i] = new int[backends];
        }
        this.now = now;
        this.windowStart = now;
        this.nextArrival = now + interval();
    }

    /** What a starting kube-proxy does: sets the scheduler, and those timeouts that are set; the kernel keeps the others. */
    void configure(IpvsConfig config) {
        scheduler = config.scheduler() == null ? EffectiveIpvs.DEFAULT_SCHEDULER : config.scheduler();
        if (config.tcpFinTimeoutSeconds() != null) {
            tcpFinTimeoutSeconds = config.tcpFinTimeoutSeconds();
        }
        if (config.udpTimeoutSeconds() != null) {
            udpTimeoutSeconds = config.udpTimeoutSeconds();
        }
    }

    /** Lets everything happen that is due until {@code then}, which does not go backwards. */
    void advance(long then) {
        while (true) {
            long event = events.peek();
            long eventAt = event == Long.MAX_VALUE ? Long.MAX_VALUE : event >>> (2 * INDEX_BITS + 1);
            long arrivalAt = (long) nextArrival;
            if (Math.min(eventAt, arrivalAt) > then) {
                break;
            }
            if (eventAt <= arrivalAt) {
                end(events.poll(), eventAt);
            } else {
                now = arrivalAt;
                arrive();
                nextArrival += interval();
            }
        }
        now = then;
        if (now - windowStart >= RATE_WINDOW_MILLIS) {
            for (int i = 0; i < totals.length; i++) {
                rates[i] = (totals[i] - windowTotals[i]) * 1_000 / (now - windowStart);
                windowTotals[i] = totals[i];
            }
            windowStart = now;
        }
    }

    /** Lets no connection come before {@code then}; for a node that was not looked at for long. */
    void skipArrivalsUntil(long then) {
        nextArrival = Math.max(nextArrival, then);
    }

    private double interval() {
        return -Math.log(1 - random.nextDouble()) / perSecond * 1_000;
    }

    private void arrive() {
        int service = pickService();
        ServicePlan.Service plan = services.get(service);
        int backend = schedule(service);
        count(plan);
        while (events.size() >= MAX_CONNECTIONS) {
            end(events.poll(), now);
        }
        if (plan.udp()) {
            inactive[service][backend]++;
            expect(now + udpTimeoutSeconds * 1_000L, service, backend, true);
        } else {
            active[service][backend]++;
            double seconds = plan.medianSeconds() * plan.slowness()[backend] * Math.exp(SKEW * random.nextGaussian());
            expect(now + (long) (Math.min(LONGEST_SECONDS, seconds) * 1_000), service, backend, false);
        }
    }

    private int pickService() {
        double point = random.nextDouble() * perSecond;
        for (int i = 0; i < services.size() - 1; i++) {
            point -= services.get(i).perSecond();
            if (point < 0) {
                return i;
            }
        }
        return services.size() - 1;
    }

    private int schedule(int service) {
        int backends = active[service].length;
        return switch (scheduler) {
            case RoundRobin -> {
                int backend = next[service] % backends;
                next[service] = backend + 1;
                yield backend;
            }
            case LeastConnection -> {
                int least = 0;
                for (int i = 1; i < backends; i++) {
                    if (overhead(service, i) < overhead(service, least)) {
                        least = i;
                    }
                }
                yield least;
            }
        };
    }

    private long overhead(int service, int backend) {
        return ((long) active[service][backend] << 8) + inactive[service][backend];
    }

    private void count(ServicePlan.Service plan) {
        int in = plan.udp() ? 1 : 5 + random.nextInt(20);
        int out = plan.udp() ? 1 : 4 + random.nextInt(24);
        totals[0]++;
        totals[1] += in;
        totals[2] += out;
        totals[3] += (long) in * BYTES_PER_PACKET_IN;
        totals[4] += (long) out * BYTES_PER_PACKET_OUT;
    }

    private void expect(long at, int service, int backend, boolean expiry) {
        long key = (((at << INDEX_BITS) | service) << INDEX_BITS) | backend;
        events.add((key << 1) | (expiry ? 1 : 0));
    }

    private void end(long event, long at) {
        boolean expiry = (event & 1) == 1;
        int backend = (int) (event >>> 1) & INDEX_MASK;
        int service = (int) (event >>> (1 + INDEX_BITS)) & INDEX_MASK;
        if (expiry) {
            inactive[service][backend]--;
        } else {
            active[service][backend]--;
            inactive[service][backend]++;
            expect(at + tcpFinTimeoutSeconds * 1_000L, service, backend, true);
        }
    }

    /** Connections that the table holds, active and inactive. */
    int connections() {
        return events.size();
    }

    int activeConnections() {
        int sum = 0;
        for (int[] backends : active) {
            for (int count : backends) {
                sum += count;
            }
        }
        return sum;
    }

    /** {@code /proc/net/ip_vs} of a kernel that has IPVS and no virtual service. */
    static String emptyTable() {
        return HEADING;
    }

    /** {@code /proc/net/ip_vs_stats} of a kernel that has IPVS and never had a connection. */
    static String emptyStats() {
        return stats(new long[5], new long[5]);
    }

    /** {@code /proc/net/ip_vs}, as {@code ip_vs_info_seq_show} of the kernel's {@code ip_vs_ctl.c} prints it. */
    String table() {
        StringBuilder text = new StringBuilder(4096).append(HEADING);
        for (int i = 0; i < services.size(); i++) {
            ServicePlan.Service service = services.get(i);
            text.append(service.udp() ? "UDP" : "TCP").append("  ");
            endpoint(text, service.address(), service.port());
            text.append(' ').append(scheduler.kernelName()).append("  \n");
            for (int j = 0; j < service.backends().length; j++) {
                text.append("  -> ");
                endpoint(text, service.backends()[j], service.backendPort());
                text.append("      Masq    1      ");
                padded(text, active[i][j], 10);
                text.append(' ');
                padded(text, inactive[i][j], 10);
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** {@code /proc/net/ip_vs_stats}, as {@code ip_vs_stats_show} prints it: hexadecimal, 64 bits. */
    String stats() {
        return stats(totals, rates);
    }

    private static String stats(long[] totals, long[] rates) {
        return """
                   Total Incoming Outgoing         Incoming         Outgoing
                   Conns  Packets  Packets            Bytes            Bytes
                %8s %8s %8s %16s %16s

                 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
                %8s %8s %8s %16s %16s
                """.formatted(
                        hex(totals[0]),
                        hex(totals[1]),
                        hex(totals[2]),
                        hex(totals[3]),
                        hex(totals[4]),
                        hex(rates[0]),
                        hex(rates[1]),
                        hex(rates[2]),
                        hex(rates[3]),
                        hex(rates[4]));
    }

    private static String hex(long value) {
        return Long.toHexString(value).toUpperCase(Locale.ROOT);
    }

    private static void endpoint(StringBuilder text, int address, int port) {
        hex(text, address, 8);
        text.append(':');
        hex(text, port, 4);
    }

    private static void hex(StringBuilder text, int value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            text.append("0123456789ABCDEF".charAt((value >>> shift) & 0xF));
        }
    }

    private static void padded(StringBuilder text, int value, int width) {
        int before = text.length();
        text.append(value);
        while (text.length() - before < width) {
            text.append(' ');
        }
    }
}
