package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.CLUSTER;
import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ProcFiles;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each fault of a simulated node does to its proof, through the agent's collecting code and the fold. */
class ProofOfSimulatedNodesTest {

    private static final Duration A_CHANGE = Duration.ofSeconds(120);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private Instant now = NOON;
    private AppliedConfiguration applied = new AppliedConfiguration(KubeProxyConfig.UNSET, NOON, true);
    private final NodeFaults faults = new NodeFaults();
    private final SimulatedNode node = new SimulatedNodes(clusters(), faults, new FleetSpec(1, 1, 1, 1, 1), () -> now)
            .of(CLUSTER)
            .getFirst();
    private final NodeCollector collector = new NodeCollector(
            new CollectorSettings(CLUSTER, node.name(), "test", INTERVAL, 20), proc(), node::get, () -> now);

    @Test
    void aHealthyNodeProvesWhatItShowsInEveryMode() {
        assertThat(state().shown().getProof()).isEqualTo(Proof.Proven);
        assertThat(state().shown().getMode()).isEqualTo("iptables");

        change();

        assertThat(state().shown().getProof()).isEqualTo(Proof.Proven);
        assertThat(state().shown().getMode()).isEqualTo("ipvs");
        assertThat(state().shown().getScheduler()).isEqualTo("lc");
    }

    @Test
    void duringAChangeItProvesNothingUntilItsRulesAreProgrammed() {
        applied = new AppliedConfiguration(IPVS, now, true);
        Set<Proof> seen = EnumSet.noneOf(Proof.class);
        for (Instant end = now.plus(A_CHANGE); now.isBefore(end); now = now.plusSeconds(1)) {
            NodeState state = state();
            seen.add(state.shown().getProof());
            if ("ipvs".equals(state.shown().getMode()) && state.shown().getProof() == Proof.Proven) {
                assertThat(state.shown().getScheduler()).isEqualTo("lc");
            }
        }

        assertThat(seen).contains(Proof.Proven, Proof.IpvsEmpty);
    }

    @Test
    void aKubeProxyThatNeverProgramsItsRulesProvesNothing() {
        faults.begin(List.of(new NodeFault.NeverSyncs(CLUSTER, null)));
        change();
        assertThat(state().shown().getMode()).isEqualTo("ipvs");
        assertThat(state().shown().getProof()).isNotEqualTo(Proof.Proven);

        applied = new AppliedConfiguration(new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null), now, true);
        now = now.plus(A_CHANGE);
        assertThat(state().shown().getMode()).isEqualTo("nftables");
        assertThat(state().shown().getProof()).isEqualTo(Proof.NotSynced);
    }

    @Test
    void oneThatStopsToProgramThemIsOverdue() {
        faults.begin(List.of(new NodeFault.NeverSyncs(CLUSTER, null)));
        now = now.plus(A_CHANGE);

        assertThat(state().shown().getProof()).isEqualTo(Proof.SyncOverdue);
    }

    @ParameterizedTest
    @EnumSource
    void oneFamilyThatIsStuckIsEnough(IpFamily stuck) {
        change();
        faults.begin(List.of(new NodeFault.OneFamilyStuck(CLUSTER, null, stuck)));
        now = now.plus(A_CHANGE);

        assertThat(state().shown().getProof()).isEqualTo(Proof.SyncOverdue);
    }

    @Test
    void aKernelWithoutServicesProvesNoIpvs() {
        faults.begin(List.of(new NodeFault.NoIpvsTable(CLUSTER, null)));
        change();
        assertThat(state().shown().getProof()).isEqualTo(Proof.IpvsMissing);

        faults.end(fault -> true);
        faults.begin(List.of(new NodeFault.EmptyIpvsTable(CLUSTER, null)));
        assertThat(state().shown().getProof()).isEqualTo(Proof.IpvsEmpty);
    }

    @Test
    void aKubeProxyThatCannotBeAskedProvesNothing() {
        change();
        faults.begin(List.of(new NodeFault.MetricsUnreachable(CLUSTER, null)));

        assertThat(state().shown().getProof()).isEqualTo(Proof.SyncUnknown);
        assertThat(state().shown().getMode()).isNull();
    }

    private static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    private void change() {
        applied = new AppliedConfiguration(IPVS, now, true);
        now = now.plus(A_CHANGE);
        // Time passes on a node when it is looked at: what comes after this does not befall it before.
        state();
    }

    private NodeState state() {
        NodeStats stats = collector.collect();
        return ((Folding.Folded) HealthFold.fold(null, stats, false, now, now)).state();
    }

    private ProcFiles proc() {
        return (path, buffer) -> {
            byte[] content = node.read(path);
            if (content == null) {
                return ProcFiles.Outcome.ABSENT;
            }
            buffer.append(content, 0, content.length);
            return ProcFiles.Outcome.READ;
        };
    }

    private Clusters clusters() {
        return new Clusters() {
            @Override
            public Map<String, List<String>> nodes() {
                return Map.of(CLUSTER, List.of("node-1"));
            }

            @Override
            public Optional<AppliedConfiguration> applied(String clusterId) {
                return Optional.of(applied);
            }

            @Override
            public Optional<String> region(String clusterId) {
                return Optional.of("westeurope");
            }
        };
    }
}
