package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a restore nothing is written before a person says so, and nothing is written twice to no purpose after that. */
class RestorationTest {

    private static final Instant TAKEN_AT = Instant.parse("2025-12-31T23:00:00Z");
    private static final Strategy CANARY_THEN_REST =
            strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 2, 0));

    private final Driver driver = new Driver(Fleets.of(4));

    @Test
    void aRolloutUnderWayIsPausedAndWhatWasInFlightWaitsAgain() {
        RolloutId id = inFlight();

        driver.restored(TAKEN_AT);

        assertThat(driver.rollout(id))
                .isPaused()
                .becauseOf(RolloutReason.RestoredFromBackup)
                .message()
                .contains("a backup of 2025-12-31T23:00:00Z");
        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.cluster(id, 1)).isWaiting();
        assertThat(driver.cluster(id, 2)).isWaiting();
        assertThat(driver.fleet.writer(Fleets.id(1))).isEmpty();
        assertThat(driver.audits)
                .filteredOn(audit -> audit.code() == RolloutReason.RestoredFromBackup)
                .singleElement()
                .satisfies(audit -> {
                    assertThat(audit.rollout()).isEqualTo(id.toString());
                    assertThat(audit.verdict()).isEqualTo(AuditRecord.Verdict.Done);
                });
        nothingIsWritten();
    }

    @Test
    void resumedItTakesOverWhatClustersHaveAlready() {
        RolloutId id = inFlight();
        driver.restored(TAKEN_AT);

        driver.command(id, Action.Resume);
        for (Operation operation : driver.operations()) {
            assertThat(operation.attempt()).isEqualTo(2);
            assertThat(operation.kubeProxy()).isEqualTo(IPVS_LC);
            driver.converge(operation);
        }
        driver.operations().forEach(driver::converge);

        assertThat(driver.rollout(id)).hasSucceeded();
        driver.command(id, Action.Rollback);
        for (int left = 0; left < 4; left++) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.rollout(id)).isRolledBack();
        assertThat(driver.rollout(id)).hasStage("rest").hasRolledBack(3);
    }

    @Test
    void whatWasWrittenAfterTheBackupIsNotTakenForTheRolloutsOwnChange() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 1, 0))));
        driver.restored(TAKEN_AT);
        for (int number = 0; number < 4; number++) {
            driver.fleet.inventory.computeIfPresent(
                    Fleets.id(number), (_, cluster) -> Fleets.running(cluster, IPVS_LC));
        }

        driver.command(id, Action.Resume);
        for (int number = 0; number < 4; number++) {
            Operation operation = driver.operations().getFirst();
            driver.outcome(operation, new Outcome.Applied(IPVS_LC, false));
            driver.tick();
            driver.show(operation);
            driver.tick();
        }

        assertThat(driver.rollout(id)).hasSucceeded();
        assertThat(driver.rollout(id).totals().changes())
                .as("the one that was in flight may have been changed by it")
                .isEqualTo(1);
    }

    @Test
    void aBakeBeginsAnew() {
        StageSpec canary =
                new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofMinutes(10), null);
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(canary, stage("rest", null, 2, 0))));
        driver.converge(driver.operations().getFirst());
        driver.tick(Duration.ofMinutes(9));
        driver.restored(TAKEN_AT);
        driver.tick(Duration.ofHours(1));

        driver.command(id, Action.Resume);
        driver.showAgain();
        driver.tick(Duration.ofMinutes(9));
        assertThat(driver.operations()).isEmpty();
        driver.tick(Duration.ofMinutes(2));
        driver.showAgain();
        driver.tick();

        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void whatWouldGoOnByItselfWaitsForAPerson() {
        RolloutId id = driver.publish("prod", correcting());
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.rollout(id)).hasSucceeded();

        driver.restored(TAKEN_AT);
        driver.fleet.inventory.computeIfPresent(Fleets.id(0), (_, cluster) -> Fleets.running(cluster, IPVS_RR));
        driver.fleet.inventory.put(Fleets.id(4), Fleets.cluster(4));
        Fleets.listed(driver.fleet, 5);

        RolloutId held = driver.latest("prod");
        assertThat(held).isEqualTo(new RolloutId("prod", 2));
        assertThat(driver.rollout(held))
                .isCausedBy(Cause.CatchUp)
                .isPaused()
                .becauseOf(RolloutReason.RestoredFromBackup);
        nothingIsWritten();

        driver.command(held, Action.Resume);
        driver.tick();
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(4));
        driver.converge(driver.operations().getFirst());
        driver.tick();
        assertThat(driver.operations())
                .as("the drift is corrected after it")
                .extracting(Operation::cluster)
                .containsExactly(Fleets.id(0));
    }

    @Test
    void whatHadEndedCanBeRolledBackOnceWhatIsHeldWasAborted() {
        RolloutId id = driver.publish("prod", correcting());
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        driver.restored(TAKEN_AT);

        driver.command(driver.latest("prod"), Action.Abort);
        nothingIsWritten();
        assertThat(driver.command(id, Action.Rollback).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }

        assertThat(driver.rollout(id)).isRolledBack();
    }

    @Test
    void aRollbackIsPausedAndGivesBackAgainWhatWasInFlight() {
        RolloutId id = inFlight();
        driver.command(id, Action.Rollback);
        driver.operations().forEach(driver::applied);
        assertThat(driver.operations()).isNotEmpty();

        driver.restored(TAKEN_AT);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.RestoredFromBackup);
        nothingIsWritten();

        driver.command(id, Action.Resume);
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.rollout(id)).isRolledBack();
        for (int number = 0; number < 3; number++) {
            assertThat(driver.kubeProxy(number)).isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null));
        }
    }

    @Test
    void ofAnEndedRolloutWhatWasInFlightIsSaidToBeUnknown() {
        RolloutId id = inFlight();
        driver.command(id, Action.Abort);

        driver.restored(TAKEN_AT);

        assertThat(driver.rollout(id)).isAborted();
        assertThat(driver.cluster(id, 1)).hasFailed().becauseOf(ClusterReason.WriteForgotten);
        assertThat(driver.latest("prod"))
                .as("nothing goes on by itself after an abort")
                .isEqualTo(id);
        nothingIsWritten();
    }

    @Test
    void aPauseOfAPersonStaysTheirs() {
        RolloutId id = inFlight();
        driver.command(id, Action.Pause);

        driver.restored(TAKEN_AT);

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.PausedByOperator);
        assertThat(driver.cluster(id, 1)).isWaiting();
        nothingIsWritten();
    }

    @Test
    void whatWaitsForItsTimeIsPausedToo() {
        RolloutId id = driver.publish(
                "nobody",
                new FleetConfig.Spec(
                        IPVS_LC,
                        Fleets.names("no-*"),
                        0,
                        CANARY_THEN_REST,
                        FleetConfig.Drift.Report,
                        FleetConfig.NewClusters.Ignore));
        assertThat(driver.rollout(id)).isPlanned();

        driver.restored(TAKEN_AT);

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.RestoredFromBackup);
    }

    /** The canary has converged; of the two that were written then, one is still with Azure. */
    private RolloutId inFlight() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_THEN_REST));
        driver.converge(driver.operations().getFirst());
        List<Operation> rest = driver.operations();
        driver.applied(rest.getFirst());
        assertThat(driver.cluster(id, 1)).isVerifying();
        assertThat(driver.cluster(id, 2)).isUpdating();
        return id;
    }

    private void nothingIsWritten() {
        for (int hour = 0; hour < 48; hour++) {
            driver.tick(Duration.ofHours(1));
            driver.showAgain();
        }
        assertThat(driver.operations()).isEmpty();
    }

    private static FleetConfig.Spec correcting() {
        return new FleetConfig.Spec(
                IPVS_LC,
                Fleets.names("*"),
                0,
                CANARY_THEN_REST,
                FleetConfig.Drift.Correct,
                FleetConfig.NewClusters.Join);
    }
}
