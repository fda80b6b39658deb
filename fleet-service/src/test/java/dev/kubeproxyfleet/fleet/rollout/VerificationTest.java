package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.Evidence.Observed;
import dev.kubeproxyfleet.fleet.rollout.Evidence.Proof;
import dev.kubeproxyfleet.fleet.rollout.Verification.Demand;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(1);

    private static Demand demand(double coverage) {
        return demand(new Gate(coverage), false);
    }

    private static Demand demand(Gate gate, boolean modeStays) {
        return Demand.of(Fleets.IPVS_LC, gate, modeStays, NodesBefore.UNKNOWN);
    }

    private static Verification verify(Demand demand, int expected, Observed... observed) {
        return judged(demand, evidence(null, observed), expected, NOON);
    }

    private static Evidence evidence(@Nullable Integer skew, Observed... observed) {
        int reporting = List.of(observed).stream().mapToInt(Observed::nodes).sum();
        return new Evidence(reporting, 100, List.of(observed), skew);
    }

    private static Observed ipvs(@Nullable String scheduler, Proof proof, int nodes) {
        return new Observed("ipvs", scheduler, 900, 120, 300, proof, true, nodes, LATER);
    }

    private static Observed iptables(int nodes) {
        return new Observed("iptables", null, null, null, null, Proof.PROVEN, false, nodes, LATER);
    }

    @Test
    void moreNodesThanTheShareLeavesOutContradictIt() {
        assertThat(verify(demand(0.9), 10, iptables(1)).isContradicted()).isFalse();
        assertThat(verify(demand(1), 10, iptables(1)).isContradicted()).isTrue();
        assertThat(judged(demand(1), evidence(null, iptables(1)), 10, LATER.plusSeconds(1))
                        .isContradicted())
                .as("from before")
                .isFalse();
    }

    @Test
    void noNodeContradictsWhereNoneIsKnown() {
        assertThat(verify(demand(0.9), 0).isContradicted()).isFalse();
        assertThat(verify(demand(0.9), 0, iptables(1)).isContradicted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Proof.class, names = "PROVEN", mode = EnumSource.Mode.EXCLUDE)
    void aNodeThatDoesNotProveWhatItShowsIsNoEvidenceOfAnotherMode(Proof proof) {
        Verification verification = verify(demand(1), 1, ipvs("lc", proof, 1));

        assertThat(verification.isProven()).isFalse();
        assertThat(verification.failureCode())
                .isIn(ClusterReason.NodesDiffer, ClusterReason.NodesNotSynced, ClusterReason.NodesUnproven);
    }

    @Test
    void aKernelWithoutAServiceRunsNoIpvs() {
        Verification empty = verify(demand(1), 1, ipvs(null, Proof.IPVS_EMPTY, 1));
        assertThat(empty.isContradicted()).isTrue();
        assertThat(empty.describe())
                .endsWith("; 1 runs something else; on 1 kube-proxy says ipvs, and the kernel's table has no virtual"
                        + " service");
        assertThat(verify(demand(1), 1, ipvs(null, Proof.IPVS_MISSING, 1)).failureCode())
                .isEqualTo(ClusterReason.NodesDiffer);
    }

    @Test
    void whoseRulesAreNotProgrammedIsNamedAsThat() {
        Verification verification = verify(demand(1), 2, ipvs("lc", Proof.PROVEN, 1), ipvs("lc", Proof.NOT_SYNCED, 1));

        assertThat(verification.isProven()).isFalse();
        assertThat(verification.failureCode()).isEqualTo(ClusterReason.NodesNotSynced);
        assertThat(verification.describe())
                .isEqualTo(
                        "1 of 2 nodes run it, 2 must; 2 report; on 1 kube-proxy has not programmed its rules since it"
                                + " started");
    }

    @Test
    void unreachableMetricsAreEnoughWhereTheModeStaysOrTheGateSaysSo() {
        Observed unknown = ipvs("lc", Proof.SYNC_UNKNOWN, 1);

        assertThat(verify(demand(new Gate(1), false), 1, unknown).isProven()).isFalse();
        assertThat(verify(demand(new Gate(1), true), 1, unknown).isProven()).isTrue();
        assertThat(verify(demand(new Gate(1, Gate.Proof.Ignore), false), 1, unknown)
                        .isProven())
                .isTrue();
    }

    @Test
    void unreachableMetricsAreNotEnoughWhereTheKernelShowsNothing() {
        Observed unknown = new Observed("nftables", null, null, null, null, Proof.SYNC_UNKNOWN, false, 1, LATER);
        KubeProxyConfig nftables = new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null);

        assertThat(verify(Demand.of(nftables, new Gate(1), true, NodesBefore.UNKNOWN), 1, unknown)
                        .isProven())
                .as("an earlier change may never have reached it")
                .isFalse();
        assertThat(verify(Demand.of(nftables, new Gate(1, Gate.Proof.Ignore), true, NodesBefore.UNKNOWN), 1, unknown)
                        .isProven())
                .isTrue();
    }

    @Test
    void noGateLetsANodeCountThatIsKnownToLag() {
        Demand lenient = demand(new Gate(1, Gate.Proof.Ignore), true);

        assertThat(verify(lenient, 1, ipvs("lc", Proof.NOT_SYNCED, 1)).isProven())
                .isFalse();
        assertThat(verify(lenient, 1, ipvs("lc", Proof.SYNC_OVERDUE, 1)).isProven())
                .isFalse();
    }

    @Test
    void theShareIsOfTheNodesThatReportWhereAzureCountsFewer() {
        Verification verification = verify(demand(0.9), 1, ipvs("lc", Proof.PROVEN, 1), iptables(4));

        assertThat(verification.isProven()).isFalse();
        assertThat(verification.describe()).isEqualTo("1 of 5 nodes run it, 5 must; 5 report; 4 run something else");
    }

    @Test
    void inventedNodesDoNotOutvoteThoseThatRunSomethingElse() {
        assertThat(verify(demand(0.9), 3, ipvs("lc", Proof.PROVEN, 3), iptables(3))
                        .isProven())
                .isFalse();
    }

    @Test
    void whatIsUnknownIsNeitherProofNorContradiction() {
        Verification verification = judged(
                demand(1),
                evidence(
                        null,
                        new Observed("ipvs", "lc", null, null, null, Proof.PROVEN, false, 1, LATER),
                        new Observed(null, null, null, null, null, Proof.MODE_UNKNOWN, false, 1, LATER)),
                2,
                NOON);

        assertThat(verification.isProven()).isFalse();
        assertThat(verification.isContradicted()).isFalse();
        assertThat(verification.failureCode()).isEqualTo(ClusterReason.NodesUnproven);
    }

    @Test
    void aClockThatIsWrongIsNamedBeforeSilence() {
        Verification verification = judged(demand(1), evidence(-45), 3, NOON);

        assertThat(verification.failureCode()).isEqualTo(ClusterReason.ClockSkew);
        assertThat(verification.describe()).contains("clocks of nodes and service differ by 45 s");
    }

    @Test
    void timeoutsThatOnlyKubeProxyTellsAreSaidToBeItsWord() {
        Observed told = new Observed("ipvs", "lc", 900, 120, 300, Proof.PROVEN, false, 1, LATER);

        assertThat(verify(demand(1), 1, told).describe()).contains("the timeouts are kube-proxy's word");
        assertThat(verify(demand(1), 1, ipvs("lc", Proof.PROVEN, 1)).describe()).doesNotContain("word");
        assertThat(judged(
                                Demand.of(KubeProxyConfig.UNSET, new Gate(1), false, NodesBefore.UNKNOWN),
                                evidence(null, iptables(1)),
                                1,
                                NOON)
                        .describe())
                .doesNotContain("timeouts");
    }

    @Test
    void aKubeProxyThatRestartsAgainAndAgainIsNoProof() {
        Verification once = proven(10, List.of(NOON.minusSeconds(1)), 0, List.of());
        assertThat(once.isProven()).as("the change restarts it once").isTrue();

        assertThat(proven(10, List.of(LATER), 0, List.of()).isProven())
                .as("coverage leaves one node out")
                .isTrue();
        Verification often = proven(10, List.of(LATER, LATER), 0, List.of());
        assertThat(often.isProven()).isFalse();
        assertThat(often.failureCode()).isEqualTo(ClusterReason.KubeProxyRestarting);
        assertThat(often.describe()).contains("; kube-proxy has restarted more than once since on 2");
    }

    @Test
    void clustersWhoseServicesCannotBeReachedAreNotProven() {
        Verification two = proven(10, List.of(), 10, List.of(LATER, LATER));
        assertThat(two.isProven()).isFalse();
        assertThat(two.failureCode()).isEqualTo(ClusterReason.ServicesUnreachable);
        assertThat(two.describe()).contains("; cluster DNS cannot be reached through its ClusterIP from 2 of 10 nodes");

        assertThat(proven(10, List.of(), 10, List.of(LATER)).isProven())
                .as("one node may have a fault of its own")
                .isTrue();
        assertThat(proven(1, List.of(), 1, List.of(LATER)).isProven())
                .as("all of a smaller cluster")
                .isFalse();
        assertThat(proven(10, List.of(), 10, List.of(LATER, NOON.minusSeconds(1)))
                        .isProven())
                .as("a snapshot from before")
                .isTrue();
    }

    @Test
    void servicesThatNobodyReachesAreNotTheChangesFault() {
        Verification verification =
                judged(demand(0.9).withoutServices(), told(10, List.of(), 10, List.of(LATER, LATER)), 10, NOON);

        assertThat(verification.isProven()).isTrue();
        assertThat(verification.describe()).endsWith(", as in clusters that were not changed");
    }

    @Test
    void nodesThatHardlyEverReachedServicesBeforeAreNotJudgedByThem() {
        NodesBefore missed = new NodesBefore(10, Map.of(), true);

        Verification verification = judged(
                Demand.of(Fleets.IPVS_LC, new Gate(0.9), false, missed),
                told(10, List.of(), 10, List.of(LATER, LATER)),
                10,
                NOON);

        assertThat(verification.isProven()).isTrue();
        assertThat(verification.describe()).endsWith(", as for most of the hour before the change");
    }

    @Test
    void aCodeOfEvidenceThatHasAppearedOnMoreNodesThanTheShareLeavesOutIsNoProof() {
        NodesBefore before = new NodesBefore(20, Map.of("timeouts-differ", 1), false);

        assertThat(shown(before, Map.of("timeouts-differ", 3)).isProven())
                .as("two more, and coverage leaves two out")
                .isTrue();
        assertThat(shown(before, Map.of("timeouts-differ", 2, "scheduler-differs", 2))
                        .isProven())
                .as("each code by itself")
                .isTrue();
        Verification more = shown(before, Map.of("timeouts-differ", 4, "scheduler-differs", 1));
        assertThat(more.isProven()).isFalse();
        assertThat(more.failureCode()).isEqualTo(ClusterReason.NewEvidence);
        assertThat(more.describe())
                .endsWith("; 1 node has come to show scheduler-differs; 3 nodes have come to show timeouts-differ");
    }

    @Test
    void aTableThatEveryNodeKeepsOnLeavingIpvsIsToldAndHoldsNothing() {
        Verification left = shown(new NodesBefore(20, Map.of(), false), Map.of("stale-ipvs", 20));

        assertThat(left.isProven()).isTrue();
        assertThat(left.describe()).endsWith("; 20 nodes have come to show stale-ipvs");
    }

    @Test
    void aNodeThatWasSilentBeforeMayHaveShownItsCodeAlready() {
        assertThat(shown(new NodesBefore(15, Map.of(), false), Map.of("timeouts-differ", 7))
                        .isProven())
                .isTrue();
        assertThat(shown(new NodesBefore(15, Map.of(), false), Map.of("timeouts-differ", 8))
                        .isProven())
                .isFalse();
        assertThat(shown(NodesBefore.UNKNOWN, Map.of("timeouts-differ", 20)).isProven())
                .isTrue();
    }

    /** Twenty nodes that run it, and show codes; coverage leaves two out. */
    private static Verification shown(NodesBefore before, Map<String, Integer> codes) {
        Evidence evidence = new Evidence(
                20,
                100,
                List.of(ipvs("lc", Proof.PROVEN, 20)),
                null,
                codes,
                0,
                List.of(),
                List.of(),
                Duration.ZERO,
                Map.of());
        return judged(Demand.of(Fleets.IPVS_LC, new Gate(0.9), false, before), evidence, 20, NOON);
    }

    private static Verification proven(
            int nodes, List<Instant> restartedAt, int probing, List<Instant> probeFailingAt) {
        return judged(demand(0.9), told(nodes, restartedAt, probing, probeFailingAt), nodes, NOON);
    }

    private static Evidence told(int nodes, List<Instant> restartedAt, int probing, List<Instant> probeFailingAt) {
        return new Evidence(
                nodes,
                100,
                List.of(ipvs("lc", Proof.PROVEN, nodes)),
                null,
                Map.of(),
                probing,
                probeFailingAt,
                restartedAt,
                Duration.ZERO,
                Map.of());
    }

    /** @param since what nodes showed and did before it says nothing */
    private static Verification judged(Demand demand, Evidence evidence, int nodesExpected, Instant since) {
        return Verification.of(demand, evidence, nodesExpected, since, since);
    }
}
