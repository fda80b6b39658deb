package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Going back: only what the rollout changed, newest first, each to its own earlier effective configuration. */
class ReversalTest {

    private static final KubeProxyConfig IPVS_UNSET =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, 60, null));

    private final Driver driver = new Driver(Fleets.of(4));

    private static Strategy oneByOne(Strategy.OnFailure onFailure) {
        return new Strategy(List.of(stage("all", null, 1, 0)), onFailure, Duration.ofMinutes(30), Gate.DEFAULT);
    }

    @Test
    void tooManyFailuresGiveBackWhatWasChangedNewestFirstAndNothingElse() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_UNSET));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Rollback)));
        driver.converge(driver.operations().getFirst());
        driver.converge(driver.operations().getFirst());
        driver.outcome(driver.operations().getFirst(), new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no"));

        assertThat(driver.rollout(id)).isRollingBack().becauseOf(RolloutReason.MaxFailuresExceeded);
        for (int number : List.of(2, 1, 0)) {
            assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(number));
            driver.converge(driver.operations().getFirst());
        }

        assertThat(driver.rollout(id)).isRolledBack();
        assertThat(driver.rollout(id)).hasStage("all").hasRolledBack(3);
        assertThat(driver.cluster(id, 3)).as("never started, never touched").isWaiting();
        assertThat(driver.kubeProxy(0))
                .as("what was unset is spelled out: unsetting does nothing on a live node")
                .isEqualTo(new KubeProxyConfig(
                        true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, 900, 60, 300)));
        assertThat(driver.kubeProxy(1)).isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null));
    }

    /** A worker that is restarted in mid-write finds its own write, which ARM may have failed to apply, and writes again. */
    @Test
    void whatAnEarlierRunOfTheWorkerLeftIsNotWhatTheClusterHadBefore() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        driver.outcome(driver.operations().getFirst(), new Outcome.Applied(IPVS_LC, true));
        driver.command(id, Action.Rollback);

        assertThat(driver.operations())
                .extracting(Operation::kubeProxy)
                .containsExactly(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null));
    }

    /** What was unset is written, so it is not proven by nodes that show anything else. */
    @Test
    void aRolledBackClusterHasToShowTheTimeoutsThatWereSpelledOut() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_UNSET));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        driver.outcome(driver.operations().getFirst(), new Outcome.Applied(IPVS_UNSET, true));
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_LC));
        driver.command(id, Action.Rollback);
        driver.outcome(driver.operations().getFirst(), new Outcome.Applied(IPVS_LC, true));
        KubeProxyConfig otherTimeout =
                new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, 777, 60, 300));

        driver.fleet.evidence.put(Fleets.id(0), Fleets.evidence(otherTimeout.effective(), Fleets.NODES, driver.now()));
        driver.tick();
        assertThat(driver.cluster(id, 0)).isVerifying();

        driver.fleet.evidence.put(Fleets.id(0), Fleets.evidence(IPVS_UNSET.effective(), Fleets.NODES, driver.now()));
        driver.tick();
        assertThat(driver.cluster(id, 0)).isRolledBack();
    }

    @Test
    void aRolledBackClusterNeedsItsNodesEvidenceToo() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        driver.converge(driver.operations().getFirst());
        driver.command(id, Action.Pause);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.command(id, Action.Rollback).code()).isEqualTo(AnswerReason.RollingBack);

        driver.applied(driver.operations().getFirst());
        driver.tick();

        assertThat(driver.cluster(id, 1)).isVerifying();
        assertThat(driver.operations()).as("the cap holds on the way back").isEmpty();
        driver.tick(Duration.ofMinutes(31));
        assertThat(driver.cluster(id, 1)).hasFailed().becauseOf(ClusterReason.NodesSilent);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(id)).hasFailed().becauseOf(RolloutReason.RollbackIncomplete);

        driver.command(id, Action.Rollback);
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(id)).isRolledBack();
    }

    @Test
    void aSucceededRolloutCanBeTakenBack() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        for (int i = 0; i < 4; i++) {
            driver.converge(driver.operations().getFirst());
        }
        assertThat(driver.rollout(id)).hasSucceeded();

        assertThat(driver.command(id, Action.Rollback).verdict()).isEqualTo(Verdict.Done);
        for (int i = 3; i >= 0; i--) {
            assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(i));
            driver.converge(driver.operations().getFirst());
        }

        assertThat(driver.rollout(id)).isRolledBack();
        assertThat(driver.command(id, Action.Rollback).code()).isEqualTo(AnswerReason.AlreadyRolledBack);
        driver.tick(Duration.ofHours(1));
        assertThat(driver.latest("prod"))
                .as("nothing goes forward again by itself")
                .isEqualTo(id);
    }

    @Test
    void aClusterThatRanItBeforeIsLeftAlone() {
        driver.fleet.inventory.put(Fleets.id(2), Fleets.running(Fleets.cluster(2), IPVS_LC));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, Fleets.strategy(stage("all", null, 4, 0))));
        driver.operations().forEach(driver::converge);
        driver.command(id, Action.Rollback);

        assertThat(driver.operations())
                .extracting(Operation::cluster)
                .containsExactlyInAnyOrder(Fleets.id(0), Fleets.id(1), Fleets.id(3));
    }

    @Test
    void whatSomeoneElseChangedSinceIsLeftAlone() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, Fleets.strategy(stage("all", null, 4, 0))));
        driver.operations().forEach(driver::converge);
        driver.fleet.inventory.put(Fleets.id(3), Fleets.running(Fleets.cluster(3), IPVS_RR));
        driver.command(id, Action.Rollback);

        assertThat(driver.cluster(id, 3)).isSkipped().becauseOf(ClusterReason.ForeignChange);
        driver.operations().forEach(driver::converge);
        assertThat(driver.rollout(id)).hasFailed().becauseOf(RolloutReason.RollbackIncomplete);
    }

    @Test
    void theFirstReadBeforeTheWriteDecidesWhatWasThereBefore() {
        Driver one = new Driver(Fleets.of(1));
        RolloutId id = one.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        one.outcome(one.operations().getFirst(), new Outcome.Applied(IPVS_RR, true));
        one.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_LC));
        one.command(id, Action.Rollback);

        assertThat(one.operations()).extracting(Operation::kubeProxy).containsExactly(IPVS_RR);
    }

    @Test
    void aRollbackCanBePausedResumedAndAborted() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, oneByOne(Strategy.OnFailure.Pause)));
        for (int i = 0; i < 4; i++) {
            driver.converge(driver.operations().getFirst());
        }
        driver.command(id, Action.Rollback);
        driver.command(id, Action.Pause);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.RollbackPaused);

        driver.command(id, Action.Resume);
        assertThat(driver.rollout(id))
                .as("it says still why it goes back")
                .isRollingBack()
                .becauseOf(RolloutReason.RollbackByOperator)
                .message()
                .isEqualTo("rolled back by bob: because");
        assertThat(driver.operations()).hasSize(1);

        driver.command(id, Action.Abort);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id)).isAborted();
    }

    @Test
    void aStoppedClusterHoldsARollbackUpToItsDeadlineOnly() {
        RolloutId id = driver.publish(
                "prod",
                Fleets.spec(IPVS_LC, Fleets.strategy(stage("first", Amount.of(1), 1, 0), stage("rest", null, 3, 0))));
        driver.converge(driver.operations().getFirst());
        driver.operations().forEach(driver::converge);
        driver.fleet.inventory.computeIfPresent(Fleets.id(3), (_, cluster) -> Fleets.stopped(cluster));
        driver.command(id, Action.Rollback);

        assertThat(driver.operations())
                .as("others do not wait for it")
                .extracting(Operation::cluster)
                .contains(Fleets.id(2), Fleets.id(1));
        for (int i = 0; i < 3; i++) {
            driver.converge(driver.operations().getFirst());
        }
        driver.tick();
        assertThat(driver.rollout(id).state())
                .as("it says whom it waits for, why and until when")
                .isInstanceOfSatisfying(
                        RolloutState.RollingBack.class,
                        back -> assertThat(back.stuck())
                                .extracting(RolloutState.RollingBack.Stuck::message)
                                .asString()
                                .startsWith("prod-0003: the cluster is stopped")
                                .contains("; given up at "));
        driver.tick(Duration.ofMinutes(31));

        assertThat(driver.cluster(id, 3)).hasFailed().becauseOf(ClusterReason.ClusterStopped);
        assertThat(driver.rollout(id)).hasFailed();
    }
}
