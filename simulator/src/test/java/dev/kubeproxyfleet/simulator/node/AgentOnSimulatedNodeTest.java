package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.IpvsKernel;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ProcFiles;
import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the real collecting code makes of a simulated node's files and pages. */
class AgentOnSimulatedNodeTest {

    private static final Duration A_CHANGE = Duration.ofSeconds(120);

    private final ManualClock clock = new ManualClock();
    private final FakeClusters clusters = new FakeClusters(clock.instant());
    private final NodeFaults faults = new NodeFaults();
    private final SimulatedNode node = new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock)
            .of(FakeClusters.CLUSTER)
            .getFirst();
    private final NodeCollector agent = agent(node);

    private NodeCollector agent(SimulatedNode on) {
        return new NodeCollector(
                new CollectorSettings(on.cluster(), on.name(), "test", Duration.ofSeconds(10), 20),
                (path, buffer) -> {
                    byte[] content = on.read(path);
                    if (content == null) {
                        return ProcFiles.Outcome.ABSENT;
                    }
                    buffer.append(content, 0, content.length);
                    return ProcFiles.Outcome.READ;
                },
                on::get,
                IpvsKernel.SILENT,
                new SimulatedProbe(on),
                clock);
    }

    @Test
    void aNodeThatFollowedAChangeHasNothingThatDoesNotFitTogether() {
        NodeStats seen = seenAfterAChange();

        assertThat(seen.getKubeProxy().getMode()).isEqualTo("ipvs");
        assertThat(seen.getIpvs().getSchedulers()).containsOnlyKeys("lc");
        assertThat(seen.getKubeProxySync()).isNotNull();
        assertThat(seen.getEvidence()).isEmpty();
    }

    @Test
    void aNodeThatNeverSyncsSaysIpvsAndProvesNothing() {
        NodeStats seen = seenAfterAChange(new NodeFault.NeverSyncs("one", null));

        assertThat(seen.getKubeProxy().getMode()).isEqualTo("ipvs");
        assertThat(seen.getIpvs().getServices()).isZero();
        assertThat(seen.getEvidence()).extracting(Evidence::getCode).containsExactly("ipvs-empty", "not-synced");
    }

    @Test
    void aKernelWithoutIpvsIsNamed() {
        NodeStats seen = seenAfterAChange(new NodeFault.NoIpvsTable("one", null));

        assertThat(seen.getKubeProxy().getMode()).isEqualTo("ipvs");
        assertThat(seen.getEvidence()).extracting(Evidence::getCode).containsExactly("ipvs-missing");
    }

    @Test
    void whatCannotBeReachedIsUnknown() {
        NodeStats seen = seenAfterAChange(new NodeFault.MetricsUnreachable("one", null));

        assertThat(seen.getKubeProxy()).isNull();
        assertThat(seen.getKubeProxySync()).isNull();
        assertThat(seen.getIpvs().getSchedulers()).containsOnlyKeys("lc");
    }

    @Test
    void everySignalIsToldOfAHealthyNode() {
        NodeStats seen = seenAfterAChange();

        assertThat(seen.getNetwork().getIcmpOutDestUnreachsTotal()).isNotNull();
        assertThat(seen.getNetwork().getIcmp6OutDestUnreachsTotal()).isNotNull();
        assertThat(seen.getNetwork().getIcmpOutRateLimitedTotal()).isZero();
        assertThat(seen.getNetwork().getConntrackInsertFailedTotal()).isNotNull();
        assertThat(seen.getNetwork().getConntrackDropTotal()).isNotNull();
        assertThat(seen.getKubeProxy().getVersion()).isEqualTo("v1.34.1");
        assertThat(seen.getKubeProxySync().getNetworkProgrammingCount()).isPositive();
        assertThat(seen.getKubeProxySync().getNoLocalEndpointsInternal()).isZero();
        assertThat(seen.getKubeProxySync().getFamilies()).hasSize(2).allSatisfy(family -> {
            assertThat(family.getSyncDurationBuckets()).hasSize(16);
            assertThat(family.getSyncDurationBuckets().getLast()).isEqualTo(family.getSyncsTotal());
        });
        assertThat(seen.getIpvs().getSysctls().getConntrack()).isEqualTo(1);
        assertThat(seen.getDnsProbes()).singleElement().satisfies(probe -> {
            assertThat(probe.getSkipped()).isNull();
            assertThat(probe.getAttemptsTotal()).isEqualTo(1);
            assertThat(probe.getFailuresTotal()).isZero();
        });
    }

    @Test
    void theAgentTellsTheSoftwareOfTheNodeAndWhatItsWorkloadsDo() {
        clusters.software = new NodeSoftware("1.33.11", "5.4.0-1138-azure", true, true);
        SimulatedNode other = new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock)
                .of(FakeClusters.CLUSTER)
                .getFirst();
        NodeCollector its = agent(other);
        clock.advance(A_CHANGE);

        NodeStats seen = its.collect();

        assertThat(seen.getKernelRelease()).isEqualTo("5.4.0-1138-azure");
        assertThat(seen.getKubeProxy().getVersion()).isEqualTo("v1.33.11");
        assertThat(seen.getKubeProxySync().getLocalhostNodePortsAcceptedTotal()).isPositive();
        assertThat(seen.getKubeProxySync().getCtStateInvalidDropsTotal()).isPositive();
        NodeStats usual = agent.collect();
        assertThat(usual.getKernelRelease()).isEqualTo("5.15.0-1098-azure");
        assertThat(usual.getKubeProxySync().getLocalhostNodePortsAcceptedTotal())
                .isZero();
        assertThat(usual.getKubeProxySync().getCtStateInvalidDropsTotal()).isZero();
        assertThat(seenAfterAChange().getKubeProxySync().getLocalhostNodePortsAcceptedTotal())
                .as("in mode IPVS nothing counts them")
                .isNull();
    }

    @Test
    void failedSyncsAreCountedInEveryMode() {
        for (KubeProxyMode mode : KubeProxyMode.values()) {
            faults.begin(List.of(new NodeFault.NeverSyncs("one", null)));
            long before = failures(seenAfter(mode));
            clock.advance(A_CHANGE);

            assertThat(failures(agent.collect())).as(mode.name()).isGreaterThan(before);
            faults.end(fault -> true);
        }
    }

    @Test
    void aProbeFailsInARowWhereServicesAreRefused() {
        faults.begin(List.of(
                new NodeFault.AfterSwitch(KubeProxyMode.IPVS, new NodeFault.RefusedServices(node.cluster(), null))));
        NodeStats before = agent.collect();
        NodeStats changed = seenAfterAChange();
        long refused = refusals(changed);
        clock.advance(Duration.ofSeconds(10));
        NodeStats later = agent.collect();

        assertThat(before.getDnsProbes().getFirst().getConsecutiveFailures()).isZero();
        assertThat(later.getDnsProbes().getFirst().getConsecutiveFailures()).isEqualTo(2);
        assertThat(later.getDnsProbes().getFirst().getTcpReachable()).isFalse();
        assertThat(refusals(later) - refused).isGreaterThan(30);
        assertThat(later.getEvidence())
                .as("kube-proxy believes that all is well")
                .isEmpty();
    }

    @Test
    void aBlackHoleForUdpIsToldApart() {
        NodeStats seen = seenAfterAChange(new NodeFault.BlackHoledUdp("one", null));

        assertThat(seen.getDnsProbes().getFirst().getTcpReachable()).isTrue();
        assertThat(seen.getDnsProbes().getFirst().getUdpAnswered()).isFalse();
        assertThat(seen.getDnsProbes().getFirst().getFailuresTotal()).isEqualTo(1);
    }

    @Test
    void whatConntrackLosesIsCounted() {
        NodeStats before = seenAfterAChange(new NodeFault.ConntrackDrops("one", null));
        clock.advance(Duration.ofSeconds(10));
        NodeStats after = agent.collect();

        assertThat(after.getNetwork().getConntrackInsertFailedTotal())
                .isGreaterThan(before.getNetwork().getConntrackInsertFailedTotal() + 10);
        assertThat(after.getNetwork().getConntrackDropTotal())
                .isGreaterThan(before.getNetwork().getConntrackDropTotal() + 5);
    }

    @Test
    void staleRulesAreOverdueInTheEnd() {
        seenAfterAChange(new NodeFault.StaleRules("one", null));
        NodeStats seen = agent.collect();
        for (int look = 0; look < 10; look++) {
            clock.advance(Duration.ofSeconds(10));
            seen = agent.collect();
        }

        assertThat(seen.getEvidence()).extracting(Evidence::getCode).containsExactly("sync-overdue");
    }

    private static long failures(NodeStats seen) {
        return seen.getKubeProxySync().getFamilies().stream()
                .mapToLong(family -> family.getFailuresTotal() == null ? 0 : family.getFailuresTotal())
                .sum();
    }

    private static long refusals(NodeStats seen) {
        return seen.getNetwork().getIcmpOutDestUnreachsTotal()
                + seen.getNetwork().getIcmp6OutDestUnreachsTotal();
    }

    private NodeStats seenAfter(KubeProxyMode mode) {
        clusters.applied = new AppliedConfiguration(new KubeProxyConfig(true, mode, null), clock.instant(), true);
        clock.advance(A_CHANGE);
        return agent.collect();
    }

    private NodeStats seenAfterAChange(NodeFault... wrong) {
        faults.begin(List.of(wrong));
        clusters.applied = new AppliedConfiguration(
                new KubeProxyConfig(
                        true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, null, null, null)),
                clock.instant(),
                true);
        clock.advance(A_CHANGE);
        return agent.collect();
    }
}
