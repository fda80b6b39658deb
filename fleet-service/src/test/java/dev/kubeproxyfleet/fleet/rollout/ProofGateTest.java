package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the two clusters of a first stage, of three nodes each, show when it has baked; two more clusters follow. */
class ProofGateTest {

    private static final Duration BAKE = Duration.ofMinutes(10);
    private static final Duration LAG = RolloutEngine.DEFAULT_LAG;
    private static final Gate GATE = new Gate(0.9);

    private final Driver driver = new Driver(Fleets.of(4));

    private RolloutId publish(Gate gate, int maxFailures, OnFailure onFailure) {
        StageSpec first = new StageSpec("first", Amount.of(2), Amount.of(2), Amount.of(maxFailures), BAKE, null);
        RolloutId id = driver.publish("prod", Fleets.canaryAndRest(first, 2, onFailure, gate));
        driver.operations().forEach(driver::converge);
        return id;
    }

    private RolloutId publish() {
        return publish(GATE, 0, OnFailure.Pause);
    }

    /** All nodes of the first two clusters report every ten seconds; what those of the second show is {@code second}. */
    private void pass(Duration time, UnaryOperator<Evidence> second) {
        for (long left = time.toSeconds(); left > 0; left -= 10) {
            Evidence shown = Fleets.evidence(
                    IPVS_LC.effective(), Fleets.NODES, driver.now().plusSeconds(10));
            driver.fleet.evidence.put(Fleets.id(0), shown);
            driver.fleet.evidence.put(Fleets.id(1), second.apply(shown));
            driver.tick(Duration.ofSeconds(10));
        }
    }

    private static Evidence with(Evidence shown, Evidence.Proof proof) {
        Evidence.Observed all = shown.observed().getFirst();
        return new Evidence(
                shown.nodesReporting(),
                shown.activeConnections(),
                List.of(new Evidence.Observed(
                        all.mode(),
                        all.scheduler(),
                        all.tcpTimeoutSeconds(),
                        all.tcpFinTimeoutSeconds(),
                        all.udpTimeoutSeconds(),
                        proof,
                        all.timeoutsByKernel(),
                        all.nodes(),
                        all.oldestSnapshotAt())),
                null);
    }

    private static Evidence notSynced(Evidence shown) {
        return with(shown, Evidence.Proof.NOT_SYNCED);
    }

    private Evidence restarting(Evidence shown) {
        return new Evidence(
                shown.nodesReporting(),
                shown.activeConnections(),
                shown.observed(),
                null,
                Map.of(),
                0,
                List.of(),
                List.of(driver.now().minusSeconds(30)),
                Duration.ZERO,
                Map.of());
    }

    private static Evidence silent(Evidence shown) {
        return Evidence.NONE;
    }

