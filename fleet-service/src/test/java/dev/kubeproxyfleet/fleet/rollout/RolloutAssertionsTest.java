package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Assertions that do not hold fail, and tell what was found. */
class RolloutAssertionsTest {

    private final Driver driver = new Driver(Fleets.of(0));
    private final RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 1, 0))));

    @Test
    void aFailureTellsTheStateItsReasonAndItsMessage() {
        String found = "but it is Planned because of NoClusterMatches: \"";

        assertFails(
                () -> assertThat(driver.rollout(id)).as("at first").isRunning(),
                "[at first] expected rollout prod.1 to be Running, " + found);
        assertFails(
                () -> assertThat(driver.rollout(id)).isPlanned().becauseOf(RolloutReason.ScheduledStart),
                "because of ScheduledStart, " + found);
        assertFails(() -> assertThat(driver.rollout(id)).isCausedBy(Cause.Retry), "by Retry and not Publish, " + found);
        assertFails(() -> assertThat(driver.rollout(id)).hasFoundConverged(1), found);
        assertFails(() -> assertThat(driver.rollout(id)).hasStages("all"), "the stages [all] and not [], " + found);
        assertFails(() -> assertThat(driver.rollout(id)).hasStage("all"), "to have a stage all, " + found);
        assertFails(
                () -> assertThat(driver.rollout(id)).message().isEmpty(),
                "rollout prod.1 is Planned because of NoClusterMatches");
    }

    @Test
    void soDoesThatOfAClusterAndOfAStage() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.stopped(Fleets.cluster(0)));
        driver.fleet.inventory.put(Fleets.id(1), Fleets.cluster(1));
        Fleets.listed(driver.fleet, 2);
        driver.tick();
        String found = "but it is Skipped because of ClusterStopped: \"";

        assertFails(
                () -> assertThat(driver.cluster(id, 0)).hasConverged(),
                "expected prod-0000 of rollout prod.1 to be Converged, " + found);
        assertFails(
                () -> assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.ClusterBusy),
                "because of ClusterBusy, " + found);
        assertFails(
                () -> assertThat(driver.rollout(id)).hasStage("all").isBaking(),
                "expected stage all to be Baking, but it is Updating[");
        assertFails(
                () -> assertThat(driver.rollout(id)).hasStage("all").hasClusters(3),
                "expected stage all to have 3 clusters, but it has Counts[");

        driver.converge(driver.operations().getFirst());
        assertFails(
                () -> assertThat(driver.cluster(id, 1)).hasDrifted(),
                "expected prod-0001 of rollout prod.1 to have drifted, but it is Converged: \"");
    }

    private static void assertFails(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }
}
