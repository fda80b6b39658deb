package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A canary of two clusters of three nodes, whose agents tell every signal in buckets of ten seconds; and two more clusters. */
class CostTest {

    private static final int CLUSTERS = 4;
    private static final Duration BAKE = Duration.ofMinutes(3);

    private final Driver driver = new Driver(Fleets.of(CLUSTERS));
    private final Instant start = driver.now();
    private CountedSignals counted = new CountedSignals(Fleets.NODES, Duration.ofHours(1));

    private RolloutId publish(Duration bake) {
        tell();
        StageSpec canary = new StageSpec("canary", Amount.of(2), Amount.of(2), Amount.of(0), bake, null);
        return driver.publish(
                "prod",
                Fleets.canaryAndRest(
                        canary,
                        CLUSTERS,
                        OnFailure.Pause,
                        new Gate(
                                0.9,
                                Gate.Source.Agents,
                                Gate.Proof.Require,
                                Gate.SignalMode.Observe,
                                2,
                                null,
                                null,
                                Gate.OnInconclusive.Continue,
                                Map.of(),
                                List.of())));
    }

    /** Health of all clusters as of now. */
    private void tell() {
        for (int i = 0; i < CLUSTERS; i++) {
            String cluster = Fleets.id(i);
            Evidence shown = driver.fleet.evidence.getOrDefault(
                    cluster, Fleets.evidence(Fleets.IPVS_RR.effective(), Fleets.NODES, driver.now()));
            driver.fleet.evidence.put(cluster, counted.with(shown, cluster, start, driver.now()));
        }
    }

    /** ARM says yes, and all nodes show it at once. */
    private void converge(List<Operation> operations) {
        operations.forEach(operation -> {
            driver.applied(operation);
            driver.show(operation);
        });
        tell();
        driver.tick();
    }

    private void pass(Duration time) {
        Instant end = driver.now().plus(time);
        while (driver.now().isBefore(end)) {
            driver.tick(CountedSignals.BUCKET);
            tell();
        }
        driver.tick();
    }

    /** For twenty seconds, on one node or several. */
    private void interrupt(String cluster, Signal signal, int eventsPerBucket) {
        counted.count(cluster, signal, driver.now(), eventsPerBucket);
        counted.count(cluster, signal, driver.now().plusSeconds(20), 0);
    }

    private Cost cost(RolloutId id, String cluster) {
        return driver.fleet
                .rolloutCluster(id, cluster)
                .map(RolloutCluster::cost)
                .orElseThrow();
    }

    private Deviation of(RolloutId id, String cluster, Signal signal) {
        return ((Cost.Told) cost(id, cluster))
                .signals().stream()
                        .filter(cost -> cost.signal() == signal)
                        .findFirst()
                        .map(Cost.SignalCost::deviation)
                        .orElseThrow();
    }

    private String sentence(RolloutId id) {
        return CostWords.sentence(driver.rollout(id).stages().getFirst().cost());
    }

    private List<String> audited(AnswerReason code) {
        return driver.audits.stream()
                .filter(audit -> audit.code() == code)
                .map(audit -> audit.message())
                .toList();
    }

    @Test
    void refusalsWhileKubeProxyRestartedAreWhatTheChangeCost() {
        RolloutId id = publish(BAKE);
        List<Operation> canary = driver.operations();
        pass(Duration.ofSeconds(30));
        interrupt(canary.getFirst().cluster(), Signal.REFUSALS, 9);
        pass(Duration.ofSeconds(30));
        converge(canary);
        assertThat(cost(id, canary.getFirst().cluster())).isInstanceOf(Cost.Settling.class);
        pass(Duration.ofMinutes(1));

        Deviation refusals = of(id, canary.getFirst().cluster(), Signal.REFUSALS);
        assertThat(refusals.atMost()).isEqualTo(Duration.ofSeconds(20));
        assertThat(refusals.events()).isEqualTo(18);
        assertThat(refusals.lasting()).isFalse();
        assertThat(refusals.unwatched()).isZero();
        assertThat(CostWords.sentence((Cost.Told) cost(id, canary.getFirst().cluster())))
                .isEqualTo("refused connections for at most 20 s (18, about 0.0 were to be expected)");
        assertThat(CostWords.sentence((Cost.Told) cost(id, canary.getLast().cluster())))
                .isEqualTo("no interruption was seen");
        assertThat(sentence(id)).isEqualTo("refused connections on 1 of 2 clusters for at most 20 s");

        pass(BAKE);
        assertThat(audited(AnswerReason.StageDone))
                .singleElement()
                .asString()
                .endsWith("; cost: refused connections on 1 of 2 clusters for at most 20 s");
        assertThat(audited(AnswerReason.CostTold)).isEmpty();
    }

