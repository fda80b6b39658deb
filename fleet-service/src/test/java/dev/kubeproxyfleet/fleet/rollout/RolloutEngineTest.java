package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

class RolloutEngineTest {

    private static final Strategy CANARY_THEN_REST =
            strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 2, 0));

    private final Driver driver = new Driver(Fleets.of(5));

    @Test
    void rollsStageByStageAndSucceedsOnceEveryClusterShowsIt() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(0));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).hasSize(2);
        driver.operations().forEach(driver::converge);
        driver.operations().forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
        assertThat(driver.fleet.clustersOf(id))
                .hasSize(5)
                .allSatisfy(cluster -> assertThat(cluster).hasConverged());
        assertThat(driver.operations()).isEmpty();
    }

    @Test
    void azuresWordAloneConvergesNothing() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.fleet.evidence.put(Fleets.id(0), Fleets.evidence(IPVS_LC.effective(), Fleets.NODES, driver.now()));
        driver.tick();
        driver.applied(driver.operations().getFirst());
        driver.tick();

        assertThat(driver.cluster(id, 0))
                .as("snapshots from before Azure showed it are no evidence")
                .isVerifying();
    }

    @Test
    void nodesThatNeverShowItFailTheClusterAtItsDeadline() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        driver.applied(canary);
        driver.tick(Duration.ofMinutes(29));
        driver.fleet.evidence.put(canary.cluster(), Fleets.evidence(IPVS_RR.effective(), Fleets.NODES, driver.now()));
        driver.tick(Duration.ofMinutes(2));

        assertThat(driver.cluster(id, 0))
                .hasFailed()
                .becauseOf(ClusterReason.NodesDiffer)
                .message()
                .contains("0 of 3 nodes");
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.MaxFailuresExceeded);
    }

    @Test
    void silentNodesFailTheClusterAsSilent() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.applied(driver.operations().getFirst());
        driver.tick(Duration.ofMinutes(31));

        assertThat(driver.cluster(id, 0)).hasFailed().becauseOf(ClusterReason.NodesSilent);
    }

    @Test
    void aGateWithoutCoverageTakesAzuresWord() {
        Strategy trusting =
                new Strategy(CANARY_THEN_REST.stages(), Strategy.OnFailure.Pause, Duration.ofMinutes(30), new Gate(0));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, trusting));
        driver.applied(driver.operations().getFirst());

        assertThat(driver.cluster(id, 0)).hasConverged();
    }

    @Test
    void pausesAfterTooManyFailuresAndGoesOnWhenAnOperatorAcceptsThem() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.outcome(driver.operations().getFirst(), new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no"));
        assertThat(driver.rollout(id)).isPaused();
        driver.tick();
        assertThat(driver.operations()).isEmpty();

        driver.command(id, Action.Resume);

        assertThat(driver.operations()).hasSize(2);
        driver.operations().forEach(driver::converge);
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(id)).hasFailed().message().contains("1 failed");
    }

    @Test
    void continuesPastFailuresWhenTheStrategySaysSo() {
        Strategy careless = new Strategy(
                CANARY_THEN_REST.stages(), Strategy.OnFailure.Continue, Duration.ofMinutes(30), Gate.DEFAULT);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, careless));
        driver.outcome(driver.operations().getFirst(), new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no"));

        assertThat(driver.rollout(id)).isRunning();
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void aPauseLetsWhatIsInFlightEndAndStartsNothing() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        assertThat(driver.command(id, Action.Pause).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        driver.converge(canary);

        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.command(id, Action.Pause).verdict()).isEqualTo(AuditRecord.Verdict.Unchanged);

        driver.command(id, Action.Resume);
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void anAbortLetsWhatIsInFlightEndAndRecordsIt() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        driver.command(id, Action.Abort);
        driver.converge(canary);

        assertThat(driver.rollout(id)).isAborted();
        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.cluster(id, 1)).isWaiting();
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.command(id, Action.Resume).verdict()).isEqualTo(AuditRecord.Verdict.Refused);
    }

    @Test
    void aStageBakesBeforeTheNextOneStarts() {
        StageSpec canary =
                new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofMinutes(10), null);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(canary, stage("rest", null, 4, 0))));
        driver.converge(driver.operations().getFirst());
        driver.tick(Duration.ofMinutes(9));

        assertThat(driver.rollout(id)).hasStage("canary").isBaking();
        assertThat(driver.operations()).isEmpty();

        driver.showAgain();
        driver.tick(Duration.ofMinutes(1));
        assertThat(driver.operations()).hasSize(4);
    }

    @ParameterizedTest
    @NullSource
    @EnumSource(names = "after")
    void aStageWhoseClustersAreAllSkippedHasNothingToBakeAndAwaitsAPerson(StageSpec.@Nullable Approval approval) {
        StageSpec second =
                new StageSpec("second", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofMinutes(10), approval);
        RolloutId id = driver.publish(
                "prod",
                Fleets.spec(IPVS_LC, strategy(stage("first", Amount.of(1), 1, 0), second, stage("rest", null, 3, 0))));
        driver.fleet.inventory.computeIfPresent(Fleets.id(1), (_, cluster) -> Fleets.stopped(cluster));

        driver.converge(driver.operations().getFirst());

        assertThat(driver.cluster(id, 1)).isSkipped();
        assertThat(driver.rollout(id)).hasStage("second").isAwaitingApproval();
        assertThat(driver.rollout(id))
                .isRunning()
                .becauseOf(RolloutReason.StageProvedNothing)
                .message()
                .contains("stage second", "has shown nothing");
        driver.tick(Duration.ofMinutes(1));
        assertThat(driver.operations()).isEmpty();

        driver.command(id, Action.Approve);
        assertThat(driver.operations()).hasSize(3);
        assertThat(driver.rollout(id)).isRunningFreely();
    }

    @Test
    void aCanaryThatIsDeletedWhileItsNodesAreAwaitedIsNoCanaryAndIsNamedInTheEnd() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.applied(driver.operations().getFirst());
        driver.fleet.inventory.remove(Fleets.id(0));
        driver.tick();

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id)).isRunning().becauseOf(RolloutReason.StageProvedNothing);

        driver.command(id, Action.Approve);
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.audits)
                .filteredOn(audit -> audit.action().equals("Finish"))
                .singleElement()
                .satisfies(audit -> assertThat(audit.message())
                        .contains(
                                "0 failed",
                                "1 skipped that the plan had not left out: " + Fleets.name(0) + " (ClusterGone)"));
    }

    @Test
    void nobodyIsAskedToApproveWhereNothingFollows() {
        StageSpec asking =
                new StageSpec("asking", null, Amount.of(9), Amount.of(0), Duration.ZERO, StageSpec.Approval.after);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(asking, stage("rest", null, 3, 0))));
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }

        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aStageWhoseClusterWasChangedAndThenSkippedBakes() {
        StageSpec canary =
                new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofMinutes(10), null);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(canary, stage("rest", null, 4, 0))));
        driver.applied(driver.operations().getFirst());

        assertThat(driver.command(id, Action.Skip, Fleets.id(0)).code()).isEqualTo(AnswerReason.Skipped);

        assertThat(driver.rollout(id)).hasStage("canary").isBaking();
    }

    @Test
    void aStageAwaitsApprovalBeforeAndAfter() {
        StageSpec first = new StageSpec(
                "first", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ZERO, StageSpec.Approval.before);
        StageSpec second = new StageSpec(
                "second", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ZERO, StageSpec.Approval.after);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(first, second, stage("rest", null, 3, 0))));
        driver.tick();
        assertThat(driver.operations()).isEmpty();

        assertThat(driver.command(id, Action.Approve).code()).isEqualTo(AnswerReason.Approved);
        driver.converge(driver.operations().getFirst());
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id)).hasStage("second").isAwaitingApproval();

        driver.command(id, Action.Approve);
        assertThat(driver.operations()).hasSize(3);
        assertThat(driver.command(id, Action.Approve).verdict()).isEqualTo(AuditRecord.Verdict.Refused);
    }

    @Test
    void theTrailTellsTheWholeStory() {
        Driver driver = new Driver(Fleets.of(2));
        RolloutId first = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 1, 0))));
        driver.converge(driver.operations().getFirst());
        driver.publish("prod", Fleets.spec(IPVS_RR, strategy(stage("all", null, 1, 0))));
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }

        assertThat(driver.audits)
                .extracting(AuditRecord::code)
                .containsExactly(
                        AnswerReason.RolloutPlanned,
                        AnswerReason.Started,
                        AnswerReason.RolloutPlanned,
                        AnswerReason.Started,
                        AnswerReason.StageDone,
                        RolloutReason.Succeeded);
        assertThat(driver.audits.get(2).message())
                .endsWith("; " + first + " has ended for it; what is in flight there goes first, clusters: 1");
    }

    @Test
    void theSameSpecAndTheSameEventChangeNothing() {
        FleetConfig.Spec spec = Fleets.spec(IPVS_LC, CANARY_THEN_REST);
        RolloutId first = driver.publish("prod", spec);
        RolloutId again = driver.publish("prod", spec);
        assertThat(again).isEqualTo(first);

        RolloutId second = driver.publish("prod", Fleets.spec(IPVS_RR, CANARY_THEN_REST));
        assertThat(second.generation()).isEqualTo(2);
        driver.event(new FleetEvent.ConfigPublished(FleetConfig.of("prod", spec), "test", "event-0", "alice", null));
        assertThat(driver.latest("prod"))
                .as("an event delivered again after a newer one does not go back")
                .isEqualTo(second);
    }

    @Test
    void aNewGenerationWaitsForTheWriterOfTheOldOne() {
        RolloutId first = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation old = driver.operations().getFirst();
        RolloutId second = driver.publish("prod", Fleets.spec(IPVS_RR, CANARY_THEN_REST));

        assertThat(driver.rollout(first)).isSuperseded();
        assertThat(driver.operations()).containsExactly(old);
        assertThat(driver.rollout(second))
                .as("together with what the old one still changes, the caps would not hold")
                .isRunning()
                .becauseOf(RolloutReason.PredecessorInFlight);

        driver.applied(old);
        driver.tick();
        assertThat(driver.cluster(first, 0)).isSkipped();
        assertThat(driver.operations()).extracting(Operation::generation).containsExactly(2L);
    }

    @Test
    void anOutcomeOfAnOlderAttemptOrTwiceChangesNothing() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        driver.applied(canary);
        driver.outcome(canary, new Outcome.Failed(new AzureCode("Late"), "a duplicate that says otherwise"));

        assertThat(driver.cluster(id, 0)).isVerifying();
    }

    @Test
    void clustersThatCannotTakeItAreSkippedAtPlanningAndDoNotFailTheRollout() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.stopped(Fleets.cluster(0)));
        driver.fleet.inventory.put(Fleets.id(1), Fleets.cilium(Fleets.cluster(1)));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));

        assertThat(driver.operations())
                .as("the canary is a cluster that can change")
                .extracting(Operation::cluster)
                .containsExactly(Fleets.id(2));
        driver.converge(driver.operations().getFirst());
        driver.operations().forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.ClusterStopped);
    }

    @Test
    void aBusyClusterIsWaitedForAndOthersGoFirst() {
        driver.fleet.inventory.put(Fleets.id(1), Fleets.withProvisioningState(Fleets.cluster(1), "Upgrading"));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.converge(driver.operations().getFirst());

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(2), Fleets.id(3));
        assertThat(driver.cluster(id, 1)).isWaiting().becauseOf(ClusterReason.ClusterBusy);

        driver.fleet.inventory.put(Fleets.id(1), Fleets.cluster(1));
        driver.operations().forEach(driver::converge);
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aSkipThatThePlanDidNotShowIsNoSuccess() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 5, 0))));
        List<Operation> operations = driver.operations();
        driver.outcome(operations.getFirst(), new Outcome.Skipped(ClusterReason.ScopeLocked, "a ReadOnly lock"));
        operations.subList(1, 5).forEach(driver::converge);

        assertThat(driver.rollout(id)).hasFailed().becauseOf(RolloutReason.ClustersNotConverged);
    }

    @Test
    void aClusterWhoseSubscriptionHasLeftTheFleetFailsNothing() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 5, 0))));
        List<Operation> operations = driver.operations();
        driver.outcome(
                operations.getFirst(), new Outcome.Skipped(ClusterReason.SubscriptionNotInFleet, "not in the fleet"));
        operations.subList(1, 5).forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void nothingIsPlannedOverHalfAnInventory() {
        Fleets.listed(driver.fleet, 6);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        assertThat(driver.rollout(id)).isPlanned().becauseOf(RolloutReason.InventoryPending);

        driver.fleet.inventory.put(Fleets.id(5), Fleets.cluster(5));
        driver.tick();
        assertThat(driver.fleet.clustersOf(id)).hasSize(6);
    }

    @Test
    void aSelectorThatMatchesNothingWaitsAndSaysSo() {
        Driver empty = new Driver(Fleets.of(0));
        RolloutId id = empty.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));

        assertThat(empty.rollout(id)).isPlanned().becauseOf(RolloutReason.NoClusterMatches);
    }

    @Test
    void twoConfigsOfOnePriorityBlockEachOtherByName() {
        RolloutId alpha = driver.publish("alpha", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        RolloutId beta = driver.publish("beta", Fleets.spec(IPVS_RR, CANARY_THEN_REST));
        driver.converge(canary);

        assertThat(driver.operations()).isEmpty();
        assertThat(List.of(driver.cluster(alpha, 1), driver.cluster(beta, 0)))
                .allSatisfy(cluster -> assertThat(cluster)
                        .isWaiting()
                        .becauseOf(ClusterReason.ConflictingConfigs)
                        .message()
                        .contains("alpha", "beta"));

        driver.event(new FleetEvent.ConfigDeleted("beta", "test", "deletion", "alice", "prod has them now"));
        assertThat(driver.audits.getLast().reason()).isEqualTo("prod has them now");
        driver.tick();
        assertThat(driver.operations())
                .as("the conflict is over")
                .extracting(Operation::config)
                .containsExactly("alpha", "alpha");
    }

    @Test
    void aDeletionThatComesAgainLeavesWhatWasPublishedSince() {
        driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "deletion", "alice", null));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_RR, CANARY_THEN_REST));
        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "deletion", "alice", null));

        assertThat(driver.audits.getLast().code()).isEqualTo(AnswerReason.DuplicateEvent);
        assertThat(driver.rollout(id)).isActive();
    }

    @Test
    void deletingAConfigAbortsItsRolloutAndTouchesNothing() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation canary = driver.operations().getFirst();
        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "deletion", "alice", null));
        driver.converge(canary);

        assertThat(driver.rollout(id)).isAborted();
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST))
                        .generation())
                .as("a generation is never used twice")
                .isEqualTo(2);
    }

    @Test
    void aNewcomerJoinsTheLastStageWhereItIsWanted() {
        FleetConfig.Spec joining = new FleetConfig.Spec(
                IPVS_LC,
                Fleets.names("*"),
                0,
                CANARY_THEN_REST,
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Join);
        RolloutId id = driver.publish("prod", joining);
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();

        assertThat(driver.cluster(id, 9)).isWaiting();
        assertThat(driver.rollout(id)).hasStage("rest").hasClusters(5);
    }

    @Test
    void aCommandForAnOlderRolloutIsRefused() {
        RolloutId first = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.publish("prod", Fleets.spec(IPVS_RR, CANARY_THEN_REST));

        assertThat(driver.command(first, Action.Pause).code()).isEqualTo(AnswerReason.NotTheLatestRollout);
    }
}
