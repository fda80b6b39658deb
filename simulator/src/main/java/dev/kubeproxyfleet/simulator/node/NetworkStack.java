package dev.kubeproxyfleet.simulator.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Counters of TCP, ICMP and connection tracking of one node: there in every mode of kube-proxy. Not thread-safe. */
final class NetworkStack {

    private static final int CONNTRACK_MAX = 262_144;
    private static final int CPUS = 2;

    /** Share of the connections that a restart of kube-proxy breaks, in either mode. */
    private static final double BROKEN_BY_A_CHANGE = 0.03;

    /** Connections a second that some node refuses although nothing is wrong. */
    private static final double FEWEST_REFUSALS = 0.01;

    private static final double MOST_REFUSALS = 0.05;
    private static final double CONNTRACK_FAILURES = 0.0005;

    /** Part of the refused connections, and of those that conntrack loses, of one kind; the rest is of the other one. */
    private static final double OVER_IPV6 = 0.2;

    private static final double DROPPED = 0.3;

    private static final int MOST_BEFORE = 500;

    private final Random random;
    private final double everydayRefusals;
    private final Occurrences refusals;
    private final Occurrences refusals6;
    private final Occurrences insertFailed;
    private final Occurrences dropped;
    private double segments;
    private double opens;
    private double attemptFails;
    private double resets;
    private double retransmits;
    private int conntrack;

    NetworkStack(long seed, Instant since) {
        this.random = new Random(seed);
        this.segments = 1e6 + random.nextInt(1_000_000);
        this.opens = 1e4 + random.nextInt(10_000);
        this.conntrack = 600 + random.nextInt(400);
        this.everydayRefusals = FEWEST_REFUSALS + random.nextDouble() * (MOST_REFUSALS - FEWEST_REFUSALS);
        this.refusals = occurrences(since, MOST_BEFORE);
        this.refusals6 = occurrences(since, MOST_BEFORE);
        this.insertFailed = occurrences(since, 1);
        this.dropped = occurrences(since, 1);
    }

    private Occurrences occurrences(Instant since, int mostBefore) {
        return new Occurrences(random.nextLong(), since, random.nextInt(mostBefore));
    }

    void advance(Instant from, Instant until, Trouble trouble) {
        double seconds = Duration.between(from, until).toNanos() / 1e9;
        double refused = everydayRefusals + trouble.refusalsPerSecond();
        double lost = CONNTRACK_FAILURES + trouble.conntrackFailuresPerSecond();
        segments += seconds * (180 + random.nextInt(40));
        opens += seconds * 3;
        attemptFails += seconds * random.nextDouble() * 0.02;
        resets += seconds * random.nextDouble() * 0.06;
        retransmits += seconds * (random.nextDouble() * 0.4 + trouble.refusalsPerSecond());
        conntrack = Math.clamp(conntrack + random.nextInt(21) - 10, 200, 4_000);
        refusals.advance(until, refused * (1 - OVER_IPV6));
        refusals6.advance(until, refused * OVER_IPV6);
        insertFailed.advance(until, lost * (1 - DROPPED));
        dropped.advance(until, lost * DROPPED);
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
                            cpu == 0 ? insertFailed.total() : 0L,
                            cpu == 0 ? dropped.total() : 0L,
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
                Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps
                Icmp: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 %d 0 0 0 %d 0 0 0 0 0 0 0 0 0 0
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
                        refusals.total(),
                        refusals.total(),
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

    /** {@code /proc/net/snmp6}: a name and a number in each line; those of ICMPv6 that an agent reads. */
    String snmp6() {
        return """
                Icmp6OutMsgs                    \t%d
                Icmp6OutErrors                  \t0
                Icmp6OutRateLimitHost           \t0
                Icmp6OutDestUnreachs            \t%d
                """.formatted(refusals6.total(), refusals6.total());
    }
}
