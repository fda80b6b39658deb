package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Spec;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moments in which a careless controller does harm, or stands still without a word. */
class HardCasesTest {

    private static final int MANY = 50;

    private final Driver driver = new Driver(Fleets.of(4));

    private static Spec spec(Strategy strategy, Drift drift, NewClusters newClusters) {
        return new Spec(IPVS_LC, Fleets.names("*"), 0, strategy, drift, newClusters);
    }

    private static Spec spec(Strategy strategy) {
        return spec(strategy, Drift.Report, NewClusters.Ignore);
    }

    private static Strategy rollingBack(StageSpec... stages) {
        return new Strategy(List.of(stages), OnFailure.Rollback, Duration.ofMinutes(30), Gate.DEFAULT);
    }

    private static StageSpec of(String name, String glob) {
        return new StageSpec(
                name, null, Amount.of(2), Amount.of(0), Duration.ZERO, null, Fleets.names(glob), List.of());
    }

    private void convergeAll() {
        for (int i = 0; i < MANY && !driver.operations().isEmpty(); i++) {
            driver.converge(driver.operations().getFirst());
        }
    }

    private void assertOperations(int... numbers) {
        assertThat(driver.operations())
                .extracting(Operation::cluster)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(numbers).mapToObj(Fleets::id).toList());
    }

    @Test
    void aRetryLeavesAloneWhatNoStageTakes() {
        RolloutId id = driver.publish("prod", spec(strategy(of("a", "prod-0000"), of("b", "prod-0001"))));
        driver.command(id, Action.Retry);
        convergeAll();

        assertThat(driver.cluster(id, 2)).isSkipped().becauseOf(ClusterReason.NoStage);
    }

    @Test
    void aStoppedClusterThatStartsGoesToTheStageThatTakesItOrNowhere() {
        driver.fleet.inventory.put(Fleets.id(3), Fleets.stopped(Fleets.cluster(3)));
        RolloutId id = driver.publish("prod", spec(strategy(of("a", "prod-0000"), of("b", "prod-0001"))));
        driver.fleet.inventory.put(Fleets.id(3), Fleets.cluster(3));
        driver.tick(Duration.ofMinutes(6));
        convergeAll();

        assertThat(driver.kubeProxy(3)).isEqualTo(KubeProxyConfig.UNSET);
        assertThat(driver.cluster(id, 3)).isSkipped();
    }

    @Test
    void catchingUpTakesNoNewClusterThatIsToBeIgnored() {
        driver.fleet.inventory.put(Fleets.id(2), Fleets.stopped(Fleets.cluster(2)));
        driver.publish("prod", spec(strategy(stage("all", null, 5, 0))));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.fleet.inventory.put(Fleets.id(2), Fleets.cluster(2));
        driver.tick(Duration.ofMinutes(6));

        assertOperations(2);
    }

    @Test
    void aRetryOfOneClusterSetsNothingElseGoing() {
        driver.fleet.subscriptions.clear();
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 5, 0)), Drift.Report, NewClusters.Join));
        driver.command(id, Action.Abort);
        Fleets.listed(driver.fleet, 4);
        driver.command(id, Action.Retry, Fleets.id(1));
        assertOperations(1);
        convergeAll();
        driver.tick(Duration.ofHours(1));

        assertThat(driver.operations()).isEmpty();
    }

    @Test
    void aClusterThatOurOwnWriteBrokeIsRolledBackAndCanBeRetried() {
        RolloutId id = driver.publish("prod", spec(rollingBack(stage("all", null, 1, 0))));
        Operation operation = driver.operations().getFirst();
        driver.fleet.inventory.put(
                operation.cluster(),
                Fleets.withProvisioningState(Fleets.running(Fleets.cluster(0), IPVS_LC), "Failed"));
        driver.outcome(operation, new Outcome.Failed(new AzureCode("InternalOperationError"), "half way"));

        assertThat(driver.rollout(id)).isRollingBack();
        assertOperations(0);

        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(id)).isRolledBack();
        driver.fleet.inventory.computeIfPresent(
                Fleets.id(0), (_, cluster) -> Fleets.withProvisioningState(cluster, "Failed"));
    }

    @Test
    void aRetryWritesAgainWhatAFailedWriteMayHaveLeft() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 4, 1))));
        Operation operation = driver.operations().getFirst();
        driver.fleet.inventory.put(
                operation.cluster(),
                Fleets.withProvisioningState(Fleets.running(Fleets.cluster(0), IPVS_LC), "Failed"));
        driver.outcome(operation, new Outcome.Failed(new AzureCode("InternalOperationError"), "half way"));
        driver.command(id, Action.Retry);

        assertThat(driver.operations())
                .filteredOn(again -> again.cluster().equals(Fleets.id(0)))
                .extracting(Operation::attempt)
                .containsExactly(2);
    }

    @Test
    void anOperatorsSkipIsForGoodAlsoOfAStoppedCluster() {
        driver.fleet.inventory.put(Fleets.id(2), Fleets.stopped(Fleets.cluster(2)));
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 4, 0))));
        assertThat(driver.command(id, Action.Skip, Fleets.id(2)).verdict()).isEqualTo(Verdict.Done);
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(2), Fleets.cluster(2));
        driver.tick(Duration.ofMinutes(6));

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.command(id, Action.Retry).code())
                .as("nor does a retry of all take it")
                .isEqualTo(AnswerReason.NothingToRetry);
    }

    @Test
    void aPauseDoesNotSwallowTheFailuresThatComeAfterIt() {
        RolloutId id = driver.publish("prod", spec(rollingBack(stage("all", null, 3, 0))));
        driver.command(id, Action.Pause);
        driver.operations()
                .forEach(operation -> driver.outcome(operation, new Outcome.Failed(new AzureCode("Boom"), "no")));
        driver.command(id, Action.Resume);

        assertThat(driver.rollout(id)).isRollingBack();
    }

    @Test
    void aClusterThatStaysBusyUpToItsDeadlineFailsNothing() {
        RolloutId id = driver.publish("prod", spec(rollingBack(stage("all", null, 2, 0))));
        Operation operation = driver.operations().getFirst();
        driver.outcome(operation, new Outcome.Waiting(ClusterReason.ClusterBusy, "provisioningState is Upgrading"));
        driver.outcome(
                operation, new Outcome.Failed(WorkerReason.DeadlineExceeded, "was still waiting for ClusterBusy"));

        assertThat(driver.rollout(id)).isRunning();
        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.ClusterBusy);
    }

    @Test
    void butAWriteThatNeverEndsIsAFailure() {
        RolloutId id = driver.publish("prod", spec(rollingBack(stage("all", null, 1, 0))));
        Operation operation = driver.operations().getFirst();
        driver.outcome(operation, new Outcome.Waiting(WorkerReason.Updating, "ARM applies the change"));
        driver.outcome(operation, new Outcome.Failed(WorkerReason.DeadlineExceeded, "was still waiting for Updating"));

        assertThat(driver.rollout(id)).isRollingBack();
    }

    @Test
    void aRolloutIsRolledBackAlsoBehindOneThatBeganByItself() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 5, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        convergeAll();
        RolloutId caughtUp = driver.latest("prod");
        assertThat(caughtUp).isNotEqualTo(id);

        driver.event(new FleetEvent.CommandGiven(
                new Command("undo", "prod", null, Action.Rollback, "bob", null, driver.now())));

        assertOperations(0, 1, 2, 3);
        convergeAll();
        assertThat(driver.rollout(id)).isRolledBack();
        driver.tick(Duration.ofHours(1));
        assertThat(driver.operations())
                .as("nothing goes forward again by itself")
                .isEmpty();
        assertThat(driver.command(caughtUp, Action.Rollback).verdict()).isEqualTo(Verdict.Done);
        assertOperations(9);
    }

    @Test
    void whoRollsAConfigBackWhileItCatchesUpIsToldWhatIsInTheWay() {
        driver.publish("prod", spec(strategy(stage("all", null, 5, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        RolloutId catchingUp = driver.latest("prod");
        assertOperations(9);

        driver.event(new FleetEvent.CommandGiven(
                new Command("undo", "prod", null, Action.Rollback, "bob", null, driver.now())));

        assertThat(driver.audits.getLast().code()).isEqualTo(AnswerReason.AnotherRolloutActive);
        assertThat(driver.audits.getLast().message()).contains(catchingUp + " is under way");
        assertThat(driver.rollout(catchingUp)).isRunning();
    }

    @Test
    void aDeletionEndsTheRollbackOfAnEarlierRolloutTooAndNoneBeginsAfterIt() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        convergeAll();
        driver.command(id, Action.Rollback);
        Operation lastInFlight = driver.operations().getFirst();

        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "deletion", "alice", null));
        driver.converge(lastInFlight);
        driver.tick(Duration.ofMinutes(1));

        assertThat(driver.operations()).as("a deletion touches nothing").isEmpty();
        assertThat(driver.rollout(id)).isAborted();
        assertThat(driver.command(id, Action.Rollback).code()).isEqualTo(RolloutReason.ConfigDeleted);
    }

    @Test
    void whoNamesNoRolloutMeansTheOneUnderWay() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        convergeAll();
        driver.command(id, Action.Rollback);

        driver.event(new FleetEvent.CommandGiven(
                new Command("stop", "prod", null, Action.Pause, "bob", "it hurts", driver.now())));

        assertThat(driver.rollout(id)).isPaused();
    }

    @Test
    void aNewSpecTakesOverFromARollbackOfAnEarlierRollout() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        convergeAll();
        driver.command(id, Action.Rollback);
        assertThat(driver.operations()).hasSize(1);

        driver.publish("prod", Fleets.spec(IPVS_RR, strategy(stage("all", null, 1, 0))));

        assertThat(driver.rollout(id)).isSuperseded();
        assertThat(driver.operations()).as("the caps hold across both").hasSize(1);
        convergeAll();
        assertThat(driver.rollout(driver.latest("prod"))).hasSucceeded();
    }

    @Test
    void anInventoryThatStandsStillIsNoDrift() {
        RolloutId id =
                driver.publish("prod", spec(strategy(stage("all", null, 5, 0)), Drift.Correct, NewClusters.Join));
        while (!driver.operations().isEmpty()) {
            Operation operation = driver.operations().getFirst();
            driver.outcome(operation, new Outcome.Applied(KubeProxyConfig.UNSET, true));
            driver.tick();
            driver.show(operation);
            driver.tick();
        }
        assertThat(driver.rollout(id)).hasSucceeded();
        driver.tick(Duration.ofHours(1));

        assertThat(driver.latest("prod")).isEqualTo(id);

        driver.fleet.evidence.put(
                Fleets.id(0), Fleets.evidence(KubeProxyConfig.UNSET.effective(), Fleets.NODES, driver.now()));
        driver.tick();
        assertThat(driver.operations())
                .as("unless nodes say so")
                .extracting(Operation::cluster)
                .containsExactly(Fleets.id(0));
    }

    /** A timeout that the config leaves unset needs no proof by nodes, so that they say nothing against another one either. */
    @Test
    void whatNodesCannotTellIsDriftOnceTheInventoryMustBeNewer() {
        KubeProxyConfig timeoutsUnset = new KubeProxyConfig(true, KubeProxyMode.IPVS, null);
        KubeProxyConfig foreign =
                new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, 60, 120, 300));
        RolloutId id = driver.publish(
                "prod",
                new Spec(
                        timeoutsUnset,
                        Fleets.names("*"),
                        0,
                        strategy(stage("all", null, 1, 0)),
                        Drift.Correct,
                        NewClusters.Join));
        Operation first = driver.operations().getFirst();
        driver.outcome(first, new Outcome.Applied(KubeProxyConfig.UNSET, true));
        driver.tick();
        driver.show(first);
        driver.fleet.inventory.computeIfPresent(first.cluster(), (_, cluster) -> Fleets.running(cluster, foreign));
        driver.tick();
        convergeAll();

        assertThat(driver.cluster(id, 0)).hasConverged();
        driver.tick(Duration.ofMinutes(5));
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(first.cluster());
    }

    /** Nodes that the gate does not wait for may still run what was there before, while the inventory still shows it. */
    @Test
    void nodesThatAreOnlyLateAreNoDrift() {
        StageSpec all = stage("all", null, 5, 0);
        Strategy withoutEvidence =
                new Strategy(List.of(all), Strategy.OnFailure.Pause, Duration.ofMinutes(30), new Gate(0));
        RolloutId id = driver.publish("prod", spec(withoutEvidence, Drift.Correct, NewClusters.Join));
        driver.operations()
                .forEach(operation -> driver.outcome(operation, new Outcome.Applied(KubeProxyConfig.UNSET, true)));
        driver.tick();
        driver.fleet.evidence.put(
                Fleets.id(0), Fleets.evidence(KubeProxyConfig.UNSET.effective(), Fleets.NODES, driver.now()));
        driver.tick(Duration.ofSeconds(30));

        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.latest("prod")).isEqualTo(id);

        driver.tick(Duration.ofMinutes(5));
        assertThat(driver.operations())
                .as("but no inventory is older than that: someone has changed them before it was looked at")
                .hasSize(4);
    }

    @Test
    void whatTheInventoryHasNotSeenYetIsNoForeignChange() {
        Strategy all = strategy(stage("all", null, 4, 0));
        driver.publish("prod", spec(all));
        Operation first = driver.operations().getFirst();
        RolloutId second = driver.publish("prod", Fleets.spec(IPVS_RR, all));
        driver.operations()
                .forEach(operation -> driver.outcome(operation, new Outcome.Applied(KubeProxyConfig.UNSET, true)));
        driver.tick();
        Operation again = driver.operations().stream()
                .filter(operation -> operation.cluster().equals(first.cluster()))
                .findFirst()
                .orElseThrow();
        driver.outcome(again, new Outcome.Applied(IPVS_LC, true));
        driver.command(second, Action.Rollback);

        assertThat(driver.cluster(second, 0)).isVerifying();
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_RR));
        driver.tick();
        assertThat(driver.operations())
                .filteredOn(operation -> operation.cluster().equals(Fleets.id(0)))
                .extracting(Operation::kubeProxy)
                .containsExactly(IPVS_LC);
    }

    @Test
    void aClusterTornFromAHigherConfigOrMadeAgainIsTakenLikeANewOne() {
        driver.publish(
                "high",
                new Spec(
                        IPVS_RR,
                        Fleets.names("prod-0003"),
                        5,
                        strategy(stage("all", null, 4, 0)),
                        Drift.Report,
                        NewClusters.Join));
        convergeAll();
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 4, 0)), Drift.Report, NewClusters.Join));
        convergeAll();
        assertThat(driver.cluster(id, 3)).isSkipped().becauseOf(ClusterReason.LowerPriority);

        driver.event(new FleetEvent.ConfigDeleted("high", "test", "gone", "alice", null));
        driver.tick(Duration.ofHours(1));

        assertOperations(3);
    }

    @Test
    void theSameDeletionTwiceDeletesOnce() {
        Spec spec = spec(strategy(stage("all", null, 1, 0)));
        driver.publish("prod", spec);
        FleetEvent.ConfigDeleted deletion = new FleetEvent.ConfigDeleted("prod", "gitops", "d1", "alice", null);
        driver.event(deletion);
        driver.publish("prod", Fleets.spec(IPVS_RR, strategy(stage("all", null, 2, 0))));
        driver.event(deletion);

        assertThat(driver.fleet.config("prod").orElseThrow().spec()).isNotNull();
    }

    @Test
    void anUnknownTimeoutProvesNothing() {
        KubeProxyConfig odd = new KubeProxyConfig(
                true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 60, 60, 60));
        driver.fleet.inventory.replaceAll((_, cluster) -> Fleets.running(cluster, odd));
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0))));
        Operation operation = driver.operations().getFirst();
        driver.applied(operation);
        driver.tick();
        driver.fleet.evidence.put(
                operation.cluster(),
                new Evidence(
                        3,
                        0,
                        List.of(new Evidence.Observed(
                                "ipvs", "lc", null, null, null, Evidence.Proof.PROVEN, false, 3, driver.now())),
                        null));
        driver.tick();

        assertThat(driver.cluster(id, 0)).isVerifying();
    }

    @Test
    void supersedingDoesNotMultiplyWhatIsInFlight() {
        for (KubeProxyConfig kubeProxy : List.of(IPVS_LC, IPVS_RR, KubeProxyConfig.UNSET)) {
            driver.publish("prod", Fleets.spec(kubeProxy, strategy(stage("all", null, 1, 0))));
            driver.tick();
        }

        assertThat(driver.operations()).hasSize(1);
        convergeAll();
        assertThat(driver.rollout(driver.latest("prod"))).hasSucceeded();
    }

    @Test
    void whatCouldNotBeWrittenAtAllIsNothingToRevert() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 4, 0))));
        Operation operation = driver.operations().getFirst();
        driver.fleet.inventory.put(operation.cluster(), Fleets.stopped(Fleets.cluster(0)));
        driver.outcome(operation, new Outcome.Skipped(ClusterReason.ClusterStopped, "it is stopped"));
        convergeAll();
        driver.tick(Duration.ofMinutes(10));
        driver.command(id, Action.Rollback);
        convergeAll();

        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.NothingToRevert);
        assertThat(driver.rollout(id)).isRolledBack();
    }

    @Test
    void aLongRollbackGivesUpOnNobodyForBeingLate() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0))));
        convergeAll();
        driver.command(id, Action.Rollback);
        for (int i = 0; i < 3; i++) {
            driver.tick(Duration.ofMinutes(11));
            if (i == 2) {
                driver.fleet.inventory.computeIfPresent(
                        Fleets.id(0), (_, cluster) -> Fleets.withProvisioningState(cluster, "Scaling"));
            }
            driver.converge(driver.operations().getFirst());
        }
        driver.tick();
        driver.fleet.inventory.computeIfPresent(
                Fleets.id(0), (_, cluster) -> Fleets.withProvisioningState(cluster, "Succeeded"));
        driver.tick();
        convergeAll();

        assertThat(driver.rollout(id)).isRolledBack();
    }

    @Test
    void anApprovalIsForTheStageThatItsGiverSaw() {
        StageSpec first = new StageSpec(
                "first", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ZERO, StageSpec.Approval.after);
        StageSpec second =
                new StageSpec("second", null, Amount.of(5), Amount.of(0), Duration.ZERO, StageSpec.Approval.before);
        RolloutId id = driver.publish("prod", spec(strategy(first, second)));
        convergeAll();
        Instant seen = driver.now();
        driver.tick();
        driver.command(id, Action.Approve);
        driver.event(new FleetEvent.CommandGiven(
                new Command("second-click", "prod", id.toString(), Action.Approve, "bob", null, seen)));

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.audits.getLast().code()).isEqualTo(AnswerReason.AskedBefore);
    }

    @Test
    void aRetryDoesNotTurnAPlannedSkipIntoAFailure() {
        driver.fleet.inventory.put(Fleets.id(2), Fleets.cilium(Fleets.cluster(2)));
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 5, 0))));
        driver.command(id, Action.Retry);
        convergeAll();

        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aFightIsNotOverBecauseADayHasPassed() {
        driver.publish("prod", spec(strategy(stage("all", null, 4, 0)), Drift.Correct, NewClusters.Ignore));
        convergeAll();
        for (int i = 0; i < 30; i++) {
            driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_RR));
            driver.tick(Duration.ofMinutes(10));
            convergeAll();
        }
        RolloutId latest = driver.latest("prod");
        driver.tick(Duration.ofHours(48));

        assertThat(driver.latest("prod")).isEqualTo(latest);
    }

    @Test
    void aSilentWorkerIsNamedAndAskedOnceMore() {
        RolloutId id = driver.publish("prod", spec(strategy(stage("all", null, 1, 0))));
        driver.operations.clear();
        driver.tick(Duration.ofMinutes(36));

        assertThat(driver.cluster(id, 0)).isUpdating().becauseOf(ClusterReason.WorkerSilent);
        assertThat(driver.operations()).extracting(Operation::attempt).containsExactly(1);
    }
}
