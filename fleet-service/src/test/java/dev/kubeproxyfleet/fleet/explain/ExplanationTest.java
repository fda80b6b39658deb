package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.health;
import static dev.kubeproxyfleet.fleet.view.Fleet.id;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.stage;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {

    private static final Counts ONE_OF_TWO = new Counts(0, 1, 0, 1, 0, 0, 0);

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 10, 10);
    private final Explainer explainer = new Explainer(view);

    @Test
    void ofAClusterThatNothingSelects() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));

        ClusterExplanation explanation = explain();

        assertThat(explanation.sentence())
                .isEqualTo("weu-03 is in no rollout: no published configuration selects it, and Azure shows IPTABLES;"
                        + " publish one whose selector matches it.");
        assertThat(explanation.state()).isEqualTo("NotSelected");
        assertThat(explanation.command()).isEqualTo("kpfleet apply -f fleet-config.yaml");
    }

    @Test
    void ofAClusterThatAConfigSelectsButTakesNoMore() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Running), ignoring(), false));

        assertThat(explain().sentence())
                .isEqualTo("weu-03 is selected by prod, but no rollout of it has taken it in: it came to be selected"
                        + " after the plan, and prod takes no new clusters (newClusters: Ignore); try it to include"
                        + " it.");
        assertThat(explain().command()).isEqualTo("kpfleet retry prod --cluster weu-03");
        assertThat(explain().state()).isEqualTo("NotInRollout");
        assertThat(explain().code()).isEqualTo("NewClustersIgnored");
    }

    @Test
    void ofAStoppedClusterThatAConfigTakesNoMore() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET, "Succeeded", "Stopped"));
        listed();
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), ignoring(), false));

        assertThat(explain().sentence())
                .startsWith("weu-03 is selected by prod, but no rollout of it has taken it in: it came to be selected"
                        + " after the plan, and prod takes no new clusters (newClusters: Ignore); try it to include it,"
                        + " once it can be changed (ClusterStopped): ");
        assertThat(explain().code()).isEqualTo("NewClustersIgnored");
        assertThat(explain().command()).startsWith("az aks start ").endsWith(" --name weu-03");
    }

    @Test
    void ofAClusterThatARolloutWouldWaitFor() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Running), ignoring(), false));

        assertThat(explain().sentence()).endsWith("; try it to include it.");
        assertThat(explain().command()).isEqualTo("kpfleet retry prod --cluster weu-03");
    }

    @Test
    void commandsMeanAClusterByItsIdWhereAnotherHasItsName() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        String namesake = id("weu-03").replace("rg-prod", "rg-other");
        view.apply(new Change.Cluster(
                namesake,
                ClusterRecords.running(namesake, "weu-03", Fleet.SUBSCRIPTION, "rg-other")
                        .build()));
        listed();
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Running), ignoring(), false));

        assertThat(explain().command()).isEqualTo("kpfleet retry prod --cluster " + id("weu-03"));
    }

    private static FleetConfig.Spec ignoring() {
        FleetConfig.Spec spec = Fleet.spec(LEAST_CONNECTION);
        return new FleetConfig.Spec(
                spec.kubeProxy(),
                spec.agents(),
                spec.selector(),
                spec.priority(),
                spec.strategy(),
                spec.drift(),
                FleetConfig.NewClusters.Ignore,
                spec.strategyRef());
    }

    @ParameterizedTest
    @CsvSource({"Succeeded,it goes on by itself,", "Failed,nothing goes on by itself,az aks start"})
    void ofAStoppedClusterThatAConfigSelects(RolloutStatus.State state, String expected, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET, "Succeeded", "Stopped"));
        listed();
        tell(view, rollout("prod", 2, state));

        assertThat(explain().sentence()).contains(expected).contains("(ClusterStopped): ");
        assertThat(explain().command()).matches(given -> command == null ? given == null : given.startsWith(command));
    }

    @ParameterizedTest
    @CsvSource({
        "Succeeded,,follows by itself,is caught up by itself",
        "Succeeded,other,follows by itself,is caught up by itself",
        "Failed,,follows by itself,is caught up by itself",
        "Failed,other,prod.1 ended as Failed,try again what has not converged",
        "RolledBack,,prod.1 ended as RolledBack,try again what has not converged"
    })
    void ofWhatFollowsARetryByHowTheRolloutToAllEnded(
            RolloutStatus.State full, String onlyCluster, String ofANewOne, String ofADeferredOne) {
        listed();
        tell(view, rollout("prod", 1, full));
        tell(view, retry(2, onlyCluster, RolloutStatus.State.Succeeded));

        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        assertThat(explain().sentence()).contains(ofANewOne);

        tell(view, status("prod.1", "weu-03", State.Skipped, "ClusterNotReady", "it is Failed"));
        assertThat(explain().sentence()).contains(ofADeferredOne);
    }

    @Test
    void ofANewClusterWhileAnotherOneIsTriedAgain() {
        listed();
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, rollout("prod", 1, RolloutStatus.State.Failed));
        tell(view, retry(2, "other", RolloutStatus.State.Running));

        assertThat(explain().sentence())
                .endsWith(": prod.2 is for another cluster; try it to include it, once prod.2 has ended.");
        assertThat(explain().command()).isEqualTo("kpfleet get rollout prod.2");
    }

    private static RolloutStatus retry(long generation, @Nullable String onlyCluster, RolloutStatus.State state) {
        return Fleet.because(
                rollout("prod", generation, state),
                RolloutStatus.Cause.Retry,
                onlyCluster == null ? null : id(onlyCluster));
    }

    @ParameterizedTest
    @CsvSource({
        "Planned,waits to start,",
        "Running,follows by itself within minutes,",
        "Succeeded,follows by itself within minutes,",
        "RollingBack,is rolling back,",
        "Failed,after that nothing goes on by itself,kpfleet retry prod --cluster weu-03",
        "Aborted,after that nothing goes on by itself,kpfleet retry prod --cluster weu-03"
    })
    void ofANewClusterThatAConfigSelects(RolloutStatus.State state, String expected, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, state));

        assertThat(explain().sentence())
                .startsWith("weu-03 is selected by prod")
                .contains(expected);
        assertThat(explain().command()).isEqualTo(command);
    }

    @Test
    void ofANewClusterThatCannotBeChangedNow() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, rollout("prod", 2, RolloutStatus.State.Succeeded));

        assertThat(explain().sentence()).contains("(KubeProxyConfigFeatureNotRegistered): feature");
        assertThat(explain().command()).isEqualTo("kpfleet features register " + Fleet.SUBSCRIPTION);
    }

    @Test
    void ofAClusterThatItsConfigNoLongerSelects() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, rollout("prod", 1, RolloutStatus.State.Succeeded));
        tell(view, status("prod.1", "weu-03", State.Converged, null, ""));
        FleetConfig.Spec spec = Fleet.spec(LEAST_CONNECTION);
        FleetConfig.Spec narrower = new FleetConfig.Spec(
                spec.kubeProxy(),
                spec.agents(),
                new Selector(List.of(), List.of(), List.of(), List.of("eus-*"), List.of(), Selector.Tags.NONE, null),
                spec.priority(),
                spec.strategy(),
                spec.drift(),
                spec.newClusters(),
                spec.strategyRef());
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Running), narrower, false));

        assertThat(explain().sentence())
                .startsWith("weu-03 was last in prod.1, and Azure shows IPVS LeastConnection")
                .endsWith("prod no longer selects it, so nothing keeps it so any more; nothing to do.");
    }

    @Test
    void ofAClusterThatWaitsToBeGivenBackWhatItHad() {
        view.apply(cluster("weu-03", LEAST_CONNECTION, "Succeeded", "Stopped"));
        tell(view, rollout("prod", 2, RolloutStatus.State.RollingBack, "RollbackByOperator", "rolled back by ada"));
        tell(view, convergedOverUnset());

        assertThat(explain().sentence())
                .contains("waits to be given back IPTABLES: prod.2 is rolling back since 12:00:00 UTC")
                .contains("it is stopped");
        assertThat(explain().command()).startsWith("az aks start ");
    }

    @Test
    void ofAClusterThatWaitsForAPausedRollback() {
        view.apply(cluster("weu-03", LEAST_CONNECTION, "Succeeded", "Stopped"));
        tell(view, rollbackPaused());
        tell(view, convergedOverUnset());

        assertThat(explain().sentence())
                .endsWith(" and waits to be given back IPTABLES: prod.2 is paused in its rollback since 12:00:00 UTC"
                        + " (RollbackPaused): paused by ada; it goes on when someone resumes it.");
        assertThat(explain().command()).isEqualTo("kpfleet resume prod.2");
    }

    @Test
    void ofAClusterThatAPausedRollbackWillNotChange() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollbackPaused());
        assertThat(explain().sentence())
                .as("that it has not taken in")
                .endsWith(": prod.2 is paused in its rollback; nothing to do.");

        tell(view, status("prod.2", "weu-03", State.Waiting, null, ""));
        assertThat(explain().sentence())
                .as("that it has not changed")
                .endsWith("but prod.2 will not change it: it is paused in its rollback since 12:00:00 UTC"
                        + " (RollbackPaused): paused by ada; nothing to do.");
        assertThat(explain().command()).isNull();

        tell(view, status("prod.2", "weu-03", State.Skipped, "ClusterNotReady", "it is Failed"));
        assertThat(explain().sentence())
                .as("that it skipped")
                .endsWith(" (ClusterNotReady), and is ready again; try again what has not converged, once prod.2 has"
                        + " ended.");

        tell(view, status("prod.2", "weu-03", State.Failed, "ScopeLocked", "The scope is locked."));
        assertThat(explain().command()).as("that failed").isEqualTo("kpfleet get rollout prod.2");
    }

    @Test
    void ofAClusterThatAPausedRollbackIsGivingBackWhatItHad() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, rollbackPaused());
        tell(view, status("prod.2", "weu-03", State.Updating, null, ""));

        assertThat(explain().sentence()).contains("is being changed by Azure for prod.2 (which is on its way back)");
    }

    @Test
    void ofANewClusterWhoseRolloutIsPausedBeforeItsStart() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(
                view,
                Fleet.unplanned(rollout("prod", 2, RolloutStatus.State.Paused, "PausedByOperator", "paused by ada")));

        assertThat(explain().sentence())
                .endsWith(": prod.2 is paused before its start (PausedByOperator): paused by ada; it goes on when"
                        + " someone resumes it.");
        assertThat(explain().command()).isEqualTo("kpfleet resume prod.2");
    }

    private static RolloutStatus rolledBackButForOne(long generation) {
        return rollout(
                "prod",
                generation,
                RolloutStatus.State.Failed,
                "RollbackIncomplete",
                "1 could not",
                Fleet.stage("early", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 0, 1, 0, 2)));
    }

    private static RolloutStatus rollbackPaused() {
        return rollout("prod", 2, RolloutStatus.State.Paused, "RollbackPaused", "paused by ada");
    }

    private static RolloutClusterStatus convergedOverUnset() {
        return new RolloutClusterStatus(
                "prod.2",
                id("weu-03"),
                null,
                "early",
                null,
                State.Converged,
                null,
                "3 of 3 nodes run it",
                NOON,
                1,
                KubeProxyConfig.UNSET,
                null,
                null,
                null,
                null);
    }

    private void listed() {
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 1, "Registered", List.of(Fleet.SUBSCRIPTION))));
    }

    @Test
    void ofAClusterBehindAStageThatBakes() {
        waitingBehind(StageState.Baking);

        assertThat(explain().sentence())
                .isEqualTo("weu-03 waits in stage early of prod.2 since 12:01:10 UTC for canary to finish baking"
                        + " (until 12:10:10 UTC); nothing to do.");
        assertThat(explain().command()).isNull();
        assertThat(explain().since()).isEqualTo(NOON.plusSeconds(70));
    }

    @ParameterizedTest
    @MethodSource
    void ofAClusterBehindAnotherStage(StageState state, String expected, String command) {
        waitingBehind(state);

        assertThat(explain().sentence()).contains(expected);
        assertThat(explain().command()).isEqualTo(command);
    }

    static Stream<Arguments> ofAClusterBehindAnotherStage() {
        return Stream.of(
                Arguments.of(StageState.Waiting, "for stage canary to begin", null),
                Arguments.of(
                        StageState.AwaitingApproval, "for someone to approve stage canary", "kpfleet approve prod.2"),
                Arguments.of(StageState.Updating, "for canary to finish updating (1 of 2 clusters done)", null),
                Arguments.of(StageState.Done, "for the stage to begin", null));
    }

    @ParameterizedTest
    @MethodSource
    void ofAClusterWhoseOwnStageIsOn(StageState state, String expected, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(
                view,
                rollout(
                        "prod",
                        2,
                        RolloutStatus.State.Running,
                        stage("canary", StageState.Done, ONE_OF_TWO),
                        stage("early", state, ONE_OF_TWO)));
        tell(view, status("prod.2", "weu-03", State.Waiting, null, ""));

        assertThat(explain().sentence()).contains(expected);
        assertThat(explain().command()).isEqualTo(command);
    }

    static Stream<Arguments> ofAClusterWhoseOwnStageIsOn() {
        return Stream.of(
                Arguments.of(StageState.Waiting, "for the stage to begin", null),
                Arguments.of(StageState.AwaitingApproval, "for someone to approve the stage", "kpfleet approve prod.2"),
                Arguments.of(StageState.Updating, "for its turn: at most 5 clusters change at once and 1 does", null),
                Arguments.of(StageState.Baking, "while its stage already bakes (until 12:10:10 UTC)", null),
                Arguments.of(StageState.Done, "though its stage is done", null));
    }

    @ParameterizedTest
    @MethodSource
    void ofAWaitingClusterByTheRolloutsState(RolloutStatus.State state, String expected, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, state, "MaxFailuresExceeded", "canary has 1 failed cluster."));
        tell(view, status("prod.2", "weu-03", State.Waiting, null, ""));

        assertThat(explain().sentence()).contains(expected);
        assertThat(explain().command()).isEqualTo(command);
    }

    static Stream<Arguments> ofAWaitingClusterByTheRolloutsState() {
        String rerun = "kpfleet rerun prod";
        return Stream.of(
                Arguments.of(RolloutStatus.State.Planned, "for the rollout to start", null),
                Arguments.of(RolloutStatus.State.Running, "nothing to do", null),
                Arguments.of(
                        RolloutStatus.State.Paused,
                        "because the rollout is paused since 12:00:00 UTC (MaxFailuresExceeded): canary has 1 failed"
                                + " cluster; it goes on when someone resumes it.",
                        "kpfleet resume prod.2"),
                Arguments.of(RolloutStatus.State.Succeeded, "the rollout ended as Succeeded", rerun),
                Arguments.of(
                        RolloutStatus.State.Failed,
                        "prod.2 failed at 12:00:00 UTC",
                        "kpfleet retry prod --cluster weu-03"),
                Arguments.of(
                        RolloutStatus.State.RollingBack,
                        "but prod.2 will not change it: it is rolling back since 12:00:00 UTC",
                        null),
                Arguments.of(RolloutStatus.State.RolledBack, "prod.2 was rolled back by 12:00:00 UTC", rerun),
                Arguments.of(RolloutStatus.State.Aborted, "prod.2 was aborted at 12:00:00 UTC", rerun),
                Arguments.of(
                        RolloutStatus.State.Superseded, "a newer generation replaced it", "kpfleet get rollout prod"));
    }

    @Test
    void ofAClusterThatAzureChangesWithAzuresOwnWords() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET, "Upgrading", "Running"));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(
                view,
                status("prod.2", "weu-03", State.Updating, "OperationNotAllowed", "Another operation is in progress."));

        assertThat(explain().sentence())
                .isEqualTo(
                        "weu-03 is being changed by Azure for prod.2 since 12:01:10 UTC (Azure says OperationNotAllowed):"
                                + " Another operation is in progress (Azure shows it as Upgrading); nothing to do.");
        assertThat(explain().code()).isEqualTo("OperationNotAllowed");
    }

    @Test
    void ofAClusterWhoseNodesAreAwaited() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        view.apply(health("weu-03", NOON, "iptables", null, 3));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, status("prod.2", "weu-03", State.Verifying, null, ""));

        assertThat(explain().sentence())
                .isEqualTo(
                        "weu-03 has the configuration of prod.2 in Azure since 12:01:10 UTC and waits until its nodes"
                                + " show it (3 of 3 report, 3 run iptables); nothing to do.");
    }

    @Test
    void ofAClusterWhoseNodesAreSilent() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, status("prod.2", "weu-03", State.Verifying, null, ""));

        assertThat(explain().sentence()).contains("none of them reports; see whether the agent runs on its nodes.");
        assertThat(explain().command()).isEqualTo("kpfleet get cluster weu-03");
    }

    @Test
    void ofAClusterThatIsAsItShouldBe() {
        converged();
        view.apply(Fleet.health("weu-03", NOON, "ipvs", "lc", 3));

        assertThat(explain().sentence())
                .isEqualTo("weu-03 runs IPVS LeastConnection tcp=900s tcpfin=120s udp=300s as prod.2 asked, since"
                        + " 12:01:10 UTC; nothing to do.");
    }

    private void converged() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, status("prod.2", "weu-03", State.Converged, null, ""));
    }

    @Test
    void ofAConvergedClusterWhoseNodesAreSilent() {
        converged();

        assertThat(explain().sentence())
                .endsWith(
                        "in prod.2 at 12:01:10 UTC, and none of its nodes reports now, so what they run is unknown; see"
                                + " whether the agent runs on its nodes.");
        assertThat(explain().command()).isEqualTo("kpfleet get cluster weu-03");
    }

    @Test
    void ofAConvergedClusterThatIsStopped() {
        converged();
        view.apply(cluster("weu-03", LEAST_CONNECTION, "Succeeded", "Stopped"));

        assertThat(explain().sentence())
                .endsWith(", and is stopped: what its nodes run is known once they run again; nothing to do.");
        assertThat(explain().command()).isNull();
    }

    @Test
    void ofAClusterThatWasStoppedAndRunsAgain() {
        listed();
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, rollout("prod", 2, RolloutStatus.State.Succeeded));
        tell(view, status("prod.2", "weu-03", State.Skipped, "ClusterStopped", "the cluster is stopped"));

        assertThat(explain().sentence())
                .endsWith(
                        " (ClusterStopped), and is ready again: it is caught up by itself within minutes; nothing to do.")
                .doesNotContain("is stopped");
    }

    @Test
    void ofAClusterThatDriftedAway() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, rollout("prod", 2, RolloutStatus.State.Succeeded));
        tell(view, status("prod.2", "weu-03", State.Converged, "Drifted", "someone else changed it"));

        assertThat(explain().sentence())
                .isEqualTo(
                        "weu-03 converged in prod.2 but has drifted since (Drifted): someone else changed it; roll the"
                                + " configuration out once more to bring it back.");
        assertThat(explain().command()).isEqualTo("kpfleet rerun prod");
    }

    @Test
    void ofAClusterWhoseNodesDriftedAway() {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(
                view,
                Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), spec(FleetConfig.Drift.Correct), false));
        tell(view, status("prod.2", "weu-03", State.Converged, "NodesDrifted", "2 of 3 nodes run it"));

        assertThat(explain().sentence())
                .contains("has drifted since (NodesDrifted): 2 of 3 nodes run it; writing to Azure changes nothing");
        assertThat(explain().command()).isEqualTo("kpfleet get cluster weu-03");
    }

    @Test
    void ofADriftedClusterThatNothingCorrectsBeforeAPersonDecides() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Aborted), spec(FleetConfig.Drift.Correct), false));
        tell(view, status("prod.2", "weu-03", State.Converged, "Drifted", "someone else changed it"));

        assertThat(explain().sentence())
                .endsWith("; after prod.2, which is Aborted, nothing goes on by itself: roll the configuration out once"
                        + " more to bring it back.");
        assertThat(explain().command()).isEqualTo("kpfleet rerun prod");
    }

    @Test
    void ofAClusterThatDriftedAndIsCorrectedByItself() {
        listed();
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(
                view,
                Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), spec(FleetConfig.Drift.Correct), false));
        tell(view, status("prod.2", "weu-03", State.Converged, "Drifted", "someone else changed it"));

        assertThat(explain().sentence())
                .endsWith("; it is corrected by itself, within the caps and windows of its strategy.");
        assertThat(explain().command()).isNull();
        assertThat(explain().code()).isEqualTo("Drifted");
    }

    @Test
    void ofAClusterThatTwoManagersFightOver() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(
                view,
                Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), spec(FleetConfig.Drift.Correct), false));
        tell(
                view,
                status(
                        "prod.2",
                        "weu-03",
                        State.Converged,
                        "DriftFight",
                        "it was corrected 3 times lately and is left alone"));

        assertThat(explain().sentence())
                .contains(
                        "has drifted since (DriftFight): it was corrected 3 times lately and is left alone; find out who changes it");
        assertThat(explain().command()).isEqualTo("kpfleet rerun prod");
        assertThat(view.overview().drifted()).isEqualTo(1);
    }

    @Test
    void ofAClusterWhoseConfigWasDeleted() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), Fleet.spec(LEAST_CONNECTION), true));
        tell(view, status("prod.2", "weu-03", State.Converged, null, ""));

        assertThat(explain().sentence()).contains("the config prod was deleted, so nothing keeps it so any more");
        assertThat(explain().command()).isNull();
        assertThat(view.overview().drifted()).isZero();
    }

    private static FleetConfig.Spec spec(FleetConfig.Drift drift) {
        FleetConfig.Spec spec = Fleet.spec(LEAST_CONNECTION);
        return new FleetConfig.Spec(
                spec.kubeProxy(),
                spec.agents(),
                spec.selector(),
                spec.priority(),
                spec.strategy(),
                drift,
                spec.newClusters(),
                spec.strategyRef());
    }

    @ParameterizedTest
    @MethodSource
    void ofAClusterWhoseTurnItIsButForAReason(String code, String message, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running, stage("early", StageState.Updating, ONE_OF_TWO)));
        tell(view, status("prod.2", "weu-03", State.Waiting, code, message));

        assertThat(explain().sentence()).contains("(" + code + "): " + message);
        assertThat(explain().command()).isEqualTo(command);
    }

    static Stream<Arguments> ofAClusterWhoseTurnItIsButForAReason() {
        return Stream.of(
                Arguments.of(
                        "ConflictingConfigs",
                        "configs prod and canary both select it with priority 0; give one a higher priority",
                        "kpfleet get configs"),
                Arguments.of("OutsideMaintenanceWindow", "its AKS maintenance window opens at 22:00", null),
                Arguments.of("ClusterBusy", "its provisioning state is Upgrading, not Succeeded", null),
                Arguments.of(
                        "KubeProxyConfigFeatureNotRegistered",
                        "feature KubeProxyConfigurationPreview is NotRegistered",
                        "kpfleet features register " + Fleet.SUBSCRIPTION));
    }

    @Test
    void ofAClusterOutsideTheRolloutsWindows() {
        tell(
                view,
                rollout(
                        "prod",
                        2,
                        RolloutStatus.State.Running,
                        "OutsideWindow",
                        "the next window opens at 2026-03-02T22:00:00Z",
                        stage("early", StageState.Updating, ONE_OF_TWO)));
        tell(view, status("prod.2", "weu-03", State.Waiting, null, "waits for its turn"));

        assertThat(explain().sentence())
                .endsWith("because the rollout starts no cluster now (OutsideWindow): the next window opens at"
                        + " 2026-03-02T22:00:00Z; nothing to do.");
    }

    @ParameterizedTest
    @CsvSource({
        "Running,is caught up by itself,",
        "Succeeded,is caught up by itself,",
        "Failed,try again what has not converged,kpfleet retry prod --cluster weu-03",
        "Aborted,try again what has not converged,kpfleet retry prod --cluster weu-03"
    })
    void ofAClusterThatWasNotReady(RolloutStatus.State state, String expected, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET, "Failed", "Running"));
        tell(view, rollout("prod", 2, state));
        tell(view, status("prod.2", "weu-03", State.Skipped, "ClusterNotReady", "it is Failed"));

        assertThat(explain().sentence()).contains(expected);
        assertThat(explain().command()).isEqualTo(command);
    }

    @ParameterizedTest
    @CsvSource({
        "SkippedByOperator,kpfleet retry prod --cluster weu-03",
        "AutomaticSku,kpfleet apply -f prod.yaml",
        "KubernetesVersionTooOld,kpfleet retry prod --cluster weu-03",
        "ForeignChange,kpfleet rerun prod",
        "NothingToRevert,",
        "LowerPriority,kpfleet get configs",
        "Superseded,kpfleet get rollout prod",
        "NoStage,kpfleet apply -f prod.yaml",
        "ClusterGone,",
        "SubscriptionNotInFleet,"
    })
    void ofASkippedCluster(String code, String command) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, RolloutStatus.State.Succeeded));
        tell(view, status("prod.2", "weu-03", State.Skipped, code, "so it is"));

        assertThat(explain().sentence()).contains("was skipped in stage early of prod.2", "(" + code + "): so it is;");
        assertThat(explain().command()).isEqualTo(command);
    }

    @Test
    void ofAClusterThatGotBackWhatItHad() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, RolloutStatus.State.RolledBack));
        tell(view, status("prod.2", "weu-03", State.RolledBack, null, "3 of 3 nodes show IPTABLES"));

        assertThat(explain().sentence())
                .isEqualTo("weu-03 has back what it had before prod.2, since 12:01:10 UTC: 3 of 3 nodes show IPTABLES;"
                        + " mend the cause, then roll the configuration out once more.");
        assertThat(explain().command()).isEqualTo("kpfleet rerun prod");
    }

    @Test
    void ofAClusterThatCouldNotBeGivenBackWhatItHad() {
        tell(view, rolledBackButForOne(2));
        tell(view, status("prod.2", "weu-03", State.Failed, "ForeignChange", "someone else changed it"));

        assertThat(explain().command()).isEqualTo("kpfleet rollback prod.2");
    }

    /** The controller rolls no rollout back that came before the latest one to all clusters. */
    @Test
    void ofAClusterThatCouldNotBeGivenBackWhatItHadBeforeAnotherPublicationWasAborted() {
        tell(view, rolledBackButForOne(1));
        tell(view, status("prod.1", "weu-03", State.Failed, "ForeignChange", "someone else changed it"));
        tell(view, Fleet.unplanned(rollout("prod", 2, RolloutStatus.State.Aborted, "Aborted", "aborted by ada")));

        assertThat(explain().command()).isEqualTo("kpfleet get rollout prod.2");
    }

    @ParameterizedTest
    @EnumSource(RolloutStatus.State.class)
    void ofAClusterThatAPolicyHoldsBack(RolloutStatus.State state) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, state));
        tell(view, status("prod.2", "weu-03", State.Failed, "RequestDisallowedByPolicy", "Azure Policy refuses it"));

        assertThat(explain().sentence()).doesNotContain("mend the cause");
        if (state == RolloutStatus.State.Failed) {
            assertThat(explain().sentence())
                    .endsWith("(Azure says RequestDisallowedByPolicy): Azure Policy refuses it;"
                            + " let the policy allow it, or exempt the cluster from its assignment, and try it again.");
        }
    }

    @ParameterizedTest
    @EnumSource(RolloutStatus.State.class)
    void ofAFailedCluster(RolloutStatus.State state) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        listed();
        tell(view, rollout("prod", 2, state));
        tell(view, status("prod.2", "weu-03", State.Failed, "ScopeLocked", "The scope is locked."));

        ClusterExplanation explanation = explain();

        assertThat(explanation.sentence())
                .startsWith(
                        "weu-03 failed in stage early of prod.2 at 12:01:10 UTC (ScopeLocked): The scope is locked;");
        assertThat(explanation.command()).isNotNull();
        if (state == RolloutStatus.State.Paused) {
            assertThat(explanation.command()).isEqualTo("kpfleet retry prod --cluster weu-03");
        }
        if (state == RolloutStatus.State.Failed) {
            assertThat(explanation.command()).isEqualTo("kpfleet retry prod --cluster weu-03");
        }
    }

    @Test
    void ofAStoppedClusterThatWasSkipped() {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET, "Succeeded", "Stopped"));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, status("prod.2", "weu-03", State.Skipped, "ClusterStopped", "The cluster is stopped"));

        assertThat(explain().command())
                .isEqualTo("az aks start --subscription " + Fleet.SUBSCRIPTION
                        + " --resource-group rg-prod --name weu-03");
    }

    @ParameterizedTest
    @EnumSource(RolloutClusterStatus.State.class)
    void isOneSentenceEvenWhereTheRolloutIsNotKnownYet(State state) {
        tell(view, status("prod.2", "weu-03", state, null, ""));

        assertThat(explain().sentence()).startsWith("weu-03 ").endsWith(".").doesNotContain("null");
    }

    @Test
    void timesOfAnotherDayCarryTheirDate() {
        waitingBehind(StageState.Baking);

        assertThat(explainer
                        .cluster(id("weu-03"), NOON.plus(Duration.ofDays(1)))
                        .orElseThrow()
                        .sentence())
                .contains("since 2026-03-02 12:01:10 UTC");
    }

    private void waitingBehind(StageState canary) {
        view.apply(cluster("weu-03", KubeProxyConfig.UNSET));
        tell(
                view,
                rollout(
                        "prod",
                        2,
                        RolloutStatus.State.Running,
                        stage("canary", canary, ONE_OF_TWO),
                        stage("early", StageState.Waiting, ONE_OF_TWO)));
        tell(view, status("prod.2", "weu-03", State.Waiting, null, ""));
    }

    private ClusterExplanation explain() {
        return explainer.cluster(id("weu-03"), NOON.plusSeconds(100)).orElseThrow();
    }
}
