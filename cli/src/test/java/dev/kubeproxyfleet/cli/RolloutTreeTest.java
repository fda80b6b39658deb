package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTreeTest {

    private static String draw(RolloutModel model, Look look) {
        return Fixtures.text(RolloutTree.draw(model, look, Fixtures.NOW, "./kpfleet"), look);
    }

    @Test
    void drawsARunningRolloutOnATerminalOf120Columns() {
        assertThat(draw(Fixtures.running(), new Look(120, 40, false, true))).isEqualTo("""
                        prod-ipvs.2  Running for 2m13s · published by alice
                        IPVS LeastConnection tcp=900s tcpfin=120s udp=300s · evidence: 90% of nodes by agents
                        ███████××××××▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░  3 of 6 done (50%), 2 under way, 1 failed, 1 skipped
                        total 2m13s, active 1m33s, waiting 40s
                        Stage early is updating 2 clusters.

                        ✓ canary  1/1  done
                          ✓ aks-weu-01  Converged
                        ↻ early   1/3  updating for 1m13s · at most 2 at once, tolerates no failure
                          ◉ aks-neu-01  Verifying   1m15s   CoverageTooLow: 3 of 5 nodes report the configuration.
                          ✗ aks-neu-02  Failed      KubeProxyConfigFeatureNotRegistered: Register Microsoft.ContainerService/KubeProxyConfigura…
                          ↻ aks-weu-02  Updating    12s     ArmUpdating: Azure is changing the cluster.
                        ○ rest    1/2  waiting · at most 2 at once, tolerates no failure
                          ○ aks-eus-01  Waiting
                          – aks-eus-02  Skipped     ClusterStopped: The cluster is stopped.""");
    }

    @Test
    void cutsWhatDoesNotFitInto80Columns() {
        String drawn = draw(Fixtures.running(), new Look(80, 40, false, true));

        assertThat(drawn.lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 80);
        assertThat(drawn).contains("  ✗ aks-neu-02  Failed      KubeProxyConfigFeatureNotRegistered: Register Micro…");
    }

    @Test
    void needsNothingButAsciiWhereThereIsNoUtf8() {
        String drawn = draw(Fixtures.running(), new Look(80, 40, false, false));

        assertThat(drawn).isASCII().contains("  x aks-neu-02  Failed").contains("+ canary  1/1  done");
    }

    @Test
    void writesNoBarAndNoEscapeSequenceIntoAPipe() {
        assertThat(draw(Fixtures.running(), Look.plain(true)))
                .contains("3 of 6 done (50%), 2 under way, 1 failed, 1 skipped")
                .doesNotContain("█", "\u001b");
    }

    @Test
    void coloursByMeaning() {
        assertThat(draw(Fixtures.running(), new Look(120, 40, true, true)))
                .contains("\u001b[31mKubeProxyConfigFeatureNotRegistered\u001b[0m")
                .contains("\u001b[32mConverged\u001b[0m")
                .contains("\u001b[1mprod-ipvs.2\u001b[0m");
    }

    @Test
    void staysBelowTheHeightAndKeepsWhatMattersMost() {
        List<RolloutClusterStatus> clusters = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clusters.add(
                    Fixtures.cluster("rest", "aks-%02d".formatted(i), RolloutClusterStatus.State.Waiting, null, "", 5));
        }
        clusters.add(Fixtures.cluster("rest", "aks-bad", RolloutClusterStatus.State.Failed, "Broken", "It broke.", 5));
        RolloutModel model = Fixtures.model(
                Fixtures.rollout(
                        RolloutStatus.State.Running,
                        null,
                        "",
                        Fixtures.stage("rest", StageState.Updating, new Counts(50, 0, 0, 0, 1, 0, 0))),
                clusters.toArray(RolloutClusterStatus[]::new));

        String drawn = draw(model, new Look(80, 12, false, true));

        assertThat(drawn.lines().count()).isLessThan(12);
        assertThat(drawn).contains("✗ aks-bad").containsPattern("… 4\\d Waiting");
    }

    @Test
    void tellsClustersOfOneNameApartByTheirResourceGroup() {
        RolloutClusterStatus first = new RolloutClusterStatus(
                "prod-ipvs.2",
                Fixtures.id("rg-a", "aks"),
                null,
                "all",
                null,
                RolloutClusterStatus.State.Waiting,
                null,
                "",
                Fixtures.NOW,
                1,
                null,
                null,
                null,
                null,
                null);
        RolloutClusterStatus second = new RolloutClusterStatus(
                "prod-ipvs.2",
                Fixtures.id("rg-b", "aks"),
                null,
                "all",
                null,
                RolloutClusterStatus.State.Waiting,
                null,
                "",
                Fixtures.NOW,
                1,
                null,
                null,
                null,
                null,
                null);
        RolloutModel model = Fixtures.model(
                Fixtures.rollout(
                        RolloutStatus.State.Running,
                        null,
                        "",
                        Fixtures.stage("all", StageState.Updating, new Counts(2, 0, 0, 0, 0, 0, 0))),
                first,
                second);

        assertThat(draw(model, Look.plain(true))).contains("○ rg-a/aks", "○ rg-b/aks");
    }

    @Test
    void saysHowToResumeWhatIsPaused() {
        RolloutModel paused = Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Paused,
                "MaxFailuresExceeded",
                "Stage early had 1 failure and tolerates none.",
                Fixtures.stage("early", StageState.Updating, new Counts(3, 0, 0, 0, 1, 0, 0))));

        assertThat(draw(paused, Look.plain(true)))
                .contains("MaxFailuresExceeded: Stage early had 1 failure and tolerates none.")
                .endsWith("""
                        to resume:    ./kpfleet resume prod-ipvs.2
                        to rollback:  ./kpfleet rollback prod-ipvs.2""");
    }

    @Test
    void offersNoRollbackOfWhatIsPausedInItsRollback() {
        RolloutModel paused = Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Paused,
                "RollbackPaused",
                "paused by ada",
                Fixtures.stage("early", StageState.Updating, new Counts(3, 0, 0, 0, 1, 0, 0))));

        assertThat(draw(paused, Look.plain(true)))
                .contains("RollbackPaused: paused by ada")
                .endsWith("""
                        to resume:    ./kpfleet resume prod-ipvs.2
                        to abort:     ./kpfleet abort prod-ipvs.2""");
    }

    @Test
    void saysHowToApproveWhatWaitsForIt() {
        RolloutModel waiting = Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Running,
                null,
                "",
                Fixtures.stage("early", StageState.AwaitingApproval, new Counts(4, 0, 0, 0, 0, 0, 0))));

        assertThat(draw(waiting, Look.plain(true)))
                .contains("? early  0/4  waits for approval since 1m13s")
                .endsWith("""
                        to approve:   ./kpfleet approve prod-ipvs.2
                        to reject:    ./kpfleet reject prod-ipvs.2""");
    }

    @Test
    void saysHowToEndABakeEarlyAndHowToTryAFailedRolloutAgain() {
        RolloutModel baking = Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Running,
                null,
                "",
                Fixtures.stage("early", StageState.Baking, new Counts(0, 0, 0, 4, 0, 0, 0))));
        RolloutModel failed = Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Failed,
                null,
                "",
                Fixtures.stage("early", StageState.Done, new Counts(0, 0, 0, 3, 1, 0, 0))));

        assertThat(draw(baking, Look.plain(true))).endsWith("to promote:   ./kpfleet promote prod-ipvs.2");
        assertThat(draw(failed, Look.plain(true)))
                .contains("to retry:     ./kpfleet retry prod-ipvs.2", "to rollback:  ./kpfleet rollback prod-ipvs.2");
    }

    @Test
    void showsWhatIsTakenBackAndTheGroupOfACluster() {
        RolloutClusterStatus back = new RolloutClusterStatus(
                "prod-ipvs.2",
                Fixtures.id("aks-weu-01"),
                null,
                "all",
                "west",
                RolloutClusterStatus.State.RolledBack,
                null,
                "Back to IPTABLES.",
                Fixtures.NOW,
                1,
                null,
                null,
                null,
                null,
                null);
        RolloutModel model = Fixtures.model(
                Fixtures.rollout(
                        RolloutStatus.State.RollingBack,
                        "MaxFailuresExceeded",
                        "1 of 2 clusters has its earlier configuration back.",
                        Fixtures.stage("all", StageState.Updating, new Counts(0, 0, 0, 1, 0, 0, 1))),
                back);

        assertThat(draw(model, new Look(120, 40, false, true)))
                .contains("prod-ipvs.2  RollingBack for 2m13s")
                .contains("▚▚▚▚  2 of 2 done (100%), 1 rolled back")
                .contains("↩ aks-weu-01  west  RolledBack  Back to IPTABLES.");
        assertThat(draw(model, new Look(120, 40, false, false))).isASCII().contains("< aks-weu-01");
    }

    private static RolloutModel watched(StageState state) {
        return Fixtures.model(Fixtures.rollout(
                RolloutStatus.State.Paused,
                null,
                "A gate fails.",
                Fixtures.stage(
                        "canary",
                        state,
                        new Counts(0, 0, 0, 1, 0, 0, 0),
                        Fixtures.overruled(Fixtures.signal("slowSyncs", GateVerdict.Fail, 30, 2.5, 900)),
                        Fixtures.signal("probeFailures", GateVerdict.Pass, 0, 0.5, 1),
                        Fixtures.signal("syncFailures", null, 0, 0.5, 1),
                        Fixtures.signal("conntrackFailures", GateVerdict.Inconclusive, 80, 7, 600),
                        new RolloutStatus.StageGate(
                                "smoke",
                                true,
                                null,
                                GateReason.AnswerAwaited,
                                "nobody has answered it yet",
                                null,
                                null,
                                null),
                        Fixtures.signal("refusals", GateVerdict.Fail, 412, 47, 1240))));
    }

    @Test
    void tellsTheWorstGatesFirstAndCountsTheQuietOnes() {
        assertThat(draw(watched(StageState.Baking), new Look(120, 40, false, true)))
                .contains("""
                          ✗ refusals           Fail          412, 47 expected, E 1,240
                          ? conntrackFailures  Inconclusive  NoControls: 80, 7.0 expected, E 600
                          ○ smoke              awaited       nobody has answered it yet
                          ✗ slowSyncs          Fail          overridden by bob: a load test · 30, 2.5 expected, E 900
                          ✓ 1 gate passes, 1 watched
                        """)
                .endsWith("to override:  ./kpfleet override prod-ipvs.2 --gate refusals --reason '...'");
    }

    @Test
    void tellsOfAStageThatIsDoneOnlyWhatItDidNotPass() {
        assertThat(draw(watched(StageState.Done), Look.plain(true)))
                .contains("✗ refusals", "overridden by bob")
                .doesNotContain("gate passes", "watched");
    }

    @Test
    void tellsGatesInAsciiAndColour() {
        assertThat(draw(watched(StageState.Baking), new Look(80, 40, false, false)))
                .isASCII()
                .contains("  x refusals");
        assertThat(draw(watched(StageState.Baking), new Look(120, 40, true, true)))
                .contains("\u001b[31mFail\u001b[0m");
    }

    @Test
    void drawsARolloutThatSelectsNothing() {
        RolloutModel empty = Fixtures.model(Fixtures.rollout(RolloutStatus.State.Planned, null, "Waiting."));

        assertThat(draw(empty, new Look(80, 24, false, true))).contains("no clusters selected");
    }
}
