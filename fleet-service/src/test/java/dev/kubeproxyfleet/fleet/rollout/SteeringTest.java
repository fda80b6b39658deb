package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SteeringTest {

    private static final Strategy CANARY_THEN_REST =
            strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 2, 0));

    private final Driver driver = new Driver(Fleets.of(4));

    private void fail(Operation operation) {
        driver.outcome(operation, new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no"));
    }

    @Test
    void aFailedClusterIsTriedAgainInItsStageWhileTheRolloutIsActive() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        fail(driver.operations().getFirst());
        assertThat(driver.rollout(id)).isPaused();

        assertThat(driver.command(id, Action.Retry).code()).isEqualTo(AnswerReason.Retried);
        assertThat(driver.operations()).as("paused still").isEmpty();
        driver.command(id, Action.Resume);

        assertThat(driver.operations()).singleElement().satisfies(operation -> {
            assertThat(operation.cluster()).isEqualTo(Fleets.id(0));
            assertThat(operation.attempt()).isEqualTo(2);
        });
    }

    @Test
    void aRolloutThatIsPausedBeforeItsStartIsPlannedOnceItIsResumedWithTheClustersOfThen() {
        Driver scheduled = new Driver(Fleets.of(2));
        RolloutId id = scheduled.publish(
                "prod", Fleets.spec(IPVS_LC, startingAt(scheduled.now().plus(Duration.ofHours(1)))));
        assertThat(scheduled.rollout(id)).isPlanned();

        assertThat(scheduled.command(id, Action.Pause))
                .extracting(AuditRecord::code, AuditRecord::message)
                .containsExactly(AnswerReason.Paused, "its clusters are not chosen before it is resumed");
        assertThat(scheduled.command(id, Action.Pause).code()).isEqualTo(AnswerReason.AlreadyPaused);
        scheduled.tick(Duration.ofHours(2));
        assertThat(scheduled.rollout(id)).isPaused().hasStages();
        assertThat(scheduled.operations()).isEmpty();

        scheduled.fleet.inventory.put(Fleets.id(2), Fleets.cluster(2));
        assertThat(scheduled.command(id, Action.Resume).code()).isEqualTo(AnswerReason.Resumed);
        assertThat(scheduled.rollout(id)).isRunning();
        assertThat(scheduled.operations())
                .extracting(Operation::cluster)
                .containsExactlyInAnyOrder(Fleets.id(0), Fleets.id(1), Fleets.id(2));
    }

    @Test
    void aRolloutThatIsResumedBeforeItsStartWaitsForIt() {
        RolloutId id = driver.publish(
                "prod", Fleets.spec(IPVS_LC, startingAt(driver.now().plus(Duration.ofHours(1)))));
        driver.command(id, Action.Pause);

        driver.command(id, Action.Resume);

        assertThat(driver.rollout(id)).isPlanned().becauseOf(RolloutReason.ScheduledStart);
        driver.tick(Duration.ofHours(1));
        assertThat(driver.operations()).hasSize(4);
    }

    @Test
    void nothingButItsEndCanBeAskedOfARolloutThatIsPausedBeforeItsStart() {
        RolloutId id = driver.publish(
                "prod", Fleets.spec(IPVS_LC, startingAt(driver.now().plus(Duration.ofHours(1)))));
        driver.command(id, Action.Pause);

        assertThat(Stream.of(Action.Rollback, Action.Retry, Action.Approve, Action.Promote, Action.Rerun)
                        .map(action -> driver.command(id, action).code()))
                .containsExactly(
                        AnswerReason.NotRunning,
                        AnswerReason.NotRunning,
                        AnswerReason.NotAwaitingApproval,
                        AnswerReason.NotBaking,
                        AnswerReason.StillActive);
        assertThat(driver.command(id, Action.Skip, Fleets.id(0)).code()).isEqualTo(AnswerReason.NotRunning);
        assertThat(driver.command(id, Action.Abort).code()).isEqualTo(RolloutReason.Aborted);
        driver.tick(Duration.ofHours(2));
        assertThat(driver.operations()).isEmpty();
    }

    private static Strategy startingAt(Instant startAt) {
        return new Strategy(
                List.of(stage("all", null, 4, 0)),
                Strategy.OnFailure.Pause,
                Duration.ofMinutes(30),
                Gate.DEFAULT,
                Windows.ANY_TIME,
                startAt);
    }

    @Test
    void aRetryOfOneClusterLeavesTheOthers() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 4, 4))));
        driver.operations().forEach(operation -> {
            if (operation.cluster().equals(Fleets.id(3))) {
                return;
            }
            fail(operation);
        });

        driver.command(id, Action.Retry, Fleets.id(1));

        assertThat(driver.operations())
                .extracting(Operation::cluster)
                .containsExactlyInAnyOrder(Fleets.id(3), Fleets.id(1));
        assertThat(driver.command(id, Action.Retry, Fleets.id(3)).verdict()).isEqualTo(Verdict.Unchanged);
    }

    @Test
    void aRetryAfterTheEndIsARolloutOfWhatHasNotConverged() {
        Strategy careless = new Strategy(
                CANARY_THEN_REST.stages(), Strategy.OnFailure.Continue, Duration.ofMinutes(30), Gate.DEFAULT);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, careless));
        fail(driver.operations().getFirst());
        driver.operations().forEach(driver::converge);
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(id)).hasFailed();

        AuditRecord answer = driver.command(id, Action.Retry);

        RolloutId second = driver.latest("prod");
        assertThat(answer.rollout()).isEqualTo(second.toString());
        assertThat(driver.rollout(second)).isCausedBy(Cause.Retry);
        assertThat(driver.fleet.clustersOf(second))
                .extracting(RolloutCluster::cluster)
                .containsExactly(Fleets.id(0));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(second)).hasSucceeded();
        assertThat(driver.command(second, Action.Retry).code()).isEqualTo(AnswerReason.NothingToRetry);
    }

    @Test
    void aRetryOfWhatStillCannotBeChangedSaysWhy() {
        driver.fleet.inventory.put(Fleets.id(3), Fleets.cilium(Fleets.cluster(3)));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));

        assertRefused(
                driver.command(id, Action.Retry, Fleets.id(3)),
                AnswerReason.CannotRetry,
                "data plane is cilium, which runs without");
        assertRefused(
                driver.command(id, Action.Retry),
                AnswerReason.CannotRetry,
                "none of them can be: 1 CiliumDataplaneRequiresKubeProxyConfigDisabled");
        assertRefused(driver.command(id, Action.Retry, Fleets.id(9)), RequestReason.UnknownCluster, "in the inventory");

        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.rollout(id)).hasSucceeded();
        assertRefused(driver.command(id, Action.Retry, Fleets.id(3)), AnswerReason.CannotRetry, "data plane is cilium");
        assertRefused(driver.command(id, Action.Retry, Fleets.id(9)), RequestReason.UnknownCluster, "in the inventory");
        assertThat(driver.latest("prod")).as("no rollout for nothing").isEqualTo(id);
    }

    @Test
    void aRetryTakesUpTheLastStageOfARolloutThatWasPausedBeforeItsEnd() {
        StageSpec all = new StageSpec("all", null, Amount.of(9), Amount.of(9), Duration.ZERO, StageSpec.Approval.after);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(all)));
        fail(driver.operations().getFirst());
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        driver.command(id, Action.Pause);
        assertThat(driver.command(id, Action.Approve).code()).isEqualTo(AnswerReason.Approved);

        assertThat(driver.command(id, Action.Retry).code()).isEqualTo(AnswerReason.Retried);
        driver.command(id, Action.Resume);
        assertThat(driver.operations()).hasSize(1);
    }

    private static void assertRefused(AuditRecord answer, ReasonCode code, String message) {
        assertThat(answer.verdict()).isEqualTo(Verdict.Refused);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).contains(message);
    }

    @Test
    void aSkippedClusterNeitherStartsNorFailsTheRollout() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        assertThat(driver.command(id, Action.Skip).code()).isEqualTo(AnswerReason.ClusterMissing);
        assertThat(driver.command(id, Action.Skip, Fleets.id(0)).code()).isEqualTo(AnswerReason.ClusterInFlight);
        assertThat(driver.command(id, Action.Skip, Fleets.id(2)).code()).isEqualTo(AnswerReason.Skipped);
        assertThat(driver.command(id, Action.Skip, Fleets.id(2)).verdict()).isEqualTo(Verdict.Unchanged);

        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1), Fleets.id(3));
        driver.operations().forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
        driver.tick(Duration.ofHours(1));
        assertThat(driver.latest("prod")).as("nobody catches it later").isEqualTo(id);
    }

    @Test
    void skippingAFailedClusterAcceptsItsFailure() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        fail(driver.operations().getFirst());
        driver.command(id, Action.Skip, Fleets.id(0));
        driver.command(id, Action.Resume);
        assertThat(driver.operations())
                .as("a canary that was skipped has shown nothing")
                .isEmpty();
        driver.command(id, Action.Approve);
        driver.operations().forEach(driver::converge);
        driver.operations().forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aPromotionEndsABakeEarly() {
        StageSpec canary = new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofHours(9), null);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(canary, stage("rest", null, 3, 0))));
        assertThat(driver.command(id, Action.Promote).code()).isEqualTo(AnswerReason.NotBaking);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).isEmpty();

        assertThat(driver.command(id, Action.Promote).code()).isEqualTo(AnswerReason.Promoted);

        assertThat(driver.operations()).hasSize(3);
    }

    @Test
    void aRetryInABakingStageTakesTheStageBackToItsClusters() {
        StageSpec all = new StageSpec("all", null, Amount.of(4), Amount.of(1), Duration.ofHours(1), null);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(all)));
        fail(driver.operations().getFirst());
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(id)).hasStage("all").isBaking();

        driver.command(id, Action.Retry);

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(0));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(id)).hasStage("all").isBaking();
        driver.tick(Duration.ofHours(1));
        driver.showAgain();
        driver.tick();
        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void whatAnAbortedRolloutStillWritesIsLeftToItsSuccessor() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        Operation old = driver.operations().getFirst();
        driver.command(id, Action.Abort);
        driver.command(id, Action.Rerun);
        driver.applied(old);

        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.Superseded);
    }

    @Test
    void aRejectionEndsTheRollout() {
        StageSpec canary = new StageSpec(
                "canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ZERO, StageSpec.Approval.after);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(canary, stage("rest", null, 3, 0))));
        assertThat(driver.command(id, Action.Reject).code()).isEqualTo(AnswerReason.NotAwaitingApproval);
        driver.converge(driver.operations().getFirst());

        assertThat(driver.command(id, Action.Reject).code()).isEqualTo(RolloutReason.Rejected);

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id)).isAborted().becauseOf(RolloutReason.Rejected);
    }

    @Test
    void aRerunRollsTheSameSpecOutOnceMore() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 4, 0))));
        assertThat(driver.command(id, Action.Rerun).code()).isEqualTo(AnswerReason.StillActive);
        driver.operations().forEach(driver::converge);

        assertThat(driver.command(id, Action.Rerun).code()).isEqualTo(AnswerReason.RolloutPlanned);

        RolloutId second = driver.latest("prod");
        assertThat(second.generation()).isEqualTo(2);
        assertThat(driver.rollout(second)).hasFoundConverged(4);
        assertThat(driver.operations()).as("each is seen once more").hasSize(4);
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(second)).hasSucceeded();
    }

    @Test
    void everyActionIsAnsweredAndTheSameCommandTwiceIsCarriedOutOnce() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        for (Action action : Action.values()) {
            Command command = new Command("c-" + action, "prod", null, action, "bob", null, driver.now());
            driver.event(new FleetEvent.CommandGiven(command));
            driver.event(new FleetEvent.CommandGiven(command));

            List<AuditRecord> answers = driver.audits.stream()
                    .filter(audit -> command.id().equals(audit.requestId()))
                    .toList();
            assertThat(answers).hasSize(2);
            assertThat(answers.getLast().code()).isEqualTo(AnswerReason.DuplicateCommand);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.message()).isNotBlank());
        }
        assertThat(driver.command(new RolloutId("other", 1), Action.Pause).code())
                .isEqualTo(RequestReason.UnknownConfig);
        assertThat(driver.rollout(id)).isNotNull();
    }

    @Test
    void aRolloutKeepsTheStoredStrategyThatItBeganWith() {
        driver.publishStrategy(FleetStrategy.of("careful", CANARY_THEN_REST));
        RolloutId id = driver.publish("prod", Fleets.referring(IPVS_LC, "careful"));
        assertThat(driver.operations()).hasSize(1);

        driver.publishStrategy(FleetStrategy.of("careful", strategy(stage("all", null, 4, 0))));
        assertThat(driver.rollout(id).spec().strategy()).isEqualTo(CANARY_THEN_REST);
        driver.command(id, Action.Abort);
        driver.converge(driver.operations().getFirst());
        driver.command(id, Action.Rerun);

        assertThat(driver.rollout(driver.latest("prod"))).hasStages("all");
    }

    @Test
    void deletingAStrategyNamesTheConfigsThatReferToIt() {
        driver.publishStrategy(FleetStrategy.of("careful", CANARY_THEN_REST));
        driver.publish("prod", Fleets.referring(IPVS_LC, "careful"));
        driver.event(new FleetEvent.StrategyDeleted("careful", "test", "deletion", "alice", null));

        assertThat(driver.audits.getLast().code()).isEqualTo(AnswerReason.StrategyDeleted);
        assertThat(driver.audits.getLast().message()).contains("no rerun or retry of prod can begin");
    }

    @Test
    void aStrategyThatIsNotStoredIsRefused() {
        driver.event(new FleetEvent.ConfigPublished(
                FleetConfig.of("prod", Fleets.referring(IPVS_LC, "nowhere")), "test", "e", "alice", null));

        assertThat(driver.audits).singleElement().satisfies(audit -> {
            assertThat(audit.verdict()).isEqualTo(Verdict.Refused);
            assertThat(audit.code()).isEqualTo(RequestReason.UnknownStrategy);
            assertThat(audit.message()).contains("nowhere");
        });
        assertThat(driver.fleet.rollouts).isEmpty();
    }
}
