package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Ended rollouts go once they are old and many; what anybody needs stays. */
class RetentionTest {

    private static final int KEPT = 5;
    private static final Duration AGE = Duration.ofDays(90);
    private static final int STEP = 2;
    private static final Retention RETENTION = new Retention(KEPT, AGE, STEP);

    private final Driver driver = driver(Fleets.of(4));
    private int published;

    private static Driver driver(InMemoryFleet fleet) {
        return new Driver(fleet, RolloutEngine.DEFAULT_LAG, RETENTION);
    }

    private static FleetConfig.Spec spec(KubeProxyConfig kubeProxy) {
        return new FleetConfig.Spec(
                kubeProxy, Fleets.names("*"), 0, strategy(stage("all", null, 4, 0)), Drift.Correct, NewClusters.Join);
    }

    /** One a day. */
    private void rollOut(int times) {
        for (int i = 0; i < times; i++) {
            driver.publish("prod", spec(published++ % 2 == 0 ? IPVS_LC : IPVS_RR));
            convergeAll();
            driver.tick(Duration.ofDays(1));
        }
    }

    private void convergeAll() {
        while (!driver.operations().isEmpty()) {
            driver.converge(driver.operations().getFirst());
        }
    }

    private void settle() {
        for (int i = 0; i < 100; i++) {
            driver.tick();
        }
    }

    private List<Long> generations() {
        return driver.fleet.rollouts("prod").stream().map(RolloutId::generation).toList();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private List<AuditRecord> removals() {
        return driver.audits.stream()
                .filter(audit -> audit.code() == AnswerReason.RolloutRemoved)
                .toList();
    }

    @Test
    void oldOnesBeyondTheNumberGoWithAllThatIsKeptOfTheirClustersAndAreOnRecord() {
        rollOut(8);
        driver.tick(AGE);
        settle();

        assertThat(generations()).isEqualTo(from(4, 8));
        assertThat(driver.fleet.clustersOf(new RolloutId("prod", 3))).isEmpty();
        assertThat(removals()).extracting(AuditRecord::rollout).containsExactly("prod.1", "prod.2", "prod.3");
        assertThat(removals().getFirst().message())
                .isEqualTo(
                        "Publish by alice at 2026-01-01T00:00:00Z, to IPVS LeastConnection tcp=900s tcpfin=120s"
                                + " udp=300s; it succeeded at 2026-01-01T00:00:08Z with 4 clusters: converged 4, failed 0, skipped 0, rolled back 0");
        assertThat(driver.fleet.config("prod").orElseThrow().removed()).isEqualTo(new ConfigState.Removed(3, null));
    }

    @Test
    void neitherTheirNumberNorTheirAgeIsEnough() {
        rollOut(KEPT);
        driver.tick(AGE.multipliedBy(4));
        settle();
        assertThat(generations()).isEqualTo(from(1, KEPT));

        rollOut(3);
        settle();
        assertThat(generations()).isEqualTo(from(4, KEPT + 3));

        driver.tick(AGE.minusDays(10));
        rollOut(3);
        settle();
        assertThat(generations()).as("6 to 8 are not old").isEqualTo(from(6, KEPT + 6));
    }

    @Test
    void oneGoesInSmallStepsAndTheNextControllerGoesOn() {
        rollOut(KEPT + 1);
        driver.tick(AGE);
        RolloutId first = new RolloutId("prod", 1);
        assertThat(driver.fleet.rollout(first)).isEmpty();
        assertThat(driver.fleet.clustersOf(first)).hasSize(4 - STEP);

        Driver next = driver(driver.fleet);
        next.tick(Duration.ofDays(365));
        assertThat(next.fleet.clustersOf(first)).isEmpty();
        assertThat(next.audits).extracting(AuditRecord::code).doesNotContain(AnswerReason.RolloutRemoved);
    }

    @Test
    void oneThatSaysWhatAClusterHasStaysUntilTheClusterIsGone() {
        driver.publish("prod", spec(IPVS_LC));
        convergeAll();
        for (int number = 4; number < 12; number++) {
            Fleets.listed(driver.fleet, number + 1);
            driver.fleet.inventory.put(Fleets.id(number), Fleets.cluster(number));
            driver.tick(Duration.ofDays(1));
            convergeAll();
        }
        driver.tick(AGE);
        settle();
        assertThat(generations()).isEqualTo(from(1, 9));

        driver.fleet.inventory.remove(Fleets.id(4));
        var listed = Objects.requireNonNull(driver.fleet.subscriptions.remove(Fleets.SUBSCRIPTION));
        settle();
        assertThat(generations()).as("nobody knows whether it is gone").isEqualTo(from(1, 9));

        driver.fleet.subscriptions.put(Fleets.SUBSCRIPTION, listed);
        settle();
        assertThat(generations()).containsExactly(1L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void correctionsGoAndWhatTheyCorrectedCanStillBeRolledBack() {
        driver.publish("prod", spec(IPVS_LC));
        convergeAll();
        for (int day = 0; day < 10; day++) {
            driver.tick(Duration.ofDays(2));
            driver.fleet.inventory.computeIfPresent(Fleets.id(0), (_, cluster) -> Fleets.running(cluster, IPVS_RR));
            driver.tick(Duration.ofMinutes(10));
            convergeAll();
        }
        driver.tick(AGE);
        settle();

        assertThat(generations()).isEqualTo(List.of(1L, 7L, 8L, 9L, 10L, 11L));
        assertThat(driver.command(new RolloutId("prod", 1), Action.Rollback).verdict())
                .isEqualTo(AuditRecord.Verdict.Done);
        convergeAll();

        driver.publish("prod", spec(IPVS_RR));
        assertThat(driver.latest("prod"))
                .as("one whose predecessors are not all there")
                .isEqualTo(new RolloutId("prod", 12));
    }

    @Test
    void thoseOfADeletedConfigStayAndItSaysThatItWasDeleted() {
        rollOut(2);
        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "delete", "alice", null));
        driver.tick(AGE);
        settle();

        assertThat(generations()).isEqualTo(from(1, 2));
        assertThat(removals()).isEmpty();
        assertThat(driver.command(new RolloutId("prod", 2), Action.Rerun).code())
                .isEqualTo(RolloutReason.ConfigDeleted);
    }

    @Test
    void oneThatWaitsForAPersonStays() {
        rollOut(1);
        RolloutId waiting = driver.publish("prod", spec(IPVS_RR));
        driver.command(waiting, Action.Pause);
        convergeAll();
        driver.tick(AGE.multipliedBy(10));
        settle();

        assertThat(generations()).isEqualTo(from(1, 2));
        assertThat(driver.fleet.clustersOf(waiting)).isNotEmpty();
    }

    @Test
    void whatGatesLookBackAtIsAlwaysKept() {
        assertThatThrownBy(() -> new Retention(2, AGE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kpfleet.controller.kept-rollouts is at least 3");
    }
}
