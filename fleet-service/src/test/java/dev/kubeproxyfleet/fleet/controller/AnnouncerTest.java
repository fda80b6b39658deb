package dev.kubeproxyfleet.fleet.controller;

import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncerTest {

    private static final Duration JOIN = Duration.ofSeconds(11);
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: prod}
            spec:
              kubeProxy: {mode: IPVS, ipvsConfig: {scheduler: %s}}
              selector: {tags: {matchLabels: {env: prod}}}
              strategy: {stages: [{name: all, bake: PT0S}]}
            """;

    @TempDir
    Path folder;

    private ControllerDriver driver;

    @BeforeEach
    void succeedOnce() {
        driver = new ControllerDriver(folder);
        driver.list(cluster("prod-1"));
        driver.publish("prod", CONFIG.formatted("LeastConnection"));
        driver.converge(driver.operation("prod-1"));
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void aRolloutSaysWhatCanBeAskedOfIt() {
        assertThat(objection("prod.1", Command.Action.Rollback)).isNull();
        assertThat(objection("prod.1", Command.Action.Rerun)).isNull();
        assertThat(objection("prod.1", Command.Action.Pause)).isEqualTo("Ended");
        assertThat(objection("prod.1", Command.Action.Approve)).isEqualTo("NotAwaitingApproval");
    }

    @Test
    void aRolloutIsToldAgainWhenAnotherOneChangesWhatIsPossible() {
        catchUp();
        assertThat(objection("prod.1", Command.Action.Rollback)).isEqualTo("NotTheLatestRollout");

        driver.converge(driver.operation("prod-2"));
        assertThat(driver.rollout("prod.2").state()).isEqualTo(RolloutStatus.State.Succeeded);
        assertThat(objection("prod.1", Command.Action.Rollback)).isNull();
    }

    @Test
    void ofARolloutThatOthersHaveReplacedOnlyAskingTells() {
        driver.publish("prod", CONFIG.formatted("RoundRobin"));

        assertThat(driver.rollout("prod.1").actions()).isNull();
        assertThat(objection("prod.2", Command.Action.Pause)).isNull();
    }

    @Test
    void aConfigIsToldAsItStands() {
        catchUp();
        ConfigStatus status = config();

        assertThat(status.latestRollout()).isEqualTo("prod.2");
        assertThat(status.activeRollout()).isEqualTo("prod.2");
        assertThat(status.fullRollout()).isEqualTo("prod.1");
        assertThat(status.plannedGeneration()).isEqualTo(1);
        assertThat(status.releasedGeneration()).isZero();
        assertThat(status.stoppedBy()).isNull();

        driver.command("prod", Command.Action.Abort);
        assertThat(config().activeRollout()).isNull();
        assertThat(config().stoppedBy()).isEqualTo("prod.2");

        driver.publish("prod", null);
        assertThat(config().spec()).isNull();
        assertThat(config().releasedGeneration()).isEqualTo(2);
    }

    @Test
    void aConfigThatStandsAsBeforeIsNotToldAgain() {
        int told = driver.sent(Topic.CONFIGS).size();
        driver.advance(JOIN);
        driver.advance(JOIN);

        assertThat(driver.sent(Topic.CONFIGS)).hasSize(told);
    }

    /** The new cluster gets a rollout of its own. */
    private void catchUp() {
        driver.list(cluster("prod-2"));
        driver.advance(JOIN);
        assertThat(driver.rollout("prod.2").cause()).isEqualTo(RolloutStatus.Cause.CatchUp);
    }

    private @Nullable String objection(String rollout, Command.Action action) {
        List<RolloutStatus.Action> actions =
                Objects.requireNonNull(driver.rollout(rollout).actions());
        return actions.stream()
                .filter(found -> found.action() == action)
                .map(found -> Optional.ofNullable(found.objection()))
                .findFirst()
                .orElseThrow()
                .map(reason -> reason.code().code())
                .orElse(null);
    }

    private ConfigStatus config() {
        try {
            return Json.MAPPER.readValue(driver.compacted(Topic.CONFIGS).get("prod"), ConfigStatus.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
