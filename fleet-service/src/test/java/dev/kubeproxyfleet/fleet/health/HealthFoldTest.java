package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.CLUSTER;
import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedPackets;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthFoldTest {

    @Test
    void foldsNodesIntoWhatTheClusterRuns() {
        ClusterHealth health = health(
                List.of(
                        state(Snapshots.of("b")),
                        state(Snapshots.of("c")
                                .kubeProxy(new KubeProxyState("iptables", null, null, null, null, null))
                                .ipvs(null)),
                        state(Snapshots.of("a").at(NOON.minusSeconds(3)))),
                4);

        assertThat(health.getNodesExpected()).isEqualTo(4);
        assertThat(health.getNodesReporting()).isEqualTo(3);
        assertThat(health.getObserved())
                .containsExactly(
                        new ObservedConfiguration(
                                "ipvs", "lc", 900, 120, 300, Proof.Proven, false, 2, NOON.minusSeconds(3)),
                        new ObservedConfiguration("iptables", null, null, null, null, Proof.Proven, false, 1, NOON));
        assertThat(health.getActiveConnections()).isEqualTo(20);
        assertThat(health.getInactiveConnections()).isEqualTo(4);
        assertThat(health.getConnectionsPerSecond()).isEqualTo(10.0);
        assertThat(health.getImbalance()).isEqualTo(1.2);
        assertThat(health.getTcpAttemptFailsPerSecond()).isNull();
        assertThat(health.getNodes()).extracting(NodeSummary::getNode).containsExactly("a", "b", "c");
    }

    @Test
    void countsTheNodesOnWhichSomethingDoesNotFitTogether() {
        NodeState both = state(Snapshots.of("a").stats("stale-ipvs", "proc-unreadable", "stale-ipvs"));
        NodeState one = state(Snapshots.of("b").stats("stale-ipvs"));
        NodeState none = state(Snapshots.of("c"));

        assertThat(health(List.of(both, one, none), 3).getEvidence())
                .isEqualTo(Map.of("stale-ipvs", 2, "proc-unreadable", 1));
        assertThat(NodeStateSerde.read(NodeStateSerde.write(both))).isEqualTo(both);
    }

    @Test
    void countsTheVersionsOfAgentsAndLeavesOutWhoTellsNone() {
        NodeState one = byAgent("a", "1.4");
        NodeState same = byAgent("b", "1.4");
        NodeState old = byAgent("c", "1.3");
        NodeState silent = byAgent("d", "");

        ClusterHealth health = health(List.of(one, same, old, silent), 4);

        assertThat(health.getAgentVersions()).isEqualTo(Map.of("1.4", 2, "1.3", 1));
        assertThat(health.getNodes())
                .extracting(node -> node.getDetails().getAgentVersion())
                .containsExactly("1.4", "1.4", "1.3", "");
    }

    @Test
    void agentsThatEachCallTheirVersionOtherwiseDoNotMakeTheRecordGrow() {
        List<NodeState> nodes = IntStream.range(0, 40)
                .mapToObj(node -> byAgent("n" + node, "v" + node))
                .toList();

        assertThat(health(nodes, 40).getAgentVersions()).hasSize(HealthFold.MAX_AGENT_VERSIONS);
    }

    @Test
    void showsOfANodeWhatItTellsBesideAndOfTheRestThatItIsUnknown() {
        KubeProxySync sync = new KubeProxySync(0L, List.of(), RuleSync.Synced, 4L, 3.0, 2, null, null, 0L);
        IpvsState ipvs = IpvsState.newBuilder(Snapshots.ipvs(Map.of("lc", 1), 0, null, null))
                .setSysctls(new IpvsSysctls(1, 0, null, 1))
                .build();
        NodeState told = state(Snapshots.of("a").sync(sync).ipvs(ipvs).stats("stale-ipvs"));
        NodeState silent = state(Snapshots.of("b").sync(null).ipvs(null));

        List<NodeSummary> nodes = health(List.of(told, silent), 2).getNodes();
        assertThat(nodes.getFirst().getDetails())
                .isEqualTo(new NodeDetails(0.75, 2, null, null, 0L, 1, 0, null, 1, "test", Snapshots.KERNEL));
        assertThat(nodes.getFirst().getEvidence()).containsExactly("stale-ipvs");
        assertThat(nodes.getLast().getDetails())
                .isEqualTo(new NodeDetails(
                        null, null, null, null, null, null, null, null, null, "test", Snapshots.KERNEL));
        assertThat(NodeStateSerde.read(NodeStateSerde.write(told))).isEqualTo(told);
    }

    @Test
    void findsTheOldestVersionsOfReportingNodesAndAddsWhatRulesOfModeIptablesCounted() {
        ClusterHealth health = health(
                List.of(
                        told("a", "6.8.0-1021-azure", "v1.34.7", 3L, 0L),
                        told("b", "5.15.0-1073-azure", "v1.34.10", 4L, null),
                        told("c", "5.15.0-1073-azure", null, null, null),
                        told("d", "", "unknown", null, 7L)),
                4);

        assertThat(health.getKernel()).isEqualTo(new OldestVersion("5.15.0-1073-azure", 2, 3));
        assertThat(health.getKubeProxyVersion()).isEqualTo(new OldestVersion("v1.34.7", 1, 2));
        assertThat(health.getCtStateInvalidDrops()).isEqualTo(new CountedPackets(7L, 2));
        assertThat(health.getLocalhostNodePortsAccepted()).isEqualTo(new CountedPackets(7L, 2));
    }

    @Test
    void whatNoNodeTellsStaysUnknown() {
        ClusterHealth health = health(List.of(told("a", "", null, null, null)), 1);

        assertThat(health.getKernel()).isNull();
        assertThat(health.getKubeProxyVersion()).isNull();
        assertThat(health.getCtStateInvalidDrops()).isNull();
        assertThat(health.getLocalhostNodePortsAccepted()).isNull();
    }

    private static NodeState told(
            String node,
            String kernel,
            @Nullable String kubeProxy,
            @Nullable Long invalidDrops,
            @Nullable Long localhostNodePorts) {
        return state(NodeStats.newBuilder(Snapshots.of(node)
                        .kubeProxy(new KubeProxyState("iptables", null, null, null, null, kubeProxy))
                        .sync(new KubeProxySync(
                                0L,
                                List.of(),
                                RuleSync.Synced,
                                null,
                                null,
                                null,
                                null,
                                invalidDrops,
                                localhostNodePorts))
                        .stats())
                .setKernelRelease(kernel)
                .build());
    }

    @Test
    void noAverageIsMadeOfNoChanges() {
        KubeProxySync sync = new KubeProxySync(0L, List.of(), RuleSync.Synced, 0L, 0.0, null, null, null, null);

        assertThat(state(Snapshots.of("a").sync(sync)).details().getNetworkProgrammingSeconds())
                .isNull();
    }

    @Test
    void keepsTheCodesThatMostNodesHaveHoweverManyNodesMakeUp() {
        List<NodeState> nodes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            nodes.add(state(Snapshots.of("node-" + i).stats("stale-ipvs", "made-up-" + i)));
        }

        assertThat(health(nodes, 100).getEvidence())
                .hasSize(HealthFold.MAX_EVIDENCE)
                .containsEntry("stale-ipvs", 100);
    }

    @Test
    void takesNoMoreCodesOfANodeThanAnAgentHas() {
        String[] codes = IntStream.range(0, 1000).mapToObj(i -> "code-" + i).toArray(String[]::new);

        assertThat(state(Snapshots.of("a").stats(codes)).evidence()).hasSize(HealthFold.MAX_EVIDENCE);
    }

    /** A text that were cut could be another's. */
    @Test
    void leavesOutASnapshotWithATextThatNoAgentWrites() {
        String tooLong = "x".repeat(1_000);
        KubeProxyState mode = new KubeProxyState(tooLong, null, null, null, null, null);
        KubeProxyState scheduler = new KubeProxyState("ipvs", tooLong, null, null, null, null);
        Snapshots a = Snapshots.of("a");

        assertThat(List.of(
                        fold(null, a.cluster(tooLong)),
                        fold(null, Snapshots.of(tooLong)),
                        fold(null, a.boot(tooLong)),
                        fold(null, a.kubeProxy(mode)),
                        fold(null, a.kubeProxy(scheduler)),
                        fold(null, a.ipvs(Snapshots.ipvs(Map.of(tooLong, 1), 0, null, null))),
                        HealthFold.fold(null, a.stats(tooLong), false, NOON, NOON),
                        HealthFold.fold(
                                null,
                                NodeStats.newBuilder(a.stats())
                                        .setAgentVersion(tooLong)
                                        .build(),
                                false,
                                NOON,
                                NOON)))
                .containsOnly(new Folding.TextTooLong());
    }

    @Test
    void takesTheLongestNamesThatAzureAndKubernetesAllow() {
        assertThat(fold(
                        null,
                        Snapshots.of("n".repeat(253))
                                .cluster(CLUSTER.replace("/rg/", "/" + "g".repeat(90) + "/")
                                        .replace("/one", "/" + "c".repeat(63)))))
                .isInstanceOf(Folding.Folded.class);
    }

    @Test
    void tellsUnknownWhereNoNodeKnows() {
        ClusterHealth health = health(
                List.of(state(Snapshots.of("a").kubeProxy(null).sync(null).ipvs(null))), null);

        assertThat(health.getObserved())
                .containsExactly(
                        new ObservedConfiguration(null, null, null, null, null, Proof.SyncUnknown, false, 1, NOON));
        assertThat(health.getNodesExpected()).isNull();
        assertThat(health.getConnectionsPerSecond()).isNull();
        assertThat(health.getImbalance()).isNull();
    }

    @Test
    void believesTheKernelBeforeKubeProxy() {
        NodeState state = state(Snapshots.of("a")
                .kernelTimeouts(new KernelTimeouts(60, 30, 20))
                .ipvs(Snapshots.ipvs(Map.of("rr", 2), 0, null, null)));

        assertThat(state.shown().getScheduler()).isEqualTo("rr");
        assertThat(state.shown().getTcpTimeoutSeconds()).isEqualTo(60);
        assertThat(state.shown().getUdpTimeoutSeconds()).isEqualTo(20);
        assertThat(state.shown().getTimeoutsByKernel()).isTrue();
        assertThat(state(Snapshots.of("a")).shown().getTimeoutsByKernel()).isFalse();
    }

    @Test
    void seesAChangeThatWasAppliedByHalf() {
        assertThat(state(Snapshots.of("a").ipvs(Snapshots.ipvs(Map.of("rr", 2, "lc", 1), 0, null, null)))
                        .shown()
                        .getScheduler())
                .isEqualTo("mixed");
    }

    @Test
    void takesServicesThatStayedBehindForNoMode() {
        NodeState state =
                state(Snapshots.of("a").kubeProxy(new KubeProxyState("nftables", "lc", 900, null, null, null)));

        assertThat(state.shown().getMode()).isEqualTo("nftables");
        assertThat(state.shown().getScheduler()).isNull();
        assertThat(state.shown().getTcpTimeoutSeconds()).isNull();
    }

    @Test
    void takesNoTableForAModeSinceItMayHaveStayedBehind() {
        NodeState silent = state(Snapshots.of("a").kubeProxy(null).sync(null));
        NodeState untold = state(Snapshots.of("a").kubeProxy(new KubeProxyState(null, null, null, null, null, null)));

        assertThat(silent.shown().getMode()).isNull();
        assertThat(silent.shown().getProof()).isEqualTo(Proof.SyncUnknown);
        assertThat(untold.shown().getMode()).isNull();
        assertThat(untold.shown().getScheduler()).isEqualTo("lc");
        assertThat(untold.shown().getProof()).isEqualTo(Proof.ModeUnknown);
    }

    @Test
    void takesNoSchedulerFromKubeProxy() {
        NodeState state = state(Snapshots.of("a").ipvs(Snapshots.ipvs(Map.of(), 0, null, null)));

        assertThat(state.shown().getMode()).isEqualTo("ipvs");
        assertThat(state.shown().getScheduler()).isNull();
    }

    @Test
    void aKernelWithoutServicesProvesNoIpvs() {
        assertThat(state(Snapshots.of("a").ipvs(Snapshots.ipvs(Map.of(), 0, null, null)))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.IpvsEmpty);
        assertThat(state(Snapshots.of("a").ipvs(null)).shown().getProof()).isEqualTo(Proof.IpvsMissing);
        assertThat(state(Snapshots.of("a").ipvs(null).stats("ipvs-missing", "proc-unreadable"))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.IpvsMissing);
        assertThat(state(Snapshots.of("a").ipvs(null).stats("proc-unreadable"))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.IpvsUnreadable);
    }

    @Test
    void aTableOfWhichNoLineWasUnderstoodIsNotCalledEmpty() {
        IpvsState table = IpvsState.newBuilder(Snapshots.ipvs(Map.of(), 0, null, null))
                .setSkippedLines(Map.of("BadAddress", 7))
                .build();

        assertThat(state(Snapshots.of("a").ipvs(table)).shown().getProof()).isEqualTo(Proof.IpvsUnreadable);
    }

    @Test
    void otherModesNeedNoTable() {
        KubeProxyState iptables = new KubeProxyState("iptables", null, null, null, null, null);

        assertThat(state(Snapshots.of("a").kubeProxy(iptables).ipvs(null))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.Proven);
        assertThat(state(Snapshots.of("a").kubeProxy(iptables).ipvs(null).stats("proc-unreadable"))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.Proven);
    }

    @Test
    void rulesThatWereNotProgrammedProveNothingInAnyMode() {
        for (String mode : List.of("iptables", "ipvs", "nftables")) {
            Snapshots node = Snapshots.of("a").kubeProxy(new KubeProxyState(mode, null, null, null, null, null));

            assertThat(state(node.sync(Snapshots.ruleSync(RuleSync.NotSynced)))
                            .shown()
                            .getProof())
                    .isEqualTo(Proof.NotSynced);
            assertThat(state(node.sync(Snapshots.ruleSync(RuleSync.Overdue)))
                            .shown()
                            .getProof())
                    .isEqualTo(Proof.SyncOverdue);
            assertThat(state(node.sync(Snapshots.ruleSync(RuleSync.Unknown)))
                            .shown()
                            .getProof())
                    .isEqualTo(Proof.SyncUnknown);
            assertThat(state(node.sync(null)).shown().getProof()).isEqualTo(Proof.SyncUnknown);
            assertThat(state(node.sync(Snapshots.ruleSync(RuleSync.Synced)))
                            .shown()
                            .getProof())
                    .isEqualTo(Proof.Proven);
        }
    }

    @Test
    void ofSeveralReasonsTheMostSeriousCounts() {
        assertThat(state(Snapshots.of("a").ipvs(null).sync(Snapshots.ruleSync(RuleSync.NotSynced)))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.IpvsMissing);
        assertThat(state(Snapshots.of("a")
                                .kubeProxy(new KubeProxyState(null, null, null, null, null, null))
                                .sync(Snapshots.ruleSync(RuleSync.Overdue)))
                        .shown()
                        .getProof())
                .isEqualTo(Proof.SyncOverdue);
    }

    @Test
    void nodesThatShowTheSameAndDoNotProveTheSameAreToldApart() {
        ClusterHealth health = health(
                List.of(
                        state(Snapshots.of("a")),
                        state(Snapshots.of("b")),
                        state(Snapshots.of("c").sync(Snapshots.ruleSync(RuleSync.NotSynced))),
                        state(Snapshots.of("d").kernelTimeouts(new KernelTimeouts(900, 120, 300)))),
                4);

        assertThat(health.getObserved())
                .containsExactly(
                        new ObservedConfiguration("ipvs", "lc", 900, 120, 300, Proof.Proven, false, 2, NOON),
                        new ObservedConfiguration("ipvs", "lc", 900, 120, 300, Proof.Proven, true, 1, NOON),
                        new ObservedConfiguration("ipvs", "lc", 900, 120, 300, Proof.NotSynced, false, 1, NOON));
        assertThat(health.getNodes())
                .extracting(NodeSummary::getProof)
                .containsExactly(Proof.Proven, Proof.Proven, Proof.NotSynced, Proof.Proven);
    }

    @Test
    void listsALimitedNumberOfConfigurationsAndCountsTheOtherNodesAsUnknown() {
        List<NodeState> nodes = new ArrayList<>();
        nodes.add(state(Snapshots.of("most-0")));
        for (int i = 0; i < 300; i++) {
            nodes.add(state(Snapshots.of("most-" + i)));
            nodes.add(state(Snapshots.of("odd-" + i).kernelTimeouts(new KernelTimeouts(i, 1, 1))));
        }

        ClusterHealth health = health(nodes, 600);

        assertThat(health.getObserved()).hasSize(HealthFold.MAX_OBSERVED);
        assertThat(health.getObserved().getFirst().getNodes()).isEqualTo(301);
        assertThat(health.getObserved().getLast())
                .isEqualTo(new ObservedConfiguration(
                        null, null, null, null, null, Proof.ModeUnknown, false, 300 - 126, NOON));
    }

    @Test
    void duplicatesAndOvertakenSnapshotsChangeNothing() {
        NodeState latest = state(Snapshots.of("a").at(NOON).sequence(7));

        assertThat(fold(latest, Snapshots.of("a").at(NOON).sequence(7))).isEqualTo(new Folding.NotNewer());
        assertThat(fold(latest, Snapshots.of("a").at(NOON.minusSeconds(1)).sequence(6)))
                .isEqualTo(new Folding.NotNewer());
    }

    @Test
    void acceptsAnAgentThatRestarted() {
        NodeState latest = state(Snapshots.of("a").at(NOON.minusSeconds(5)).sequence(700));

        assertThat(fold(latest, Snapshots.of("a").at(NOON).sequence(1))).isInstanceOf(Folding.Folded.class);
    }

    @Test
    void countsANodeUntilThreeIntervalsHavePassed() {
        NodeState state = state(Snapshots.of("a").interval(10_000));

        assertThat(healthAt(state, NOON.plusSeconds(30)).getNodesReporting()).isEqualTo(1);
        assertThat(healthAt(state, NOON.plusSeconds(30).plusMillis(1)).getNodesReporting())
                .isZero();
    }

    @Test
    void refusesABacklogThatIsOlderThanThreeIntervals() {
        assertThat(HealthFold.fold(null, Snapshots.of("a").stats(), false, NOON.minusSeconds(31), NOON))
                .isEqualTo(new Folding.TooOld());
    }

    @Test
    void aClockInTheFutureKeepsNoDeadNodeAlive() {
        Instant tomorrow = NOON.plus(Duration.ofDays(1));
        Folding folding = HealthFold.fold(null, Snapshots.of("a").at(tomorrow).stats(), false, tomorrow, NOON);

        assertThat(folding).isInstanceOfSatisfying(Folding.Folded.class, it -> {
            assertThat(it.state().silentAt(NOON.plusSeconds(31))).isTrue();
            assertThat(it.state().shown().getOldestSnapshotAt()).isEqualTo(NOON);
        });
    }

    @Test
    void anAbsurdIntervalKeepsNoDeadNodeAlive() {
        NodeState state = state(Snapshots.of("a").interval(Integer.MAX_VALUE));

        assertThat(state.silentAt(NOON.plus(Duration.ofMinutes(31)))).isTrue();
        assertThat(state(Snapshots.of("a").interval(-5)).silentAt(NOON.plusSeconds(1)))
                .isTrue();
    }

    @Test
    void computesFailedAttemptsPerSecondWithinOneBootOnly() {
        NodeState first = state(Snapshots.of("a").at(NOON.minusSeconds(10)).attemptFails(100));

        assertThat(folded(first, Snapshots.of("a").attemptFails(150)).tcpAttemptFailsPerSecond())
                .isEqualTo(5.0);
        assertThat(folded(first, Snapshots.of("a").attemptFails(150).boot("boot-2"))
                        .tcpAttemptFailsPerSecond())
                .isNull();
        assertThat(folded(first, Snapshots.of("a").attemptFails(50)).tcpAttemptFailsPerSecond())
                .isNull();
        assertThat(folded(first, Snapshots.of("a")).tcpAttemptFailsPerSecond()).isNull();
    }

    @Test
    void listsAtMostTwoHundredNodesButCountsAll() {
        List<NodeState> states = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            states.add(state(Snapshots.of("node-%03d".formatted(i))));
        }

        ClusterHealth health = health(states, 300);

        assertThat(health.getNodesReporting()).isEqualTo(300);
        assertThat(health.getNodes()).hasSize(HealthFold.MAX_LISTED_NODES);
        assertThat(health.getNodes().getLast().getNode()).isEqualTo("node-199");
    }

    @Test
    void takesNoNumberForOne() {
        NodeState state =
                state(Snapshots.of("a").ipvs(Snapshots.ipvs(Map.of("lc", 1), 1, Double.NaN, Double.POSITIVE_INFINITY)));

        assertThat(state.connectionsPerSecond()).isNull();
        assertThat(state.imbalance()).isNull();
    }

    private static Folding fold(@Nullable NodeState previous, Snapshots snapshot) {
        return HealthFold.fold(previous, snapshot.stats(), false, NOON, NOON);
    }

    private static NodeState folded(@Nullable NodeState previous, Snapshots snapshot) {
        if (fold(previous, snapshot) instanceof Folding.Folded(NodeState state)) {
            return state;
        }
        throw new AssertionError("not folded: " + snapshot);
    }

    private static NodeState byAgent(String node, String version) {
        return state(NodeStats.newBuilder(Snapshots.of(node).stats())
                .setAgentVersion(version)
                .build());
    }

    private static NodeState state(NodeStats stats) {
        return ((Folding.Folded) HealthFold.fold(null, stats, false, NOON, NOON)).state();
    }

    private static NodeState state(Snapshots snapshot) {
        return folded(null, snapshot);
    }

    private static ClusterHealth health(List<NodeState> states, @Nullable Integer expected) {
        return HealthFold.health(CLUSTER, states, expected, ClockSkew.NONE, null, Map.of(), NOON);
    }

    private static ClusterHealth healthAt(NodeState state, Instant now) {
        return HealthFold.health(CLUSTER, List.of(state), null, ClockSkew.NONE, null, Map.of(), now);
    }
}
