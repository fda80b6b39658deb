package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two clusters, then the rest, with a gate that is measured and one that a board answers. A measurement is about one bake. */
class AskedGatesTest {

    private static final int CLUSTERS = 5;
    private static final Duration BAKE = Duration.ofMinutes(10);
    private static final String MEASURED = "errors";
    private static final String BOARD = "board";

    private final Driver driver = new Driver(Fleets.of(CLUSTERS));
    private final RolloutId id = publish();

    private RolloutId publish() {
        HttpCheck check = new HttpCheck(
                URI.create("https://prometheus.example:9090/tenant"),
                List.of(),
                new HttpCheck.JsonValue("/ok", BooleanNode.TRUE),
                null,
                Duration.ofSeconds(30),
                1,
                0,
                0,
                Duration.ofSeconds(1));
        Gate gate = new Gate(
                0,
                Gate.Source.Agents,
                Gate.Proof.Require,
                Gate.SignalMode.Off,
                2,
                null,
                null,
                Gate.OnInconclusive.Pause,
                Map.of(),
                List.of(new ExternalGate(MEASURED, check), new ExternalGate(BOARD)));
        StageSpec canary = new StageSpec("canary", Amount.of(2), Amount.of(2), Amount.of(1), BAKE, null);
        return driver.publish("prod", Fleets.canaryAndRest(canary, CLUSTERS, OnFailure.Pause, gate));
    }

    @Test
    void itIsSaidWhomTheServiceAsks() {
        assertThat(gate(MEASURED).message())
                .isEqualTo("the fleet service asks prometheus.example:9090 once the stage bakes");
        assertThat(gate(BOARD).message()).isEqualTo("nobody has answered it yet");
        bake();

        assertThat(gate(MEASURED).message())
                .isEqualTo("the fleet service asks prometheus.example:9090 every 30 s; there is no verdict yet");
    }

    @Test
    void whatWasMeasuredInThisBakeLetsTheStagePass() {
        bake();
        assertThat(measured(GateVerdict.Pass, since()).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        board(GateVerdict.Pass);
        driver.tick(BAKE);
        driver.tick();

        assertThat(driver.operations()).hasSize(CLUSTERS - 2);
    }

    @Test
    void aFailStopsTheRolloutWithWhatWasMeasured() {
        bake();
        measured(GateVerdict.Fail, since());

        assertThat(driver.rollout(id)).isPaused().becauseOf(RolloutReason.GateFailed);
        assertThat(((RolloutState.Paused) driver.rollout(id).state()).message())
                .isEqualTo("stage canary: errors: bob says: as measured");
    }

    @Test
    void whatWasMeasuredInTheStageBeforeDoesNotAnswerForThisOne() {
        bake();
        Instant canary = since();
        driver.judge(id, Command.Action.Override, MEASURED, null, "I know");
        driver.judge(id, Command.Action.Override, BOARD, null, "I know");
        driver.tick(BAKE);
        driver.tick();
        assertThat(driver.rollout(id).currentStage()).hasValue(1);

        assertThat(measured(GateVerdict.Pass, canary).code()).isEqualTo(AnswerReason.AskedBefore);
        assertThat(driver.rollout(id).stages().get(1).gates().answers()).isEmpty();
    }

    @Test
    void aStageThatGetsAClusterBackIsMeasuredAnew() {
        List<Operation> both = driver.operations();
        driver.outcome(both.getFirst(), new Outcome.Failed(WorkerReason.InternalError, "oops"));
        driver.converge(both.getLast());
        driver.tick();
        Instant first = since();
        measured(GateVerdict.Pass, first);
        board(GateVerdict.Pass);
        driver.tick();
        driver.command(id, Command.Action.Retry);

        assertThat(driver.rollout(id).stages().getFirst().gates().answers())
                .extracting(StageGates.Answered::gate)
                .containsExactly(BOARD);
        driver.tick();
        driver.converge(driver.operations().getFirst());
        driver.tick();
        assertThat(measured(GateVerdict.Pass, first).code()).isEqualTo(AnswerReason.AskedBefore);
        assertThat(measured(GateVerdict.Pass, since()).verdict()).isEqualTo(AuditRecord.Verdict.Done);
    }

    @Test
    void whatFailedGetsNoBetterByARetry() {
        List<Operation> both = driver.operations();
        driver.outcome(both.getFirst(), new Outcome.Failed(WorkerReason.InternalError, "oops"));
        driver.converge(both.getLast());
        driver.tick();
        measured(GateVerdict.Fail, since());
        driver.command(id, Command.Action.Retry);

        assertThat(driver.rollout(id).stages().getFirst().gates().answers())
                .extracting(StageGates.Answered::verdict)
                .containsExactly(GateVerdict.Fail);
    }

    private void bake() {
        driver.operations().forEach(driver::converge);
        driver.tick();
        assertThat(driver.rollout(id).stages().getFirst().state()).isInstanceOf(StageState.Baking.class);
    }

    private Instant since() {
        Rollout rollout = driver.rollout(id);
        return rollout.stages()
                .get(rollout.currentStage().orElseThrow())
                .state()
                .since();
    }

    private AuditRecord measured(GateVerdict verdict, Instant since) {
        return driver.measured(id, MEASURED, verdict, since);
    }

    private void board(GateVerdict verdict) {
        driver.judge(id, Command.Action.Answer, BOARD, verdict, "agreed");
    }

    private StageGate gate(String name) {
        return StageGate.of(driver.rollout(id), 0).stream()
                .filter(gate -> gate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