    private StageGate gate(RolloutId id) {
        return StageGate.of(driver.rollout(id), 0).stream()
                .filter(gate -> gate.name().equals(Gate.PROOF))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void clustersThatAreProvenStillLetTheNextStageBegin() {
        RolloutId id = publish();
        pass(BAKE, UnaryOperator.identity());

        assertThat(gate(id).verdict()).isEqualTo(GateVerdict.Pass);
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void aClusterThatHasBrokenSinceItConvergedStopsTheStage() {
        RolloutId id = publish();
        pass(BAKE, this::restarting);
        assertThat(((RolloutState.Running) driver.rollout(id).state()).code()).isEqualTo(RolloutReason.GateAwaited);
        assertThat(gate(id).code()).isEqualTo(GateReason.ProofAwaited);

        pass(LAG, this::restarting);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateFailed);
        assertThat(((RolloutState.Paused) driver.rollout(id).state()).message())
                .startsWith("stage first: proof: prod-0001 (KubeProxyRestarting): 3 of 3 nodes run it");
        assertThat(gate(id).code()).isEqualTo(GateReason.NotProven);
        assertThat(driver.operations()).isEmpty();
    }

    @Test
    void itRollsBackWhereFailuresDo() {
        RolloutId id = publish(GATE, 0, OnFailure.Rollback);
        pass(BAKE.plus(LAG), ProofGateTest::notSynced);

        assertThat(driver.rollout(id)).isRollingBack().becauseOf(RolloutReason.GateFailed);
    }

    @Test
    void oneBadLookDecidesNothing() {
        RolloutId id = publish();
        pass(BAKE, ProofGateTest::notSynced);
        pass(LAG.minusSeconds(10), ProofGateTest::notSynced);
        assertThat(driver.operations()).isEmpty();

        pass(Duration.ofSeconds(10), UnaryOperator.identity());
        assertThat(gate(id).verdict()).isEqualTo(GateVerdict.Pass);
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void aLookThatComesLateIsNoVerdictAtOnce() {
        RolloutId id = publish(
                new Gate(
                        0.9,
                        Gate.Source.Agents,
                        Gate.Proof.Require,
                        Gate.SignalMode.Off,
                        2,
                        null,
                        null,
                        Gate.OnInconclusive.Pause,
                        Map.of(),
                        List.of(new ExternalGate("board"))),
                0,
                OnFailure.Pause);
        pass(BAKE.plus(LAG.multipliedBy(2)), ProofGateTest::notSynced);
        driver.judge(id, Command.Action.Answer, "board", GateVerdict.Pass, "agreed");

        assertThat(driver.rollout(id).state()).isInstanceOf(RolloutState.Running.class);
        assertThat(gate(id).verdict()).isNull();
    }

    @Test
    void nodesThatFallSilentAreNoHarmAndNoHealth() {
        RolloutId id = publish();
        pass(BAKE.plus(LAG), ProofGateTest::silent);

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
        assertThat(gate(id).code()).isEqualTo(GateReason.ProofUnknown);
        assertThat(gate(id).message()).startsWith("prod-0001 (NodesSilent): ");
    }

    @Test
    void whatNodesShowedLongAgoIsSilence() {
        RolloutId id = publish();
        Evidence old = Fleets.evidence(IPVS_LC.effective(), Fleets.NODES, driver.now());
        pass(BAKE.plus(LAG), _ -> old);

        assertThat(gate(id).code()).isEqualTo(GateReason.ProofUnknown);
    }

    @Test
    void asManyMayBreakAsMayFail() {
        RolloutId id = publish(GATE, 1, OnFailure.Pause);
        pass(BAKE, ProofGateTest::notSynced);

        assertThat(gate(id).verdict()).isEqualTo(GateVerdict.Pass);
        assertThat(gate(id).message()).startsWith("prod-0001 (NodesNotSynced): ");
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void whoResumesHasThemLookedAtAgain() {
        RolloutId id = publish();
        pass(BAKE.plus(LAG), ProofGateTest::notSynced);

        assertThat(driver.command(id, Command.Action.Resume).code()).isEqualTo(AnswerReason.Resumed);
        pass(Duration.ofSeconds(10), ProofGateTest::notSynced);
        assertThat(gate(id).code()).isEqualTo(GateReason.ProofAwaited);
        assertThat(driver.operations()).isEmpty();

        pass(LAG, ProofGateTest::notSynced);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateFailed);

        driver.command(id, Command.Action.Resume);
        pass(Duration.ofSeconds(10), UnaryOperator.identity());
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void whoOverrulesItGoesOnWithClustersThatAreNotProven() {
        RolloutId id = publish();
        pass(BAKE.plus(LAG), ProofGateTest::notSynced);
        driver.judge(id, Command.Action.Override, Gate.PROOF, null, "known");
        driver.command(id, Command.Action.Resume);

        assertThat(gate(id).verdict()).isEqualTo(GateVerdict.Fail);
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void whoResumesAfterSilenceAcceptsItAndNoHarm() {
        RolloutId id = publish();
        pass(BAKE.plus(LAG), ProofGateTest::silent);
        driver.fleet.evidence.put(Fleets.id(1), notSynced(Fleets.evidence(IPVS_LC.effective(), 3, driver.now())));
        driver.command(id, Command.Action.Resume);
        assertThat(gate(id).verdict()).as("what was silent is broken now").isNull();

        pass(Duration.ofSeconds(10), ProofGateTest::silent);
        assertThat(driver.operations()).hasSize(2);
    }

    @Test
    void whatSomeoneElseHasMadeOfAClusterIsNotTheStagesFault() {
        RolloutId id = publish();
        driver.fleet.inventory.computeIfPresent(Fleets.id(1), (_, cluster) -> Fleets.running(cluster, Fleets.IPVS_RR));
        pass(
                BAKE,
                shown -> Fleets.evidence(
                        Fleets.IPVS_RR.effective(), Fleets.NODES, driver.now().plusSeconds(10)));

        assertThat(gate(id).verdict()).isEqualTo(GateVerdict.Pass);
    }

    @Test
    void noNodeIsAskedWhereAzuresWordIsEnough() {
        RolloutId id = publish(new Gate(0), 0, OnFailure.Pause);
        pass(BAKE, ProofGateTest::silent);

        assertThat(StageGate.of(driver.rollout(id), 0)).isEmpty();
        assertThat(driver.judge(id, Command.Action.Override, Gate.PROOF, null, "known")
                        .code())
                .isEqualTo(AnswerReason.NoSuchGate);
    }
}
