package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Spec;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a drift begins, what it is called, and how it ends. */
class DriftTest {

    private final Driver driver = new Driver(Fleets.of(4));

    private static Spec spec(Drift drift, NewClusters newClusters, KubeProxyConfig kubeProxy, int priority) {
        return new Spec(kubeProxy, Fleets.names("*"), priority, strategy(stage("all", null, 2, 0)), drift, newClusters);
    }

    private RolloutId succeeded(Drift drift) {
        RolloutId id = driver.publish("prod", spec(drift, NewClusters.Join, IPVS_LC, 0));
        convergeAll();
        assertThat(driver.rollout(id)).hasSucceeded();
        driver.tick();
        return id;
    }

    private void convergeAll() {
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
    }

    private void azureShows(int number, KubeProxyConfig kubeProxy) {
        driver.fleet.inventory.computeIfPresent(Fleets.id(number), (_, cluster) -> Fleets.running(cluster, kubeProxy));
    }

    private void nodesShow(int number, EffectiveKubeProxy effective) {
        driver.fleet.evidence.put(Fleets.id(number), Fleets.evidence(effective, Fleets.NODES, driver.now()));
    }

    private List<ReasonCode> told() {
        return driver.audits.stream()
                .filter(audit -> audit.action().equals("Drift"))
                .map(AuditRecord::code)
                .toList();
    }

    @Test
    void nodesThatChangeAloneHaveDriftedWithinAMinute() {
        RolloutId id = succeeded(Drift.Correct);
        driver.tick();
        nodesShow(1, IPVS_RR.effective());
        driver.tick(Duration.ofSeconds(10));
        assertThat(driver.cluster(id, 1)).as("it may pass").hasConverged();

        for (int i = 0; i < 5; i++) {
            driver.tick(Duration.ofSeconds(10));
        }
        assertThat(driver.cluster(id, 1)).hasDrifted().becauseOf(ClusterReason.NodesDrifted);
        assertThat(driver.operations())
                .as("a write to Azure would change nothing")
                .isEmpty();

        driver.fleet.evidence.remove(Fleets.id(1));
        driver.tick(Duration.ofMinutes(1));
        assertThat(driver.cluster(id, 1))
                .as("silence is no return")
                .hasDrifted()
                .becauseOf(ClusterReason.NodesDrifted);

        nodesShow(1, IPVS_LC.effective());
        driver.tick(Duration.ofSeconds(1));
        assertThat(driver.cluster(id, 1)).hasConverged();
        assertThat(told()).containsExactly(ClusterReason.NodesDrifted, ClusterReason.DriftEnded);
    }

    @Test
    void aNodeThatIsLateForAMomentHasNotDrifted() {
        RolloutId id = succeeded(Drift.Report);
        driver.tick();
        nodesShow(1, IPVS_RR.effective());
        driver.tick(Duration.ofSeconds(20));
        nodesShow(1, IPVS_LC.effective());
        driver.tick(Duration.ofSeconds(1));
        nodesShow(1, IPVS_RR.effective());
        driver.tick(Duration.ofSeconds(20));

        assertThat(driver.cluster(id, 1)).hasConverged();
        assertThat(told()).isEmpty();
    }

    @Test
    void whatAnotherConfigOfOursHasMadeOfItIsNamed() {
        RolloutId id = succeeded(Drift.Report);
        driver.publish("special", spec(Drift.Report, NewClusters.Ignore, IPVS_RR, 5));
        convergeAll();
        driver.event(new FleetEvent.ConfigDeleted("special", "test", "gone", "alice", null));
        driver.tick();

        assertThat(driver.cluster(id, 2))
                .hasDrifted()
                .message()
                .startsWith("config special changed it in special.1 to IPVS RoundRobin");
    }

    @Test
    void aDriftEndsWithWhatItIsAbout() {
        RolloutId id = succeeded(Drift.Report);
        for (int number = 0; number < 4; number++) {
            azureShows(number, IPVS_RR);
        }
        driver.tick();
        assertThat(driver.fleet.drifted()).hasSize(4);

        driver.fleet.inventory.remove(Fleets.id(0));
        driver.tick();
        assertThat(driver.cluster(id, 0)).hasConverged();

        azureShows(1, IPVS_LC);
        driver.tick();
        assertThat(driver.cluster(id, 1)).hasConverged();

        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "gone", "alice", null));
        driver.tick();
        assertThat(driver.fleet.drifted()).isEmpty();
        assertThat(told()).filteredOn(ClusterReason.DriftEnded::equals).hasSize(4);
    }

    @Test
    void aDriftLastsWhileItsCorrectionWaitsAndEndsOnceThatBegins() {
        RolloutId id = succeeded(Drift.Correct);
        for (int number = 0; number < 4; number++) {
            azureShows(number, IPVS_RR);
        }
        driver.tick();
        driver.tick();

        RolloutId correction = driver.latest("prod");
        assertThat(driver.rollout(correction)).isCausedBy(Cause.DriftCorrection);
        assertThat(driver.fleet.drifted())
                .as("two at once")
                .extracting(RolloutCluster::rollout)
                .containsExactly(id, id);
        convergeAll();
        driver.tick();
        assertThat(driver.fleet.drifted()).isEmpty();
    }

    @Test
    void aClusterCreatedAnewUnderItsNameJoinsAsANewOne() {
        driver.fleet.inventory.computeIfPresent(Fleets.id(3), (_, cluster) -> Fleets.withUid(cluster, "resourceUID:1"));
        RolloutId id = succeeded(Drift.Report);
        driver.fleet.inventory.put(Fleets.id(3), Fleets.withUid(Fleets.cluster(3), "resourceUID:2"));
        driver.tick();

        assertThat(told()).as("nobody changed the one that is gone").isEmpty();
        assertThat(driver.latest("prod")).isNotEqualTo(id);
        assertThat(driver.rollout(driver.latest("prod"))).isCausedBy(Cause.CatchUp);
        convergeAll();
        assertThat(driver.cluster(driver.latest("prod"), 3)).hasConverged();
    }

    @Test
    void uidsOfAnotherOriginTellNothing() {
        driver.fleet.inventory.computeIfPresent(
                Fleets.id(3), (_, cluster) -> Fleets.withUid(cluster, "createdAt:2026-01-01T00:00:00Z"));
        RolloutId id = succeeded(Drift.Report);
        driver.fleet.inventory.computeIfPresent(Fleets.id(3), (_, cluster) -> Fleets.withUid(cluster, "resourceUID:2"));
        driver.tick();

        assertThat(driver.latest("prod")).isEqualTo(id);
    }

    @Test
    void aNewcomerThatFailsHoldsNoCorrection() {
        RolloutId id = succeeded(Drift.Correct);
        driver.fleet.inventory.put(Fleets.id(9), Fleets.cluster(9));
        driver.tick();
        RolloutId catchUp = driver.latest("prod");
        driver.outcome(driver.operations().getFirst(), new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no"));
        assertThat(driver.rollout(catchUp)).hasFailed().becauseOf(RolloutReason.MaxFailuresExceeded);

        azureShows(0, IPVS_RR);
        driver.tick();
        RolloutId correction = driver.latest("prod");
        assertThat(driver.rollout(correction)).isCausedBy(Cause.DriftCorrection);
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(0));

        assertThat(driver.command(correction, Action.Retry, Fleets.id(9)).code())
                .as("the newcomer is tried again in the rollout under way")
                .isEqualTo(AnswerReason.Retried);
        convergeAll();
        assertThat(driver.cluster(correction, 9)).hasConverged();
        assertThat(driver.rollout(id)).hasSucceeded();
    }
}