    @Test
    void whatIsToldAfterItsStageIsOnRecordByItself() {
        RolloutId id = publish(Duration.ZERO);
        List<Operation> canary = driver.operations();
        interrupt(canary.getFirst().cluster(), Signal.PROBE_FAILURES, 3);
        converge(canary);
        pass(Duration.ofSeconds(50));
        assertThat(audited(AnswerReason.CostTold)).as("not yet").isEmpty();
        pass(Duration.ofSeconds(20));

        assertThat(audited(AnswerReason.StageDone)).singleElement().asString().doesNotContain("cost");
        assertThat(audited(AnswerReason.CostTold))
                .containsExactly("stage canary: failed probes of cluster DNS on 1 of 2 clusters for at most 20 s");
        assertThat(cost(id, canary.getFirst().cluster())).isInstanceOf(Cost.Told.class);
    }

    @Test
    void anEndedRolloutStillTellsWhatItsLastClusterCost() {
        RolloutId id = publish(Duration.ZERO);
        converge(driver.operations());
        converge(driver.operations());
        assertThat(driver.rollout(id).state()).isInstanceOf(RolloutState.Succeeded.class);
        assertThat(driver.rollout(id).isOpen()).isTrue();
        tell();
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id).isOpen()).isFalse();
        assertThat(audited(AnswerReason.CostTold))
                .containsExactly(
                        "stage canary: no interruption was seen on 2 clusters",
                        "stage rest: no interruption was seen on 2 clusters");
    }

    @Test
    void olderThanTwoMinutesIsToldByTheMinute() {
        RolloutId id = publish(BAKE);
        List<Operation> canary = driver.operations();
        pass(Duration.ofMinutes(1));
        interrupt(canary.getFirst().cluster(), Signal.SYNC_FAILURES, 2);
        pass(Duration.ofMinutes(10));
        converge(canary);
        pass(Duration.ofMinutes(1));

        assertThat(of(id, canary.getFirst().cluster(), Signal.SYNC_FAILURES).atMost())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void withoutAPastNobodyCanTell() {
        counted = new CountedSignals(Fleets.NODES, Duration.ofMinutes(5));
        RolloutId id = publish(BAKE);
        List<Operation> canary = driver.operations();
        interrupt(canary.getFirst().cluster(), Signal.REFUSALS, 9);
        converge(canary);
        pass(Duration.ofMinutes(2));

        assertThat(((Cost.Told) cost(id, canary.getFirst().cluster())).signals())
                .hasSize(Signal.values().length)
                .allSatisfy(cost -> assertThat(cost.deviation()).isNull());
        assertThat(CostWords.sentence((Cost.Told) cost(id, canary.getFirst().cluster())))
                .startsWith("nobody can tell, since");
        assertThat(sentence(id)).isEqualTo("nobody can tell what the change cost 2 clusters");
        pass(BAKE);
        assertThat(audited(AnswerReason.StageDone)).singleElement().asString().doesNotContain("cost");
    }

    @Test
    void whatLastsIsSaid() {
        RolloutId id = publish(BAKE);
        List<Operation> canary = driver.operations();
        counted.count(canary.getFirst().cluster(), Signal.REFUSALS, driver.now(), 2);
        converge(canary);
        pass(Duration.ofMinutes(1));

        assertThat(of(id, canary.getFirst().cluster(), Signal.REFUSALS).lasting())
                .isTrue();
        assertThat(sentence(id)).endsWith(", on 1 of them still so once it had settled");
    }

    @Test
    void aRollbackKeepsWhatTheChangeCost() {
        RolloutId id = publish(BAKE);
        List<Operation> canary = driver.operations();
        interrupt(canary.getFirst().cluster(), Signal.REFUSALS, 9);
        pass(Duration.ofSeconds(40));
        converge(canary);
        driver.command(id, Command.Action.Rollback);
        driver.tick();

        assertThat(of(id, canary.getFirst().cluster(), Signal.REFUSALS).events())
                .isEqualTo(18);
        assertThat(driver.rollout(id).stages().getFirst().cost().clusters()).isEqualTo(2);
    }

    @Test
    void whatAzureHasNotChangedCostsNothing() {
        RolloutId id = publish(BAKE);
        Operation first = driver.operations().getFirst();
        driver.outcome(first, new Outcome.Failed(ClusterReason.ClusterBusy, "no"));
        pass(Duration.ofMinutes(2));

        assertThat(cost(id, first.cluster())).isInstanceOf(Cost.Running.class);
    }
}
