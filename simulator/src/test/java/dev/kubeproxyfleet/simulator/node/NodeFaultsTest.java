package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of fault of a node, as an agent sees it. */
class NodeFaultsTest {

    private static final String CLUSTER = FakeClusters.CLUSTER;
    private static final String REGION = FakeClusters.REGION;
    private static final Duration A_CHANGE = Duration.ofSeconds(120);

    private final ManualClock clock = new ManualClock();
    private final FakeClusters clusters = new FakeClusters(clock.instant());
    private final NodeFaults faults = new NodeFaults();
    private final SimulatedNodes world = new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock);

    @Test
    void aHealthyNodeHasSyncedBothFamiliesSinceItStarted() {
        SimulatedNode node = node(0);

        for (IpFamily family : IpFamily.values()) {
            assertThat(lastSync(node, family).orElseThrow()).isGreaterThanOrEqualTo(processStart(node));
            assertThat(lastQueued(node, family))
                    .isLessThanOrEqualTo(lastSync(node, family).getAsDouble());
            assertThat(failures(node, family)).isEmpty();
        }
    }

    @Test
    void aChangeStartsKubeProxyAnewAndItsFirstSyncTakesAMoment() {
        SimulatedNode node = node(0);
        double before = processStart(node);
        apply(IpvsScheduler.LeastConnection);
        while (!mode(node).equals("ipvs")) {
            clock.advance(Duration.ofMillis(500));
        }

        assertThat(processStart(node)).isGreaterThan(before);
        assertThat(lastSync(node, IpFamily.IPv4)).isEmpty();
        assertThat(lastQueued(node, IpFamily.IPv4)).isGreaterThanOrEqualTo(processStart(node));
        assertThat(IpvsText.services(ipvs(node))).isEmpty();

        clock.advance(Duration.ofSeconds(9));
        assertThat(lastSync(node, IpFamily.IPv4).getAsDouble() - processStart(node))
                .isBetween(3.0, 9.0);
        assertThat(IpvsText.services(ipvs(node))).isNotEmpty();
    }

    @Test
    void aNodeThatNeverSyncsSaysItsNewModeAndKeepsWhatTheKernelHad() {
        SimulatedNode node = node(0);
        apply(IpvsScheduler.RoundRobin);
        clock.advance(A_CHANGE);
        assertThat(IpvsText.services(ipvs(node))).isNotEmpty();
        faults.begin(List.of(new NodeFault.NeverSyncs("one", null)));
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);

        assertThat(mode(node)).isEqualTo("ipvs");
        assertThat(node.get("/configz").orElseThrow()).contains("\"Scheduler\":\"lc\"");
        assertThat(node.get("/healthz")).isPresent();
        assertThat(IpvsText.services(ipvs(node)))
                .extracting(IpvsText.Service::scheduler)
                .containsOnly("rr");
        for (IpFamily family : IpFamily.values()) {
            assertThat(lastSync(node, family)).isEmpty();
        }
        double failed = failures(node, IpFamily.IPv4).getAsDouble();
        clock.advance(A_CHANGE);
        assertThat(failures(node, IpFamily.IPv4).orElseThrow()).isGreaterThan(failed);
    }

    @Test
    void aFaultThatEndsIsOver() {
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.NeverSyncs("one", null)));
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);
        assertThat(lastSync(node, IpFamily.IPv4)).isEmpty();

        faults.end(fault -> true);
        clock.advance(KubeProxyProcess.SYNC_PERIOD);

        assertThat(lastSync(node, IpFamily.IPv4).orElseThrow()).isGreaterThan(processStart(node));
        assertThat(IpvsText.services(ipvs(node)))
                .extracting(IpvsText.Service::scheduler)
                .containsOnly("lc");
    }

    @Test
    void aSyncThatFailsLeavesTheLastOneBehindWhatAskedForIt() {
        SimulatedNode node = node(0);
        double last = lastSync(node, IpFamily.IPv4).getAsDouble();
        faults.begin(List.of(new NodeFault.NeverSyncs("one", null)));
        clock.advance(A_CHANGE);

        assertThat(lastSync(node, IpFamily.IPv4)).hasValue(last);
        double queued = lastQueued(node, IpFamily.IPv4);
        assertThat(queued).isGreaterThan(last);
        clock.advance(A_CHANGE);
        assertThat(lastQueued(node, IpFamily.IPv4)).as("it still waits").isEqualTo(queued);
    }

    @ParameterizedTest
    @EnumSource
    void oneFamilyMayBeStuckWhileTheOtherWorks(IpFamily stuck) {
        IpFamily other = stuck == IpFamily.IPv4 ? IpFamily.IPv6 : IpFamily.IPv4;
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.OneFamilyStuck("one", null, stuck)));
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);

        assertThat(lastSync(node, stuck)).isEmpty();
        assertThat(failures(node, stuck)).isPresent();
        assertThat(lastSync(node, other).orElseThrow()).isGreaterThan(processStart(node));
        assertThat(failures(node, other)).isEmpty();
        assertThat(IpvsText.services(ipvs(node)).isEmpty())
                .as("the services are IPv4 ones")
                .isEqualTo(stuck == IpFamily.IPv4);
    }

    @Test
    void aKernelMayHaveNoIpvsAlthoughKubeProxySaysSo() {
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.NoIpvsTable("one", null)));
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);

        assertThat(mode(node)).isEqualTo("ipvs");
        assertThat(lastSync(node, IpFamily.IPv4)).isPresent();
        assertThat(node.read("net/ip_vs")).isNull();
        assertThat(node.read("net/ip_vs_stats")).isNull();
    }

    @Test
    void aTableMayBeEmpty() {
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.EmptyIpvsTable("one", null)));
        assertThat(node.read("net/ip_vs")).as("in mode iptables there is none").isNull();
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);

        assertThat(mode(node)).isEqualTo("ipvs");
        assertThat(ipvs(node).lines()).hasSize(3);
        assertThat(node.read("net/ip_vs_stats")).isNotNull();
    }

    @Test
    void aCrashingKubeProxyStartsAgainAndAgainAndIsAwayInBetween() {
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.CrashLoop("one", null, Duration.ofSeconds(20))));
        Set<Double> starts = new HashSet<>();
        List<Boolean> answered = new ArrayList<>();
        for (int second = 0; second < 100; second++) {
            clock.advance(Duration.ofSeconds(1));
            boolean answers = node.get("/metrics").isPresent();
            answered.add(answers);
            if (answers) {
                starts.add(processStart(node));
            }
        }

        assertThat(starts).hasSizeBetween(5, 6);
        assertThat(answered.stream().filter(answers -> answers)).hasSizeBetween(45, 55);
        assertThat(node.read("net/snmp")).isNotNull();
    }

    @Test
    void metricsMayBeOutOfReachWhileTheKernelIsProgrammed() {
        SimulatedNode node = node(0);
        faults.begin(List.of(new NodeFault.MetricsUnreachable("one", null)));
        apply(IpvsScheduler.LeastConnection);
        clock.advance(A_CHANGE);

        assertThat(node.get("/metrics")).isEmpty();
        assertThat(node.get("/proxyMode")).isEmpty();
        assertThat(IpvsText.services(ipvs(node))).isNotEmpty();
    }

    @Test
    void anAgentMayBeSilentOnANodeThatWorks() {
        faults.begin(List.of(new NodeFault.SilentAgent("ONE", node(1).name())));

        assertThat(world.of(CLUSTER).stream().filter(SimulatedNode::reports))
                .hasSize(4)
                .doesNotContain(node(1));
        assertThat(node(1).running()).isTrue();
        assertThat(mode(node(1))).isEqualTo("iptables");
    }

    @Test
    void aFaultBefallsItsClusterByNameOrIdAndNoOther() {
        NodeFault byName = new NodeFault.NeverSyncs("One", null);
        NodeFault byId = new NodeFault.NeverSyncs(CLUSTER.toUpperCase(java.util.Locale.ROOT), "a");

        assertThat(byName.befalls(CLUSTER, REGION, "a")).isTrue();
        assertThat(byName.befalls(CLUSTER + "-2", REGION, "a")).isFalse();
        assertThat(byId.befalls(CLUSTER, REGION, "a")).isTrue();
        assertThat(byId.befalls(CLUSTER, REGION, "b")).isFalse();
    }

    private void apply(IpvsScheduler scheduler) {
        clusters.applied = new AppliedConfiguration(
                new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(scheduler, null, null, null)),
                clock.instant(),
                true);
    }

    private SimulatedNode node(int index) {
        return world.of(CLUSTER).get(index);
    }

    private static String mode(SimulatedNode node) {
        return node.get("/proxyMode").orElseThrow();
    }

    private static String ipvs(SimulatedNode node) {
        return new String(Objects.requireNonNull(node.read("net/ip_vs")), StandardCharsets.US_ASCII);
    }

    private static double processStart(SimulatedNode node) {
        return metric(node, "process_start_time_seconds").orElseThrow();
    }

    private static OptionalDouble lastSync(SimulatedNode node, IpFamily family) {
        return sync(node, "last_timestamp_seconds", family);
    }

    private static double lastQueued(SimulatedNode node, IpFamily family) {
        return sync(node, "last_queued_timestamp_seconds", family).orElseThrow();
    }

    private static OptionalDouble failures(SimulatedNode node, IpFamily family) {
        return sync(node, "iptables_restore_failures_total", family);
    }

    private static OptionalDouble sync(SimulatedNode node, String name, IpFamily family) {
        return metric(node, "kubeproxy_sync_proxy_rules_" + name + "{ip_family=\"" + family + "\"}");
    }

    private static OptionalDouble metric(SimulatedNode node, String series) {
        Pattern line = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE);
        return line.matcher(node.get("/metrics").orElseThrow())
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst();
    }
}
