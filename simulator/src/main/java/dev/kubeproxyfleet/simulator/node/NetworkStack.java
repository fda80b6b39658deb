package dev.kubeproxyfleet.simulator.node;

import java.util.Random;

/** TCP counters and the conntrack table of one node: there in every mode of kube-proxy. Not thread-safe. */
final class NetworkStack {

    private static final int CONNTRACK_MAX = 262_144;
    private static final int CPUS = 2;

    /** Share of the connections that a restart of kube-proxy breaks, in either mode. */
    private static final double BROKEN_BY_A_CHANGE = 0.03;

    private final Random random;
    private double segments;
    private double opens;
    private double attemptFails;
    private double resets;
    private double retransmits;
    private double insertFailed;
    private int conntrack;

    NetworkStack(long seed) {
        this.random = new Random(seed);
        this.segments = 1e6 + random.nextInt(1_000_000);
        this.opens = 1e4 + random.nextInt(10_000);
        this.conntrack = 600 + random.nextInt(400);
    }

    void advance(double seconds) {
        segments += seconds * (180 + random.nextInt(40));
        opens += seconds * 3;
        attemptFails += seconds * random.nextDouble() * 0.02;
        resets += seconds * random.nextDouble() * 0.06;
        retransmits += seconds * random.nextDouble() * 0.4;
        insertFailed += seconds * random.nextDouble() * 0.001;
        conntrack = Math.clamp(conntrack + random.nextInt(21) - 10, 200, 4_000);
    }

    /** kube-proxy was replaced: some connections break, some fail to open. */
    void disturb(int connections) {
        int broken = (int) Math.ceil(connections * BROKEN_BY_A_CHANGE);
        resets += broken;
        attemptFails += 1 + random.nextInt(3);
        retransmits += 2L * broken;
    }

    String conntrackCount(int ipvsConnections) {
        return (conntrack + ipvsConnections) + "\n";
    }

    String conntrackMax() {
        return CONNTRACK_MAX + "\n";
    }

    /** {@code /proc/net/stat/nf_conntrack}: one line a CPU; everything this simulation counts is on the first. */
    String conntrackStat(int ipvsConnections) {
        StringBuilder text = new StringBuilder("entries  clashres found new invalid ignore delete chainlength insert"
                + " insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n");
        for (int cpu = 0; cpu < CPUS; cpu++) {
            text.append("%08x  %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x  %08x %08x %08x %08x\n"
                    .formatted(
                            conntrack + ipvsConnections,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            cpu == 0 ? (long) insertFailed : 0L,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0));
        }
        return text.toString();
    }

    /** {@code /proc/net/snmp}: the groups that an agent reads, with every column of theirs. */
    String snmp(int ipvsConnections) {
        return """
                Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits
                Ip: 1 64 %d 0 0 %d 0 0 %d %d 0 0 0 0 0 0 0 0 0 %d
                Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
                Tcp: 1 200 120000 -1 %d %d %d %d %d %d %d %d 0 %d 0
                Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors
                Udp: %d 0 0 %d 0 0 0 0 0
                """.formatted(
                        (long) (segments * 1.4),
                        (long) (segments * 0.4),
                        (long) segments,
                        (long) segments,
                        (long) (segments * 1.4),
                        (long) opens,
                        (long) (opens * 0.8),
                        (long) attemptFails,
                        (long) resets,
                        40 + ipvsConnections / 10,
                        (long) segments,
                        (long) (segments * 1.02),
                        (long) retransmits,
                        (long) (resets * 1.5),
                        (long) (segments * 0.1),
                        (long) (segments * 0.1));
    }
}
