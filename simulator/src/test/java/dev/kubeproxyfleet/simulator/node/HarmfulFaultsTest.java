package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What happens to the counters and the connections of nodes, with and without faults. */
class HarmfulFaultsTest {

    private static final String CLUSTER = FakeClusters.CLUSTER;
    private static final Duration A_CHANGE = Duration.ofSeconds(120);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();
    private final FakeClusters clusters = new FakeClusters(clock.instant());
    private final NodeFaults faults = new NodeFaults();
    private final SimulatedNodes world = new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock);
    private final SimulatedNode node = world.of(CLUSTER).getFirst();

    @Test
    void someConnectionsAreRefusedOnAnyDay() {
        for (SimulatedNode each : world.of(CLUSTER)) {
            double perSecond = perSecond(() -> refusals(each));

            assertThat(perSecond).isBetween(0.005, 0.07);
        }
    }

    @Test
    void conntrackHardlyEverFails() {
        assertThat(perSecond(() -> conntrackFailures(node))).isLessThan(0.01);
    }

    @Test
    void dnsAnswersOnAnyDay() {
        assertThat(node.connectsToDns()).isTrue();
        assertThat(node.answersDnsQuery()).isTrue();
    }

    @Test
    void aSwitchOfTheModeCutsServicesOffUntilTheFirstSync() {
        apply(KubeProxyMode.NFTABLES);
        boolean cutOff = false;
        for (int half = 0; half < 2 * A_CHANGE.toSeconds(); half++) {
            clock.advance(Duration.ofMillis(500));
            cutOff |= !node.connectsToDns();
        }

        assertThat(cutOff).isTrue();
        assertThat(node.connectsToDns()).isTrue();
    }

    @Test
    void servicesAreRefusedOnlyAfterTheSwitchThatTheFaultNames() {
        faults.begin(List.of(new NodeFault.AfterSwitch(
                KubeProxyMode.IPVS, new NodeFault.RefusedServices(NodeFault.EVERY_CLUSTER, null))));
        assertThat(perSecond(() -> refusals(node))).isLessThan(0.1);
        assertThat(node.connectsToDns()).isTrue();

        change(KubeProxyMode.IPVS);
        assertThat(perSecond(() -> refusals(node))).isGreaterThan(3);
        assertThat(node.connectsToDns()).isFalse();
        assertThat(node.answersDnsQuery()).isFalse();

        change(KubeProxyMode.IPTABLES);
        assertThat(perSecond(() -> refusals(node))).isLessThan(0.1);
        assertThat(node.connectsToDns()).isTrue();
    }

    @Test
    void whatRanTheModeFromItsBootOnWasNotSwitched() {
        apply(KubeProxyMode.IPVS);
        SimulatedNode booted = new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock)
                .of(CLUSTER)
                .getFirst();
        faults.begin(
                List.of(new NodeFault.AfterSwitch(KubeProxyMode.IPVS, new NodeFault.RefusedServices("one", null))));
        clock.advance(A_CHANGE);

        assertThat(booted.get("/proxyMode")).hasValue("ipvs");
        assertThat(booted.connectsToDns()).isTrue();
    }

    @Test
    void aSwitchToWhatNeverSyncsProgramsNothing() {
        faults.begin(List.of(new NodeFault.AfterSwitch(KubeProxyMode.IPVS, new NodeFault.NeverSyncs("one", null))));
        change(KubeProxyMode.IPVS);

        assertThat(node.get("/metrics").orElseThrow())
                .contains("iptables_restore_failures_total{")
                .doesNotContain("rules_last_timestamp_seconds{");
        assertThat(node.connectsToDns()).isFalse();
    }

    @Test
    void udpMayBeLostWhileTcpWorks() {
        faults.begin(List.of(new NodeFault.BlackHoledUdp("one", null)));

        assertThat(node.connectsToDns()).isTrue();
        assertThat(node.answersDnsQuery()).isFalse();
    }

    @Test
    void conntrackMayLoseConnections() {
        faults.begin(List.of(new NodeFault.ConntrackDrops("one", null)));

        assertThat(perSecond(() -> conntrack(node, 9))).isGreaterThan(0.5);
        assertThat(perSecond(() -> conntrack(node, 10))).isGreaterThan(0.5);
        assertThat(node.connectsToDns()).isTrue();
    }

    @Test
    void staleRulesAreThoseOfTheLastSyncAndRefuseSomeConnections() {
        faults.begin(List.of(new NodeFault.StaleRules("one", null)));
        String before = node.get("/metrics").orElseThrow();
        double refused = perSecond(() -> refusals(node));
        String after = node.get("/metrics").orElseThrow();

        assertThat(refused).isGreaterThan(0.5);
        assertThat(series(after, "rules_last_timestamp_seconds"))
                .isEqualTo(series(before, "rules_last_timestamp_seconds"));
        assertThat(series(after, "rules_last_queued_timestamp_seconds"))
                .isNotEqualTo(series(before, "rules_last_queued_timestamp_seconds"));
        assertThat(after).doesNotContain("failures_total{");
    }

    @Test
    void staleRulesAreThereOnceTheyWereProgrammed() {
        faults.begin(List.of(new NodeFault.AfterSwitch(KubeProxyMode.IPVS, new NodeFault.StaleRules("one", null))));
        change(KubeProxyMode.IPVS);

        assertThat(series(node.get("/metrics").orElseThrow(), "rules_last_timestamp_seconds"))
                .isNotEmpty();
    }

    @Test
    void aStormBefallsEveryNodeOfItsRegionAndNoOther() {
        faults.begin(List.of(new NodeFault.RegionStorm("northeurope")));
        assertThat(perSecond(() -> refusals(node))).isLessThan(0.1);

        faults.begin(List.of(new NodeFault.RegionStorm("WestEurope")));
        for (SimulatedNode each : world.of(CLUSTER)) {
            assertThat(perSecond(() -> refusals(each))).isGreaterThan(2);
            assertThat(each.answersDnsQuery()).isTrue();
        }
    }

    @Test
    void kubeProxysSysctlsAreThereWhereIpvsIs() {
        assertThat(node.read("sys/net/ipv4/vs/conntrack")).isNull();
        change(KubeProxyMode.IPVS);

        for (String name : List.of("conntrack", "conn_reuse_mode", "expire_nodest_conn", "expire_quiescent_template")) {
            assertThat(text(node, "sys/net/ipv4/vs/" + name)).isEqualTo("1\n");
        }
    }

    private void change(KubeProxyMode mode) {
        apply(mode);
        clock.advance(A_CHANGE);
        // Time passes on a node when it is looked at.
        assertThat(node.running()).isTrue();
    }

    private void apply(KubeProxyMode mode) {
        clusters.applied = new AppliedConfiguration(new KubeProxyConfig(true, mode, null), clock.instant(), true);
    }

    private interface Counter {
        long now();
    }

    /** Over an hour, looked at every ten seconds. */
    private double perSecond(Counter counter) {
        long before = counter.now();
        for (Duration passed = Duration.ZERO; passed.compareTo(HOUR) < 0; passed = passed.plusSeconds(10)) {
            clock.advance(Duration.ofSeconds(10));
            assertThat(counter.now()).isGreaterThanOrEqualTo(before);
        }
        return (counter.now() - before) / (double) HOUR.toSeconds();
    }

    private static long refusals(SimulatedNode node) {
        List<String> icmp = text(node, "net/snmp")
                .lines()
                .filter(line -> line.startsWith("Icmp: "))
                .toList();
        int column = List.of(icmp.get(0).split(" ")).indexOf("OutDestUnreachs");
        String ipv6 = text(node, "net/snmp6")
                .lines()
                .filter(line -> line.startsWith("Icmp6OutDestUnreachs"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(icmp.get(1).split(" ")[column]) + Long.parseLong(ipv6.split("\\s+")[1]);
    }

    private static long conntrackFailures(SimulatedNode node) {
        return conntrack(node, 9) + conntrack(node, 10);
    }

    /** A column of the first CPU; 9 is insert_failed, 10 is drop. */
    private static long conntrack(SimulatedNode node, int column) {
        List<String> lines = text(node, "net/stat/nf_conntrack").lines().toList();
        return Long.parseLong(lines.get(1).split(" +")[column], 16);
    }

    private static List<String> series(String page, String name) {
        return page.lines().filter(line -> line.contains(name + "{")).toList();
    }

    private static String text(SimulatedNode node, String path) {
        return new String(Objects.requireNonNull(node.read(path)), StandardCharsets.US_ASCII);
    }
}
