package dev.kubeproxyfleet.fleet.controller;

import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller that ends and starts again with nothing but its changelogs goes on as if nothing had been. */
class ControllerRestartTest {

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: prod}
            spec:
              kubeProxy: {mode: IPVS, ipvsConfig: {scheduler: %s}}
              selector: {tags: {matchLabels: {env: prod}}}
              strategy:
                deadline: PT10M
                stages:
                  - {name: canary, size: 1, bake: PT5M, approval: after}
                  - {name: rest, maxConcurrent: 2, maxFailures: 1}
            """;

    /** A bake, an approval, a pause, a failure, a deadline, a retry, a rollback and a successor. */
    private static final List<Consumer<ControllerDriver>> STORY = List.of(
            driver -> driver.list(cluster("prod-1"), cluster("prod-2"), cluster("prod-3"), cluster("prod-4")),
            driver -> driver.publish("prod", CONFIG.formatted("LeastConnection")),
            driver -> driver.outcome(
                    driver.operation("prod-1"), new Outcome.Waiting(new AzureCode("Conflict"), "an upgrade runs")),
            driver -> driver.converge(driver.operation("prod-1")),
            driver -> driver.advance(Duration.ofMinutes(2)),
            driver -> driver.advance(Duration.ofMinutes(3)),
            ControllerDriver::showAgain,
            driver -> driver.advance(Duration.ofSeconds(1)),
            driver -> driver.command("prod", Command.Action.Approve),
            driver -> driver.outcome(
                    driver.operation("prod-2"), new Outcome.Failed(new AzureCode("Broken"), "a node is not ready")),
            driver -> driver.command("prod", Command.Action.Pause),
            driver -> driver.converge(driver.operation("prod-3")),
            driver -> driver.command("prod", Command.Action.Resume),
            driver -> driver.outcome(driver.operation("prod-4"), new Outcome.Applied(KubeProxyConfig.UNSET, true)),
            driver -> driver.advance(Duration.ofMinutes(6)),
            driver -> driver.advance(Duration.ofMinutes(6)),
            driver -> driver.command("prod", Command.Action.Rollback),
            driver -> driver.converge(driver.operations().getFirst()),
            driver -> driver.publish("prod", CONFIG.formatted("RoundRobin")),
            driver -> driver.advance(Duration.ofSeconds(11)),
            driver -> driver.publish("prod", null));

    @Test
    void restartedAfterEveryStepItSendsWhatOneThatNeverEndedSends(@TempDir Path folder) {
        try (ControllerDriver steady = new ControllerDriver(folder.resolve("steady"));
                ControllerDriver restarted = new ControllerDriver(folder.resolve("restarted"))) {
            for (int step = 0; step < STORY.size(); step++) {
                STORY.get(step).accept(steady);
                STORY.get(step).accept(restarted);
                restarted.restart();
                for (Topic topic : List.of(Topic.CONFIGS, Topic.ROLLOUTS, Topic.ROLLOUT_CLUSTERS, Topic.OPERATIONS)) {
                    assertThat(restarted.compacted(topic))
                            .as("%s after step %d", topic, step)
                            .isEqualTo(steady.compacted(topic));
                }
            }
            assertThat(restarted.audits("prod"))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("requestId")
                    .isEqualTo(steady.audits("prod"));
            assertThat(steady.audits("prod"))
                    .as("the story is the one that it says it is")
                    .extracting(AuditRecord::code)
                    .contains(
                            AnswerReason.Approved,
                            AnswerReason.Paused,
                            AnswerReason.Resumed,
                            AnswerReason.RollingBack,
                            RolloutReason.ConfigDeleted);
            assertThat(steady.rollout("prod.2").state()).isEqualTo(RolloutStatus.State.Aborted);
        }
    }

    @Test
    void aConfigThatAnEarlierVersionHasStoredIsToldWithTheFirstLook(@TempDir Path folder) {
        try (ControllerDriver driver = new ControllerDriver(folder)) {
            STORY.forEach(step -> step.accept(driver));
            driver.publish("prod", CONFIG.formatted("LeastConnection"));
            driver.advance(Duration.ofSeconds(11));
            Map<String, String> told = driver.compacted(Topic.CONFIGS);
            assertThat(told.get("prod")).contains("\"plannedGeneration\":3", "\"releasedGeneration\":2");

            driver.restartWithout(Topic.CONFIGS, Stores.CONFIGS, "held");
            assertThat(driver.compacted(Topic.CONFIGS)).isEmpty();
            driver.advance(Duration.ofSeconds(1));

            assertThat(driver.compacted(Topic.CONFIGS)).isEqualTo(told);
        }
    }

    @Test
    void aTimerThatRanOutWhileNobodyWasThereIsSeenAtOnce(@TempDir Path folder) {
        try (ControllerDriver driver = new ControllerDriver(folder)) {
            driver.list(cluster("prod-1"), cluster("prod-2"));
            driver.publish("prod", CONFIG.formatted("LeastConnection").replace(", approval: after", ""));
            driver.converge(driver.operation("prod-1"));
            driver.restart();
            driver.advance(Duration.ofHours(3));
            driver.showAgain();
            driver.advance(Duration.ofSeconds(1));

            assertThat(driver.operation("prod-2").rollout()).isEqualTo("prod.1");
        }
    }
}
