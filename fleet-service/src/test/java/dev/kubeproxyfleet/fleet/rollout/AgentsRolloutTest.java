package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A rollout that gives agents: the same stages, caps and ways back as one of kube-proxy. */
class AgentsRolloutTest {

    private static final Strategy CANARY_AND_REST =
            strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 2, 0));

    private final Driver driver = new Driver(Fleets.of(3));

    private static AgentConfig agents(Operation operation) {
        return Objects.requireNonNull(operation.agents());
    }

    private void delivered(Operation operation, AgentConfig before) {
        driver.outcome(operation, new Outcome.Delivered(before, !before.equals(agents(operation))));
    }

    /** The API has what is desired, pods run on all nodes, and all report. */
    private void converge(Operation operation, AgentConfig before) {
        delivered(operation, before);
        driver.tick();
        show(operation.cluster(), agents(operation));
        driver.tick();
    }

    private void show(String cluster, AgentConfig agents) {
        driver.fleet.kubernetes.put(cluster, Agents.seen(agents, Fleets.NODES, driver.now()));
        driver.fleet.evidence.put(
                cluster,
                agents.enabled()
                        ? Fleets.evidence(KubeProxyConfig.UNSET.effective(), Fleets.NODES, driver.now())
                        : Evidence.NONE);
    }

    private Operation only() {
        assertThat(driver.operations()).hasSize(1);
        return driver.operations().getFirst();
    }

    /** Installed everywhere, and succeeded. */
    private RolloutId installed(AgentConfig agents, Drift drift) {
        for (int i = 0; i < 3; i++) {
            show(Fleets.id(i), AgentConfig.DISABLED);
        }
        RolloutId id = driver.publish("agents", Agents.spec(agents, CANARY_AND_REST, drift));
        while (!driver.operations().isEmpty()) {
            converge(driver.operations().getFirst(), AgentConfig.DISABLED);
        }
        assertThat(driver.rollout(id)).hasSucceeded();
        return id;
    }

    @Test
    void agentsAreInstalledStageByStageOnceTheyAreRolledOutAndReport() {
        RolloutId id = driver.publish("agents", Agents.spec(Agents.ONE, CANARY_AND_REST));

        Operation canary = only();
        assertThat(agents(canary)).isEqualTo(Agents.ONE);
        assertThat(canary.kubeProxy()).isNull();
        delivered(canary, AgentConfig.DISABLED);
        driver.tick();
        assertThat(driver.cluster(id, 0)).isVerifying();

        driver.fleet.kubernetes.put(canary.cluster(), Agents.seen(Agents.ONE, Fleets.NODES, driver.now()));
        driver.tick();
        assertThat(driver.cluster(id, 0)).as("none of its agents reports yet").isVerifying();

        show(canary.cluster(), Agents.ONE);
        driver.tick();
        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1), Fleets.id(2));
        for (Operation operation : driver.operations()) {
            converge(operation, AgentConfig.DISABLED);
        }
        assertThat(driver.rollout(id)).hasSucceeded();
        assertThat(driver.rollout(id).isSettling())
                .as("nobody asks what agents cost")
                .isFalse();
    }

    @Test
    void aCanaryWhoseImageCannotBePulledStopsTheRolloutAndSucceedsOnceItIsTriedAgain() {
        RolloutId id = driver.publish("agents", Agents.spec(Agents.ONE, CANARY_AND_REST));
        Operation canary = only();
        delivered(canary, AgentConfig.DISABLED);
        driver.fleet.kubernetes.put(
                canary.cluster(),
                Agents.seen(
                        Agents.daemonSets(Agents.ONE, true, 0, Map.of("ErrImagePull", 2)),
                        driver.now().plusSeconds(1)));
        driver.tick(Duration.ofMinutes(31));

        assertThat(driver.cluster(id, 0)).hasFailed().becauseOf(ClusterReason.AgentsNotRolledOut);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.MaxFailuresExceeded);
        assertThat(driver.operations()).isEmpty();

        driver.command(id, Action.Retry);
        driver.command(id, Action.Resume);
        Operation again = only();
        assertThat(again.attempt()).isEqualTo(2);
        converge(again, Agents.ONE);
        assertThat(driver.cluster(id, 0)).hasConverged();
        assertThat(driver.cluster(id, 0).before())
                .as("what the first attempt left is not what was there before")
                .isEqualTo(new Desired.Agents(AgentConfig.DISABLED));
    }

    @Test
    void anUpgradeThatIsTakenBackGivesEachClusterTheImagesThatItHad() {
        installed(Agents.ONE, Drift.Report);
        RolloutId upgrade = driver.publish("agents", Agents.spec(Agents.TWO, CANARY_AND_REST));
        converge(only(), Agents.ONE);
        driver.command(upgrade, Action.Pause);
        for (Operation operation : driver.operations()) {
            converge(operation, Agents.ONE);
        }

        driver.command(upgrade, Action.Rollback);
        while (!driver.operations().isEmpty()) {
            Operation back = driver.operations().getFirst();
            assertThat(agents(back)).isEqualTo(Agents.ONE);
            converge(back, Agents.TWO);
        }
        assertThat(driver.rollout(upgrade)).isRolledBack();
    }

    @Test
    void anInstallationThatIsTakenBackRemovesTheAgentsThatItBrought() {
        RolloutId id = installed(Agents.ONE, Drift.Report);

        driver.command(id, Action.Rollback);
        Operation back = driver.operations().getFirst();
        assertThat(agents(back)).isEqualTo(AgentConfig.DISABLED);
        delivered(back, Agents.ONE);
        driver.tick();
        assertThat(driver.cluster(id, 2)).as("the API shows them still").isVerifying();
        show(back.cluster(), AgentConfig.DISABLED);
        driver.tick();
        assertThat(driver.cluster(id, 2)).isRolledBack();
    }

    /** A write that was ended half-way leaves the new image for one architecture and the old one for the other. */
    @Test
    void aMixOfOldAndNewIsNobodyElses() {
        installed(Agents.ONE, Drift.Report);
        RolloutId upgrade = driver.publish("agents", Agents.spec(Agents.TWO, CANARY_AND_REST));
        Operation canary = only();
        delivered(canary, Agents.ONE);
        driver.tick();
        AgentConfig mix = new AgentConfig(true, Agents.TWO.image(), Agents.ONE.jvmImage(), Agents.ONE.kafka());
        show(canary.cluster(), mix);
        driver.command(upgrade, Action.Rollback);

        assertThat(agents(only())).isEqualTo(Agents.ONE);
    }

    /** A worker that was restarted between two writes finds its own first one. */
    @Test
    void whatAnEarlierRunOfTheWorkerHasHalfWrittenIsNotWhatTheClusterHadBefore() {
        installed(Agents.ONE, Drift.Report);
        RolloutId upgrade = driver.publish("agents", Agents.spec(Agents.TWO, CANARY_AND_REST));
        AgentConfig mix = new AgentConfig(true, Agents.TWO.image(), Agents.ONE.jvmImage(), Agents.ONE.kafka());

        delivered(only(), mix);

        assertThat(driver.cluster(upgrade, 0).before()).isEqualTo(new Desired.Agents(Agents.ONE));
    }

    @Test
    void whatSomebodyElseHasMadeOfThemIsNotRolledBack() {
        RolloutId id = installed(Agents.ONE, Drift.Report);
        driver.tick();
        show(Fleets.id(2), Agents.TWO);

        driver.command(id, Action.Rollback);

        assertThat(driver.cluster(id, 2)).isSkipped().becauseOf(ClusterReason.ForeignChange);
    }

    @Test
    void removalIsARolloutLikeAnyOther() {
        installed(Agents.ONE, Drift.Report);
        RolloutId id = driver.publish("agents", Agents.spec(AgentConfig.DISABLED, CANARY_AND_REST));
        converge(only(), Agents.ONE);
        assertThat(driver.cluster(id, 0)).hasConverged();
        for (Operation operation : driver.operations()) {
            converge(operation, Agents.ONE);
        }
        assertThat(driver.rollout(id)).hasSucceeded();
    }

    @Test
    void driftIsWhatTheKubernetesApiShowsAndIsCorrectedWhereThatIsAsked() {
        RolloutId id = installed(Agents.ONE, Drift.Correct);
        driver.tick();
        assertThat(driver.cluster(id, 1)).hasConverged();

        show(Fleets.id(1), Agents.TWO);
        driver.tick();

        assertThat(driver.cluster(id, 1).hasDrifted()).isTrue();
        assertThat(agents(only())).isEqualTo(Agents.ONE);
        converge(only(), Agents.TWO);
        assertThat(driver.cluster(id, 1).hasDrifted()).isFalse();
    }

    @Test
    void whatWasSeenBeforeTheRolloutEndedIsNoDrift() {
        RolloutId id = installed(Agents.ONE, Drift.Report);
        driver.fleet.kubernetes.put(
                Fleets.id(1), Agents.seen(AgentConfig.DISABLED, 0, driver.now().minusSeconds(3_600)));
        driver.tick(Duration.ofHours(1));

        assertThat(driver.cluster(id, 1).hasDrifted()).isFalse();
    }

    @Test
    void foreignAgentsAreLeftAlone() {
        driver.fleet.kubernetes.put(
                Fleets.id(0), Agents.seen(Agents.daemonSets(Agents.TWO, false, 3, Map.of()), driver.now()));

        RolloutId id = driver.publish("agents", Agents.spec(Agents.ONE, CANARY_AND_REST));

        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(InstallReason.AgentsNotOurs);
        assertThat(only().cluster()).isEqualTo(Fleets.id(1));
    }

    /** A lock is Azure's, and a feature is kube-proxy's; a cluster that stands still has no Kubernetes API. */
    @Test
    void onlyWhatConcernsTheKubernetesApiIsInTheWay() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.stopped(Fleets.cluster(0)));
        driver.fleet.inventory.put(Fleets.id(1), Fleets.cilium(Fleets.running(Fleets.cluster(1), null)));

        RolloutId id = driver.publish("agents", Agents.spec(Agents.ONE, CANARY_AND_REST));

        assertThat(driver.cluster(id, 0)).isSkipped().becauseOf(ClusterReason.ClusterStopped);
        assertThat(only().cluster()).isEqualTo(Fleets.id(1));
    }

    @Test
    void aConfigOfEachKindMayHaveTheSameClustersOneWriteAtATime() {
        driver.publish("agents", Agents.spec(Agents.ONE, strategy(stage("all", null, 3, 0))));
        RolloutId kubeProxy = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, 3, 0))));
        driver.tick();
        assertThat(driver.operations()).extracting(Operation::config).containsOnly("agents");
        assertThat(driver.cluster(kubeProxy, 0)).isWaiting().becauseOf(ClusterReason.OperationInFlight);

        delivered(driver.operations().getFirst(), AgentConfig.DISABLED);
        driver.tick();

        assertThat(driver.operations)
                .extractingByKey(Fleets.id(0))
                .extracting(Operation::kubeProxy)
                .isEqualTo(IPVS_LC);
    }

    @Test
    void aConfigCannotChangeFromOneKindToTheOther() {
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, CANARY_AND_REST));

        assertThat(driver.publish("prod", Agents.spec(Agents.ONE, CANARY_AND_REST)))
                .isEqualTo(id);
        assertThat(driver.audits.getLast().code()).isEqualTo(AnswerReason.KindChanged);

        driver.event(new FleetEvent.ConfigDeleted("prod", "test", "deleted", "alice", null));
        driver.operations().forEach(driver::applied);
        RolloutId agents = driver.publish("prod", Agents.spec(Agents.ONE, CANARY_AND_REST));
        driver.tick();
        assertThat(agents.generation()).isEqualTo(2);
        assertThat(agents(only())).isEqualTo(Agents.ONE);
    }

    /** Only a bug sends such a thing; the worker is asked again after the deadline. */
    @Test
    void anOutcomeAboutTheOtherKindChangesNothing() {
        RolloutId id = driver.publish("agents", Agents.spec(Agents.ONE, CANARY_AND_REST));
        driver.outcome(only(), new Outcome.Applied(KubeProxyConfig.UNSET, true));

        assertThat(driver.cluster(id, 0)).isUpdating();
        assertThat(driver.operations()).hasSize(1);
        driver.tick(Duration.ofMinutes(40));
        assertThat(driver.cluster(id, 0)).isUpdating().becauseOf(ClusterReason.WorkerSilent);
        assertThat(only().issuedAt()).isEqualTo(driver.now());
    }

    @Test
    void thePlanTellsWhatEachClusterHasAndGets() {
        show(Fleets.id(0), Agents.ONE);
        show(Fleets.id(1), Agents.TWO);

        RolloutPlan plan = Preview.plan(driver.fleet, "agents", Agents.spec(Agents.TWO, CANARY_AND_REST), driver.now());

        assertThat(plan.agents()).isEqualTo(Agents.TWO);
        assertThat(plan.to()).isEqualTo("agents agent:2, agent-jvm:2 for broker:9092");
        assertThat(plan.stages().get(0).clusters())
                .extracting(RolloutPlan.Change::from)
                .containsExactly("agents agent:1, agent-jvm:1 for broker:9092");
        assertThat(plan.converged()).extracting(RolloutPlan.Change::cluster).containsExactly(Fleets.id(1));
        assertThat(plan.stages().get(1).clusters())
                .extracting(RolloutPlan.Change::from)
                .containsExactly("unknown");
        assertThat(plan.stages().get(0).gates())
                .as("no signal")
                .extracting(RolloutPlan.Gates::judged)
                .isEqualTo(List.of());
    }
}
