package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
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
    private final NodeCollector agent = new NodeCollector(
            new CollectorSettings(node.cluster(), node.name(), "test", Duration.ofSeconds(10), 20),
            (path, buffer) -> {
                byte[] content = node.read(path);
                if (content == null) {
                    return ProcFiles.Outcome.ABSENT;
                }
                buffer.append(content, 0, content.length);
                return ProcFiles.Outcome.READ;
            },
            node::get,
            clock);

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
