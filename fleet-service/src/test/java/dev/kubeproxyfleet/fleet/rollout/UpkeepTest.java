package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Spec;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What happens while nobody looks: stopped clusters start, new ones appear, others change what has converged. */
class UpkeepTest {

    private final Driver driver = new Driver(Fleets.of(4));

    private static Spec spec(Drift drift, NewClusters newClusters) {
        return new Spec(IPVS_LC, Fleets.names("*"), 0, strategy(stage("all", null, 2, 0)), drift, newClusters);
    }

    private RolloutId succeeded(Spec spec) {
        RolloutId id = driver.publish("prod", spec);
        convergeAll();
        assertThat(driver.rollout(id)).hasSucceeded();
        return id;
    }

    private void convergeAll() {
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
    }

    private void change(int number) {
        driver.fleet.inventory.computeIfPresent(Fleets.id(number), (_, cluster) -> Fleets.running(cluster, IPVS_RR));
    }

    @Test
    void aStoppedClusterIsCaughtOnceItHasStarted() {
        driver.fleet.inventory.put(Fleets.id(2), Fleets.stopped(Fleets.cluster(2)));
        RolloutId id = succeeded(spec(Drift.Report, NewClusters.Ignore));

        driver.fleet.inventory.put(Fleets.id(2), Fleets.cluster(2));
        driver.tick(Duration.ofMinutes(6));

        RolloutId next = driver.latest("prod");
        assertThat(next.generation()).isEqualTo(id.generation() + 1);
        assertThat(driver.rollout(next)).isCausedBy(Cause.CatchUp);
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(2));
        convergeAll();
        driver.tick(Duration.ofHours(1));
        assertThat(driver.latest("prod")).isEqualTo(next);
    }

    @Test
    void aClusterIsCaughtAfterTheLagThatTheInventoryHasAndNotBefore() {
        Duration lag = Duration.ofSeconds(25);
        Driver fast = new Driver(driver.fleet, lag);
        fast.fleet.inventory.put(Fleets.id(0), Fleets.stopped(Fleets.cluster(0)));
        RolloutId id = fast.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        fast.fleet.inventory.put(Fleets.id(0), Fleets.cluster(0));

        fast.tick(lag.minusSeconds(1));
        assertThat(fast.cluster(id, 0)).isSkipped();
        fast.tick(Duration.ofSeconds(1));
        assertThat(fast.cluster(id, 0)).isWaiting();
    }

    @Test
    void aClusterStoppedOnTheWayNeverFailsTheRollout() {
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        driver.outcome(
                driver.operations().getFirst(), new Outcome.Skipped(ClusterReason.ClusterStopped, "it is stopped"));
        convergeAll();

        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aClusterThatStartsWhileTheRolloutRunsJoinsItAgain() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.stopped(Fleets.cluster(0)));
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        driver.fleet.inventory.put(Fleets.id(0), Fleets.cluster(0));
        driver.tick(Duration.ofMinutes(6));

        assertThat(driver.cluster(id, 0)).isWaiting();
        convergeAll();
        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.latest("prod")).isEqualTo(id);
    }

    @Test
    void aBusyClusterHoldsItsStageNoLongerThanTheDeadlineAndIsCaughtLater() {
        driver.fleet.inventory.put(Fleets.id(1), Fleets.withProvisioningState(Fleets.cluster(1), "Upgrading"));
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        convergeAll();
        assertThat(driver.rollout(id)).isRunning();
        driver.tick(Duration.ofMinutes(31));
        assertThat(driver.rollout(id)).hasSucceeded();

        driver.fleet.inventory.put(Fleets.id(1), Fleets.cluster(1));
        driver.tick(Duration.ofMinutes(6));
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1));
    }

    @Test
    void aClusterThatAppearsAfterTheEndGetsTheConfigurationWhereNewOnesAreWanted() {
        succeeded(spec(Drift.Report, NewClusters.Join));
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(9));
    }

    @Test
    void andNotWhereTheyAreToBeIgnored() {
        RolloutId id = succeeded(spec(Drift.Report, NewClusters.Ignore));
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();

        assertThat(driver.latest("prod")).isEqualTo(id);
    }

    @Test
    void aNewcomerThatCannotTakeTheConfigurationFailsNothing() {
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Join));
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cilium(Fleets.cluster(9)));
        driver.tick();

        assertThat(driver.cluster(id, 9))
                .isSkipped()
                .becauseOf(ClusterReason.CiliumDataplaneRequiresKubeProxyConfigDisabled);
        convergeAll();
        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void aClusterThatLosesItsLabelsBeforeItsTurnIsLeftAlone() {
        Spec labelled = new Spec(
                IPVS_LC,
                new Selector(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new Selector.Tags(Map.of("env", "prod"), List.of()),
                        null),
                0,
                strategy(stage("all", null, 2, 0)),
                Drift.Report,
                NewClusters.Join);
        RolloutId id = driver.publish("prod", labelled);
        driver.fleet.inventory.computeIfPresent(Fleets.id(3), (_, cluster) -> Fleets.tagged(cluster, Map.of()));
        convergeAll();

        assertThat(driver.cluster(id, 3)).isSkipped().becauseOf(ClusterReason.NoLongerSelected);
        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void driftIsReportedOnceAndSoIsItsEnd() {
        RolloutId id = succeeded(spec(Drift.Report, NewClusters.Ignore));
        driver.tick();
        change(1);
        driver.tick();
        driver.tick();

        assertThat(driver.cluster(id, 1))
                .hasDrifted()
                .becauseOf(ClusterReason.Drifted)
                .message()
                .contains("RoundRobin");
        assertThat(driver.audits)
                .filteredOn(audit -> audit.action().equals("Drift"))
                .extracting(AuditRecord::code)
                .containsExactly(ClusterReason.Drifted);
        assertThat(driver.operations()).isEmpty();

        driver.fleet.inventory.computeIfPresent(Fleets.id(1), (_, cluster) -> Fleets.running(cluster, IPVS_LC));
        driver.tick();
        assertThat(driver.audits)
                .filteredOn(audit -> audit.action().equals("Drift"))
                .extracting(AuditRecord::code)
                .containsExactly(ClusterReason.Drifted, ClusterReason.DriftEnded);
    }

    @Test
    void anInventoryOlderThanTheChangeIsNoDrift() {
        RolloutId id = driver.publish("prod", spec(Drift.Correct, NewClusters.Ignore));
        Operation operation = driver.operations().getFirst();
        driver.outcome(operation, new Outcome.Applied(IPVS_RR, true));
        driver.tick();
        driver.show(operation);
        driver.tick();
        driver.tick(Duration.ofMinutes(1));

        assertThat(driver.cluster(id, 0)).hasConverged();
    }

    @Test
    void aForeignChangeDuringTheRolloutIsNoticed() {
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        driver.converge(driver.operations().getFirst());
        driver.tick();
        change(0);
        driver.tick();

        assertThat(driver.rollout(id)).isRunning();
        assertThat(driver.cluster(id, 0)).hasDrifted().becauseOf(ClusterReason.Drifted);
    }

    @Test
    void aForeignChangeOfAClusterWhoseNodesAreAwaitedIsNamed() {
        RolloutId id = driver.publish("prod", spec(Drift.Report, NewClusters.Ignore));
        driver.applied(driver.operations().getFirst());
        change(0);
        driver.tick();

        String foreign = "someone else has changed it to IPVS RoundRobin";
        assertThat(driver.cluster(id, 0))
                .as("the inventory may be from before a write of ours")
                .isVerifying()
                .message()
                .doesNotContain(foreign);
        driver.tick(RolloutEngine.DEFAULT_LAG);
        assertThat(driver.cluster(id, 0)).isVerifying().message().contains(foreign);
        driver.tick(Duration.ofMinutes(31));
        assertThat(driver.cluster(id, 0))
                .hasFailed()
                .becauseOf(ClusterReason.ForeignChange)
                .message()
                .contains(foreign);
    }

    @Test
    void driftIsCorrectedWithinTheCapsOfARollout() {
        succeeded(spec(Drift.Correct, NewClusters.Ignore));
        driver.tick();
        change(0);
        change(1);
        change(3);
        driver.tick();

        RolloutId correction = driver.latest("prod");
        assertThat(driver.rollout(correction)).isCausedBy(Cause.DriftCorrection);
        assertThat(driver.operations()).as("maxConcurrent holds").hasSize(2);
        convergeAll();
        assertThat(driver.rollout(correction)).hasSucceeded();
        assertThat(driver.fleet.clustersOf(correction)).hasSize(3);
    }

    @Test
    void whoFightsIsLeftAloneUntilAPersonDecides() {
        succeeded(spec(Drift.Correct, NewClusters.Ignore));
        for (int i = 0; i < Scope.MAX_CORRECTIONS; i++) {
            driver.tick();
            change(2);
            driver.tick();
            assertThat(driver.operations()).hasSize(1);
            convergeAll();
        }
        driver.tick();
        change(2);
        driver.tick();

        RolloutId latest = driver.latest("prod");
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.cluster(latest, 2)).hasDrifted().becauseOf(ClusterReason.DriftFight);

        driver.command(latest, Action.Rerun);
        assertThat(driver.operations()).extracting(Operation::cluster).contains(Fleets.id(2));
    }

    @Test
    void whatAConfigOfHigherPriorityChangesIsNoDrift() {
        RolloutId id = succeeded(spec(Drift.Correct, NewClusters.Ignore));
        driver.tick();
        Spec higher = new Spec(
                IPVS_RR, Fleets.names("*1"), 5, strategy(stage("all", null, 2, 0)), Drift.Report, NewClusters.Ignore);
        driver.publish("special", higher);
        convergeAll();
        driver.tick(Duration.ofMinutes(10));

        assertThat(driver.latest("prod")).isEqualTo(id);
        assertThat(driver.cluster(id, 1)).hasConverged();
    }

    @Test
    void aFailedRolloutCorrectsNothingByItself() {
        RolloutId id = driver.publish("prod", spec(Drift.Correct, NewClusters.Join));
        driver.converge(driver.operations().getFirst());
        driver.command(id, Action.Abort);
        driver.operations().forEach(driver::converge);
        driver.tick();
        change(0);
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick(Duration.ofMinutes(10));

        assertThat(driver.latest("prod")).isEqualTo(id);
        assertThat(driver.operations()).isEmpty();
    }
}
