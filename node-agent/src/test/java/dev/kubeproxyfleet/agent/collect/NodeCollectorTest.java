package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import dev.kubeproxyfleet.schemas.avro.ServerState;
import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeCollectorTest {

    private static final String CLUSTER =
            "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one";
    private static final CollectorSettings SETTINGS =
            new CollectorSettings(CLUSTER, "node-1", "1.0", Duration.ofSeconds(10), 3);
    private static final KubeProxyEndpoint NO_KUBE_PROXY = path -> Optional.empty();
    private static final String STATS = """
               Total Incoming Outgoing         Incoming         Outgoing
               Conns  Packets  Packets            Bytes            Bytes
            %8X        A        B                C                D

             Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
                   6       1E       14              8FE              6EA
            """;

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final MemoryProc proc = new MemoryProc();
    private KubeProxyEndpoint kubeProxy = NO_KUBE_PROXY;
    private final NodeCollector collector = new NodeCollector(SETTINGS, proc, path -> kubeProxy.get(path), () -> now);

    @Test
    void sumsUpTheSmallCapture() {
        proc.with("net/ip_vs", Captures.bytes("small/ip_vs"))
                .with("net/ip_vs_stats", Captures.bytes("small/ip_vs_stats"))
                .with("sys/kernel/random/boot_id", "dc153b27-3db7-413d-a678-452e8df68da7\n")
                .with("sys/kernel/osrelease", "5.15.0-1073-azure\n");

        NodeStats stats = collector.collect();

        assertThat(stats.getCluster()).isEqualTo(CLUSTER);
        assertThat(stats.getNode()).isEqualTo("node-1");
        assertThat(stats.getBootId()).isEqualTo("dc153b27-3db7-413d-a678-452e8df68da7");
        assertThat(stats.getKernelRelease()).isEqualTo("5.15.0-1073-azure");
        assertThat(stats.getSequence()).isEqualTo(1);
        assertThat(stats.getIntervalMillis()).isEqualTo(10_000);
        IpvsState ipvs = stats.getIpvs();
        assertThat(ipvs.getTableSize()).isEqualTo(4096);
        assertThat(ipvs.getServices()).isEqualTo(11);
        assertThat(ipvs.getBackends()).isEqualTo(30);
        assertThat(ipvs.getSchedulers()).isEqualTo(Map.of("rr", 5, "lc", 2, "wrr", 1, "wlc", 1, "sh", 1, "mh", 1));
        assertThat(ipvs.getEmptyServices()).isEqualTo(1);
        assertThat(ipvs.getDrainingBackends()).isZero();
        assertThat(ipvs.getConnectionsTotal()).isEqualTo(0x1E1);
        assertThat(ipvs.getOutgoingBytesTotal()).isEqualTo(0x1E7C1);
        assertThat(ipvs.getConnectionsPerSecond()).isNull();
        assertThat(ipvs.getSkippedLines()).isEmpty();
        assertThat(ipvs.getTopServices())
                .extracting(ServiceState::getAddress)
                .containsExactly("10.96.0.10", "10.96.0.20", "fd00:10:96::10");
        // 10.96.0.20 by lc: 20 of 50 connections on one of three backends; every other service is even or too quiet.
        assertThat(ipvs.getImbalance()).isCloseTo(20 / 50.0 * 3, within(1e-9));
    }

    @Test
    void countsAllConnectionsOfTheBigCapture() {
        proc.with("net/ip_vs", Captures.bytes("big/ip_vs.gz"))
                .with("net/ip_vs_stats", Captures.bytes("big/ip_vs_stats"));
        long conns = Captures.text("big/ipvsadm-Ln--stats.gz")
                .lines()
                .skip(3)
                .filter(line -> !line.contains("->"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
                .sum();

        IpvsState ipvs = collector.collect().getIpvs();

        assertThat(ipvs.getConnectionsTotal()).isEqualTo(conns).isEqualTo(50_000);
        assertThat(ipvs.getServices()).isEqualTo(2000);
        assertThat(ipvs.getBackends()).isEqualTo(10_000);
        assertThat(ipvs.getSchedulers().values().stream().mapToInt(it -> it).sum())
                .isEqualTo(2000);
    }

    @Test
    void tellsUnknownNotZeroOnANodeWithNothing() {
        NodeStats stats = collector.collect();

        assertThat(stats.getIpvs()).isNull();
        assertThat(stats.getNetwork()).isNull();
        assertThat(stats.getKubeProxy()).isNull();
        assertThat(stats.getKernelTimeouts()).isNull();
        assertThat(stats.getBootId()).isEmpty();
        assertThat(stats.getKernelRelease()).isEmpty();
    }

    @Test
    void takesTheLongestReleaseThatAKernelCanHaveAndNothingLonger() {
        proc.with("sys/kernel/osrelease", "6." + "1".repeat(62) + "\n");
        assertThat(collector.collect().getKernelRelease()).hasSize(64);

        proc.with("sys/kernel/osrelease", "6." + "1".repeat(64) + "\n");
        assertThat(collector.collect().getKernelRelease()).isEmpty();
    }

    @Test
    void takesWhatIsNoTableForUnknown() {
        proc.with("net/ip_vs", "");

        assertThat(collector.collect().getIpvs()).isNull();
    }

    @Test
    void computesARateFromTwoSnapshots() {
        table(1000, "boot-1");
        collector.collect();
        now = now.plusSeconds(10);
        table(1250, "boot-1");

        NodeStats second = collector.collect();

        assertThat(second.getIpvs().getConnectionsPerSecond()).isEqualTo(25.0);
        assertThat(second.getSequence()).isEqualTo(2);
    }

    @Test
    void tellsNoRateAcrossABootAResetASetBackClockOrAnUnloadedModule() {
        table(1000, "boot-1");
        collector.collect();
        now = now.plusSeconds(10);
        table(1100, "boot-2");
        assertThat(collector.collect().getIpvs().getConnectionsPerSecond()).isNull();
        now = now.plusSeconds(10);
        table(50, "boot-2");
        assertThat(collector.collect().getIpvs().getConnectionsPerSecond()).isNull();
        now = now.minusSeconds(3600);
        table(60, "boot-2");
        assertThat(collector.collect().getIpvs().getConnectionsPerSecond()).isNull();
        now = now.plusSeconds(10);
        proc.without("net/ip_vs");
        assertThat(collector.collect().getIpvs()).isNull();
        now = now.plusSeconds(10);
        table(70, "boot-2");
        assertThat(collector.collect().getIpvs().getConnectionsPerSecond()).isNull();
    }

    @Test
    void tellsNoTotalsWhenTheStatisticsAreCut() {
        table(10, "boot-1");
        proc.with("net/ip_vs_stats", STATS.formatted(10).substring(0, 150));

        IpvsState ipvs = collector.collect().getIpvs();

        assertThat(ipvs.getConnectionsTotal()).isNull();
        assertThat(ipvs.getIncomingBytesTotal()).isNull();
    }

    @Test
    void readsTheCountersThatExistInEveryMode() {
        proc.with("net/snmp", """
                        Ip: Forwarding DefaultTTL
                        Ip: 1 64
                        Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
                        Tcp: 1 200 120000 -1 30 2 7 8 0 12583 8915 9 0 38 0
                        """)
                .with("net/stat/nf_conntrack", """
                        entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop
                        0000001a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002 00000001 00000000
                        0000001a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000000f 00000000 00000000
                        """)
                .with("sys/net/netfilter/nf_conntrack_max", "262144\n");

        NetworkState network = collector.collect().getNetwork();

        assertThat(network).isEqualTo(new NetworkState(26L, 262144L, 17L, 1L, 7L, 8L, 9L, 38L, null, null, null));
    }

    @Test
    void countsUnreachablesThatTheNodeSentAndThoseHeldBack() {
        proc.with("net/snmp", """
                        Icmp: InMsgs OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds
                        Icmp: 3 9 0 2 40 7 0
                        IcmpMsg: OutType3
                        IcmpMsg: 7
                        """).with("net/snmp6", """
                        Icmp6OutMsgs                    \t47
                        Icmp6OutRateLimitHost           \t100
                        Icmp6OutDestUnreachs            \t5
                        """);

        NetworkState network = collector.collect().getNetwork();

        assertThat(network.getIcmpOutDestUnreachsTotal()).isEqualTo(7);
        assertThat(network.getIcmp6OutDestUnreachsTotal()).isEqualTo(5);
        assertThat(network.getIcmpOutRateLimitedTotal()).isEqualTo(142);
    }

    @Test
    void olderKernelsDoNotCountWhatTheyHoldBack() {
        proc.with("net/snmp", """
                        Icmp: InMsgs OutMsgs OutErrors OutDestUnreachs OutTimeExcds
                        Icmp: 3 9 0 7 0
                        """);

        NetworkState network = collector.collect().getNetwork();

        assertThat(network.getIcmpOutDestUnreachsTotal()).isEqualTo(7);
        assertThat(network.getIcmp6OutDestUnreachsTotal()).isNull();
        assertThat(network.getIcmpOutRateLimitedTotal()).isNull();
    }

    @Test
    void readsTheSysctlsOfIpvs() {
        table(10, "boot-1");
        proc.with("sys/net/ipv4/vs/conntrack", "1\n")
                .with("sys/net/ipv4/vs/conn_reuse_mode", "0\n")
                .with("sys/net/ipv4/vs/expire_nodest_conn", "0\n");
        kubeProxy = path -> path.equals("/proxyMode") ? Optional.of("ipvs") : Optional.empty();

        NodeStats stats = collector.collect();

        assertThat(stats.getIpvs().getSysctls()).isEqualTo(new IpvsSysctls(1, 0, 0, null));
        assertThat(stats.getEvidence())
                .contains(new Evidence(
                        "ipvs-sysctl-differs", "kube-proxy sets 1, the kernel holds net.ipv4.vs.expire_nodest_conn 0"));
    }

    @Test
    void fallsBackToTheSysctlForTheConntrackCount() {
        proc.with("sys/net/netfilter/nf_conntrack_count", "5\n");

        assertThat(collector.collect().getNetwork().getConntrackCount()).isEqualTo(5);
    }

    @Test
    void asksKubeProxyForModeAndConfiguration() {
        Map<String, String> answers = Map.of(
                "/proxyMode", "ipvs",
                "/configz", """
                        {"kubeproxy.config.k8s.io":{"Mode":"ipvs","IPVS":{"SyncPeriod":"30s","Scheduler":"lc",
                         "TCPTimeout":"15m0s","TCPFinTimeout":"0s","UDPTimeout":"5m0s"}}}
                        """);
        kubeProxy = path -> Optional.ofNullable(answers.get(path));

        assertThat(collector.collect().getKubeProxy())
                .isEqualTo(new KubeProxyState("ipvs", "lc", 900, null, 300, null));
    }

    @Test
    void readsTheVersionedSpellingOfTheConfigurationToo() {
        kubeProxy = path -> path.equals("/configz")
                ? Optional.of("{\"kubeproxy.config.k8s.io\":{\"ipvs\":{\"scheduler\":\"\",\"tcpFinTimeout\":\"2m\"}}}")
                : Optional.empty();

        assertThat(collector.collect().getKubeProxy()).isEqualTo(new KubeProxyState(null, null, null, 120, null, null));
    }

    @Test
    void takesGarbageFromKubeProxyForUnknown() {
        kubeProxy = path -> Optional.of("<html>404</html>");

        assertThat(collector.collect().getKubeProxy())
                .isEqualTo(new KubeProxyState(null, null, null, null, null, null));
    }

    @Test
    void seesEveryServiceOfATableFarLargerThanItsMemory() {
        StringBuilder rows = new StringBuilder("IP Virtual Server version 1.2.1 (size=4096)\n");
        int services = 40_000;
        for (int i = 0; i < services; i++) {
            rows.append("TCP  0A%06X:0050 rr  \n".formatted(i));
            rows.append("  -> 0AF40101:1F90      Masq    1      1          0         \n");
        }
        proc.with("net/ip_vs", rows.toString());
        collector.askForDetail();

        IpvsState ipvs = collector.collect().getIpvs();

        assertThat(ipvs.getServices()).isEqualTo(services);
        assertThat(ipvs.getBackends()).isEqualTo(services);
        assertThat(ipvs.getActiveConnections()).isEqualTo(services);
        assertThat(ipvs.getSkippedLines()).isEmpty();
        assertThat(ipvs.getTopServices())
                .hasSize(DetailVisitor.MAX_SERVICES)
                .allSatisfy(service -> assertThat(service.getServers()).hasSize(1));
    }

    @Test
    void describesServicesAndRealServersInFullWhenAsked() {
        proc.with("net/ip_vs", Captures.bytes("zoo/ip_vs"));
        collector.askForDetail();

        List<ServiceState> services = collector.collect().getIpvs().getTopServices();

        assertThat(services.stream().filter(ServiceState::getOnePacket))
                .extracting(ServiceState::getProtocol, ServiceState::getPort)
                .containsExactly(tuple("UDP", 53));
        assertThat(services.stream().filter(ServiceState::getPersistent)).isNotEmpty();
        assertThat(services.stream().flatMap(service -> service.getServers().stream()))
                .extracting(ServerState::getForwarding)
                .contains("Masq", "Tunnel", "Route");
    }

    @Test
    void saysWhichFilesItCouldNotUnderstand() {
        proc.with("net/ip_vs", "no table\n");
        kubeProxy = path -> path.equals("/proxyMode") ? Optional.of("ipvs") : Optional.empty();

        NodeStats garbage = collector.collect();
        table(10, "boot-1");
        proc.with("net/ip_vs_stats", "nonsense\n");
        NodeStats halfUnderstood = collector.collect();

        assertThat(garbage.getIpvs()).isNull();
        assertThat(garbage.getEvidence())
                .containsExactly(new Evidence("proc-unreadable", "could not be read or understood: net/ip_vs"));
        assertThat(halfUnderstood.getIpvs().getServices()).isEqualTo(11);
        assertThat(halfUnderstood.getEvidence()).extracting(Evidence::getCode).contains("proc-unreadable");
        assertThat(collector.unreadableFiles()).isEqualTo(2);
    }

    @Test
    void leavesOutTheEndOfAHugeFileAndSaysSo() {
        byte[] table = new byte[ProcBuffer.MAX_TABLE_BYTES + 1];
        byte[] small = Captures.bytes("small/ip_vs");
        Arrays.fill(table, (byte) '\n');
        System.arraycopy(small, 0, table, 0, small.length);
        proc.with("net/ip_vs", table);

        assertThat(collector.collect().getIpvs().getSkippedLines()).containsEntry("file-too-large", 1);
    }

    @Test
    void neverAsksTheKernelWhileTheModuleIsNotLoaded() {
        FakeKernel kernel = new FakeKernel();
        NodeCollector asking = withKernel(kernel);

        asking.collect();
        proc.with("net/ip_vs", "no table");
        NodeStats stats = asking.collect();

        assertThat(kernel.questions).isZero();
        assertThat(stats.getKernelTimeouts()).isNull();
    }

    @Test
    void tellsTheKernelsTimeoutsAndTheSkewOfNewConnections() {
        FakeKernel kernel = new FakeKernel();
        NodeCollector asking = withKernel(kernel);
        table(1000, "boot-1");
        kernel.service(10, 5, 5);
        assertThat(asking.collect().getIpvs().getImbalanceBasis()).isEqualTo("held");
        kernel.service(10, 65, 25);
        table(1080, "boot-1");

        NodeStats stats = asking.collect();

        assertThat(stats.getKernelTimeouts()).isEqualTo(new KernelTimeouts(900, 120, 300));
        assertThat(stats.getIpvs().getImbalanceBasis()).isEqualTo("new");
        assertThat(stats.getIpvs().getImbalance()).isEqualTo(1.5);
        assertThat(stats.getIpvs().getImbalancePerService()).containsExactly(0, 0, 1);
        assertThat(stats.getIpvs().getTopServices())
                .filteredOn(service -> service.getNewConnections() != null)
                .singleElement()
                .satisfies(service -> {
                    assertThat(service.getAddress()).isEqualTo("10.96.0.10");
                    assertThat(service.getNewConnections()).isEqualTo(80);
                    assertThat(service.getImbalance()).isEqualTo(1.5);
                });
    }

    @Test
    void takesNoDifferenceAcrossAResetOrABoot() {
        FakeKernel kernel = new FakeKernel();
        NodeCollector asking = withKernel(kernel);
        table(1000, "boot-1");
        kernel.service(10, 5, 5);
        asking.collect();
        kernel.service(10, 65, 25);
        table(90, "boot-1");
        IpvsState reset = asking.collect().getIpvs();
        assertThat(reset.getCountersReset()).isTrue();
        assertThat(reset.getImbalanceBasis()).isEqualTo("held");
        kernel.service(10, 165, 125);
        table(290, "boot-2");

        IpvsState booted = asking.collect().getIpvs();

        assertThat(booted.getCountersReset()).isFalse();
        assertThat(booted.getImbalanceBasis()).isEqualTo("held");
    }

    @Test
    void samplesConnectionStatesOnlyWhenAsked() {
        table(10, "boot-1");
        proc.with("net/ip_vs_conn", Captures.bytes("small/ip_vs_conn"));
        NodeCollector sampling = new NodeCollector(
                new CollectorSettings(CLUSTER, "node-1", "1.0", Duration.ofSeconds(10), 3, true),
                proc,
                NO_KUBE_PROXY,
                () -> now);

        assertThat(collector.collect().getIpvs().getConnectionStates()).isNull();
        assertThat(sampling.collect().getIpvs().getConnectionStates().getStates())
                .containsKey("TCP:ESTABLISHED");
    }

    @Test
    void asksKubeProxyForTheHealthOfItsSynchronisation() {
        kubeProxy = path -> switch (path) {
            case "/proxyMode" -> Optional.of("ipvs");
            case "/metrics" -> Optional.of("kubeproxy_sync_proxy_rules_duration_seconds_count 7\n");
            default -> Optional.empty();
        };

        NodeStats stats = collector.collect();

        assertThat(stats.getKubeProxySync())
                .isEqualTo(new KubeProxySync(
                        null,
                        List.of(new FamilySync("", 7L, null, List.of(), null, null, null, null)),
                        RuleSync.Unknown,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        assertThat(stats.getEvidence()).extracting(Evidence::getCode).containsExactly("ipvs-missing");
    }

    private NodeCollector withKernel(FakeKernel kernel) {
        return new NodeCollector(SETTINGS, proc, path -> kubeProxy.get(path), kernel, ServiceProbe.NONE, () -> now);
    }

    @Test
    void makesARecordThatSurvivesItsEncoding() throws IOException {
        table(10, "boot-1");
        NodeStats stats = collector.collect();

        assertThat(NodeStats.fromByteBuffer(stats.toByteBuffer())).isEqualTo(stats);
    }

    private void table(int connections, String bootId) {
        proc.with("net/ip_vs", Captures.bytes("small/ip_vs"))
                .with("net/ip_vs_stats", STATS.formatted(connections))
                .with("sys/kernel/random/boot_id", bootId + "\n");
    }
}
