package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Gate.OnInconclusive;
import dev.kubeproxyfleet.schemas.config.Gate.SignalMode;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A canary of one among eight clusters of three nodes, whose agents tell every signal. */
class StageGatesTest {

    private static final int CLUSTERS = 8;
    private static final Duration BAKE = Duration.ofMinutes(10);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Driver driver = new Driver(Fleets.of(CLUSTERS));
    private final Instant start = driver.now();
    private CountedSignals counted = new CountedSignals(Fleets.NODES, HOUR);

    private static Gate gate(SignalMode signals, OnInconclusive onInconclusive, ExternalGate... external) {
        return new Gate(
                0.9,
                Gate.Source.Agents,
                Gate.Proof.Require,
                signals,
                2,
                null,
                null,
                onInconclusive,
                Map.of(),
                List.of(external));
    }

    private static final Gate GATE = gate(SignalMode.Gate, OnInconclusive.Pause);

    private RolloutId publish(Gate gate, OnFailure onFailure, Duration bake) {
        tell();
        StageSpec canary = new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), bake, null);
        return driver.publish("prod", Fleets.canaryAndRest(canary, CLUSTERS, onFailure, gate));
    }

    private RolloutId publish() {
        return publish(GATE, OnFailure.Pause, BAKE);
    }

    /** Health of all clusters as of now. */
    private void tell() {
        for (int i = 0; i < CLUSTERS; i++) {
            String cluster = Fleets.id(i);
            Evidence shown = driver.fleet.evidence.getOrDefault(
                    cluster, Fleets.evidence(Fleets.IPVS_RR.effective(), Fleets.NODES, driver.now()));
            driver.fleet.evidence.put(
                    cluster, counted.with(Fleets.again(shown, driver.now()), cluster, start, driver.now()));
        }
    }

    private void pass(Duration time) {
        Instant end = driver.now().plus(time);
        while (driver.now().isBefore(end)) {
            driver.tick(CountedSignals.BUCKET);
            tell();
        }
        driver.tick();
    }

    private String convergeCanary() {
        Operation canary = driver.operations().getFirst();
        driver.converge(canary);
        tell();
        return canary.cluster();
    }

    private StageGate gateOf(RolloutId id, Signal signal) {
        return gateOf(driver.rollout(id), signal.key());
    }

    private static StageGate gateOf(Rollout rollout, String name) {
        return StageGate.of(rollout, 0).stream()
                .filter(gate -> gate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aQuietCanaryPassesEveryGateAndTheNextStageBegins() {
        RolloutId id = publish();
        convergeCanary();
        pass(BAKE);

        assertThat(StageGate.of(driver.rollout(id), 0))
                .hasSize(1 + Signal.values().length)
                .allSatisfy(gate -> assertThat(gate.verdict()).isEqualTo(GateVerdict.Pass));
        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void aFailStopsTheRolloutInTheMiddleOfTheBake() {
        RolloutId id = publish();
        counted.count(convergeCanary(), Signal.REFUSALS, driver.now(), 30);
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateFailed);
        assertThat(((RolloutState.Paused) driver.rollout(id).state()).message())
                .startsWith("stage canary: refusals: since the change ")
                .matches(".*: since the change \\S+ counts (\\d+) of the \\1 refused connections; "
                        + "by the 21 nodes that were not changed it should be about 0\\.0; chance .*");
        assertThat(gateOf(id, Signal.REFUSALS).code()).isEqualTo(GateReason.SignalRose);
        pass(HOUR);
        assertThat(driver.operations())
                .as("no cluster of the next stage starts")
                .isEmpty();
    }

    @Test
    void aFailRollsBackWhereFailuresDo() {
        RolloutId id = publish(GATE, OnFailure.Rollback, BAKE);
        counted.count(convergeCanary(), Signal.CONNTRACK_FAILURES, driver.now(), 30);
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id)).isRollingBack().becauseOf(RolloutReason.GateFailed);
    }

    @Test
    void whatIsOnlyObservedStopsNothing() {
        RolloutId id = publish(gate(SignalMode.Observe, OnInconclusive.Pause), OnFailure.Pause, BAKE);
        counted.count(convergeCanary(), Signal.REFUSALS, driver.now(), 30);
        pass(BAKE);

        assertThat(gateOf(id, Signal.REFUSALS).verdict()).isEqualTo(GateVerdict.Fail);
        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void whatRisesEverywhereIsNotTheChangesFault() {
        RolloutId id = publish();
        convergeCanary();
        for (int i = 0; i < CLUSTERS; i++) {
            counted.count(Fleets.id(i), Signal.REFUSALS, driver.now(), 30);
        }
        pass(BAKE);

        assertThat(gateOf(id, Signal.REFUSALS).verdict()).isEqualTo(GateVerdict.Pass);
        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void aSignalThatFallsSilentIsNoPass() {
        RolloutId id = publish();
        convergeCanary();
        counted = new CountedSignals(0, HOUR);
        pass(BAKE);

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
        assertThat(gateOf(id, Signal.REFUSALS).code()).isEqualTo(GateReason.SignalUnknown);
        assertThat(driver.operations()).isEmpty();

        assertThat(driver.command(id, Command.Action.Resume).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        driver.tick();
        assertThat(driver.operations()).as("a person has accepted it").hasSize(CLUSTERS - 1);
    }

    @Test
    void aBakeTooShortToTellAnythingIsInconclusive() {
        RolloutId id = publish(GATE, OnFailure.Pause, Duration.ofSeconds(50));
        convergeCanary();
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
        assertThat(gateOf(id, Signal.SYNC_FAILURES).code()).isEqualTo(GateReason.TooFewNodeSeconds);
    }

    @Test
    void whatCannotBeToldGoesOnWhereItMay() {
        publish(gate(SignalMode.Gate, OnInconclusive.Continue), OnFailure.Pause, Duration.ofSeconds(50));
        convergeCanary();
        pass(Duration.ofMinutes(2));

        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void whatCannotBeToldRollsBackWhereItShall() {
        RolloutId id = publish(gate(SignalMode.Gate, OnInconclusive.Rollback), OnFailure.Pause, Duration.ofSeconds(50));
        convergeCanary();
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id)).isRollingBack().becauseOf(RolloutReason.GateInconclusive);
    }

    @Test
    void aRiseWithoutClustersToCompareWithIsInconclusive() {
        for (int i = 3; i < CLUSTERS; i++) {
            driver.fleet.inventory.remove(Fleets.id(i));
        }
        Fleets.listed(driver.fleet, 3);
        RolloutId id = publish();
        counted.count(convergeCanary(), Signal.REFUSALS, driver.now(), 30);
        pass(BAKE);

        assertThat(gateOf(id, Signal.REFUSALS).code()).isEqualTo(GateReason.NoControls);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
    }

    @Test
    void aPersonOverrulesAGateWithAReason() {
        RolloutId id = publish();
        counted.count(convergeCanary(), Signal.REFUSALS, driver.now(), 30);
        pass(Duration.ofMinutes(2));

        assertThat(driver.command(id, Command.Action.Resume).code())
                .as("a Fail is not passed on the way")
                .isEqualTo(RolloutReason.GateFailed);
        assertThat(driver.judge(id, Command.Action.Override, "refusal", null, "known")
                        .code())
                .isEqualTo(AnswerReason.NoSuchGate);
        assertThat(driver.judge(id, Command.Action.Override, "refusals", null, "known")
                        .verdict())
                .isEqualTo(AuditRecord.Verdict.Done);
        assertThat(driver.command(id, Command.Action.Resume).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        pass(BAKE);

        assertThat(gateOf(id, Signal.REFUSALS).overruled()).isNotNull();
        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void whoAcceptedThatAGateCouldNotTellDoesNotLetItsFailPass() {
        RolloutId id =
                publish(gate(SignalMode.Gate, OnInconclusive.Pause, new ExternalGate("board")), OnFailure.Pause, BAKE);
        convergeCanary();
        driver.judge(id, Command.Action.Answer, "board", GateVerdict.Inconclusive, "nobody has looked");
        pass(BAKE);
        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
        driver.command(id, Command.Action.Resume);
        Rollout accepted = driver.rollout(id);
        Stage canary = accepted.stages().getFirst();
        StageGates.Answered no = new StageGates.Answered("board", GateVerdict.Fail, "carol", "not today", driver.now());
        Rollout failing = accepted.with(0, canary.with(canary.gates().with(no)));

        assertThat(gateOf(accepted, "board").overruled()).as("who accepted it").isNotNull();
        assertThat(gateOf(failing, "board").overruled())
                .as("nobody has accepted this")
                .isNull();
        assertThat(gateOf(failing, "board").fails()).isTrue();
    }

    @Test
    void promoteDoesNotPassAFail() {
        RolloutId id = publish(GATE, OnFailure.Continue, BAKE);
        counted.count(convergeCanary(), Signal.REFUSALS, driver.now(), 30);
        pass(Duration.ofMinutes(2));

        assertThat(driver.rollout(id).state()).isInstanceOf(RolloutState.Running.class);
        assertThat(driver.command(id, Command.Action.Promote).code()).isEqualTo(RolloutReason.GateFailed);
    }

    @Test
    void promotePassesWhatCannotBeToldYet() {
        RolloutId id = publish();
        convergeCanary();
        pass(Duration.ofSeconds(30));
        assertThat(driver.command(id, Command.Action.Promote).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        driver.tick();

        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void aStageWaitsForTheAnswerOfAnExternalGate() {
        RolloutId id = publish(
                gate(SignalMode.Gate, OnInconclusive.Pause, new ExternalGate("board")), OnFailure.Pause, Duration.ZERO);
        convergeCanary();
        pass(HOUR);

        assertThat(((RolloutState.Running) driver.rollout(id).state()).code()).isEqualTo(RolloutReason.GateAwaited);
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.judge(id, Command.Action.Answer, "refusals", GateVerdict.Pass, "no")
                        .code())
                .isEqualTo(AnswerReason.GateNotAnswered);
        assertThat(driver.judge(id, Command.Action.Answer, "board", GateVerdict.Pass, "agreed")
                        .verdict())
                .isEqualTo(AuditRecord.Verdict.Done);
        driver.tick();
        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void aStageWithoutABakeIsOverWithoutWhatSignalsCouldNotTell() {
        publish(GATE, OnFailure.Pause, Duration.ZERO);
        convergeCanary();
        driver.tick();

        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }

    @Test
    void anExternalGateThatCannotTellCountsInAStageWithoutABakeToo() {
        RolloutId id = publish(
                gate(SignalMode.Gate, OnInconclusive.Pause, new ExternalGate("board")), OnFailure.Pause, Duration.ZERO);
        convergeCanary();
        driver.tick();
        driver.judge(id, Command.Action.Answer, "board", GateVerdict.Inconclusive, "nobody is here");
        driver.tick();

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateInconclusive);
        assertThat(((RolloutState.Paused) driver.rollout(id).state()).message())
                .isEqualTo("stage canary: board: bob says: nobody is here");
    }

    @Test
    void anExternalGateThatSaysNoStopsTheRollout() {
        RolloutId id =
                publish(gate(SignalMode.Gate, OnInconclusive.Pause, new ExternalGate("board")), OnFailure.Pause, BAKE);
        convergeCanary();
        pass(Duration.ofMinutes(1));
        driver.judge(id, Command.Action.Answer, "board", GateVerdict.Fail, "not today");

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateFailed);
        assertThat(((RolloutState.Paused) driver.rollout(id).state()).message())
                .isEqualTo("stage canary: board: bob says: not today");
    }

    @Test
    void whatNobodyToldBeforeTheChangeIsNotWatched() {
        counted = new CountedSignals(0, HOUR);
        StageSpec canary = new StageSpec("canary", Amount.of(1), Amount.of(1), Amount.of(0), BAKE, null);
        driver.publish("prod", Fleets.canaryAndRest(canary, CLUSTERS, OnFailure.Pause, GATE));
        driver.converge(driver.operations().getFirst());
        driver.tick(BAKE);
        driver.showAgain();
        driver.tick();

        assertThat(driver.operations()).hasSize(CLUSTERS - 1);
    }
}
