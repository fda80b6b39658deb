package dev.kubeproxyfleet.fleet.controller;

import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.cluster;
import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.id;
import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.running;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the passing of time alone does, and what rollouts do from their first event to their last, through the topology. */
class ControllerTimeTest {

    private static final KubeProxyConfig IPTABLES = new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);

    @TempDir
    Path stateDir;

    private ControllerDriver driver;

    @BeforeEach
    void start() {
        driver = new ControllerDriver(stateDir);
        driver.list(cluster("prod-1"), cluster("prod-2"), cluster("prod-3"));
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    // ---- time ----

    @Test
    void aBakeEndsByItselfAndNotBefore() {
        driver.publish("prod", config("stages: [{name: canary, size: 1, bake: PT10M}, {name: rest}]"));
        driver.converge(driver.operation("prod-1"));
        assertThat(driver.rollout("prod.1").stages().getFirst().state()).isEqualTo(RolloutStatus.StageState.Baking);

        driver.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(driver.operations()).isEmpty();
        driver.showAgain();
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.operation("prod-2").rollout()).isEqualTo("prod.1");
    }

    @Test
    void aWindowOpensByItselfAndClosesForClustersThatHaveNotStarted() {
        driver.publish("prod", config("""
                windows: {schedule: [{days: [Thursday], start: '02:00', duration: PT1H, timeZone: Europe/Amsterdam}]}
                    stages: [{name: all, maxConcurrent: 1}]"""));
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout("prod.1").code()).isEqualTo(RolloutReason.OutsideWindow);

        driver.advance(Duration.ofHours(1));
        assertThat(driver.now()).as("two o'clock in Amsterdam").isEqualTo("2026-01-01T01:00:00Z");
        Operation first = driver.operation("prod-1");
        driver.advance(Duration.ofHours(1));
        driver.converge(first);
        assertThat(driver.operations())
                .as("what is in flight ends, nothing starts")
                .isEmpty();
        assertThat(driver.rollout("prod.1").code()).isEqualTo(RolloutReason.OutsideWindow);

        driver.advance(Duration.ofDays(7).minusHours(1).minusSeconds(2));
        assertThat(driver.operations()).isEmpty();
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.operation("prod-2").rollout()).isEqualTo("prod.1");
    }

    @Test
    void aClusterWhoseNodesStaySilentFailsAtItsDeadline() {
        driver.publish("prod", config("""
                deadline: PT5M
                    stages: [{name: all, maxConcurrent: 1}]"""));
        driver.outcome(driver.operation("prod-1"), new Outcome.Applied(KubeProxyConfig.UNSET, true));

        driver.advance(Duration.ofMinutes(5));
        assertThat(driver.cluster("prod.1", "prod-1").state()).isEqualTo(RolloutClusterStatus.State.Verifying);
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.cluster("prod.1", "prod-1").state()).isEqualTo(RolloutClusterStatus.State.Failed);
        assertThat(driver.cluster("prod.1", "prod-1").code()).isEqualTo(ClusterReason.NodesSilent);
        assertThat(driver.rollout("prod.1").state()).isEqualTo(RolloutStatus.State.Paused);
        assertThat(driver.rollout("prod.1").code()).isEqualTo(RolloutReason.MaxFailuresExceeded);
    }

    @Test
    void aScheduledRolloutStartsByItself() {
        driver.publish("prod", config("""
                startAt: 2026-01-01T00:30:00Z
                    stages: [{name: all}]"""));
        assertThat(driver.rollout("prod.1").code()).isEqualTo(RolloutReason.ScheduledStart);

        driver.advance(Duration.ofMinutes(30).minusSeconds(1));
        assertThat(driver.operations()).isEmpty();
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.operation("prod-1").issuedAt()).isEqualTo("2026-01-01T00:30:00Z");
    }

    @Test
    void anApprovalDoesNotComeByItself() {
        driver.publish("prod", config("stages: [{name: all, approval: before}]"));
        driver.advance(Duration.ofDays(30));
        assertThat(driver.operations()).isEmpty();

        assertThat(driver.command("prod", Command.Action.Approve).code()).isEqualTo(AnswerReason.Approved);
        assertThat(driver.operations()).isNotEmpty();
    }

    // ---- upkeep ----

    @Test
    void driftIsReportedWithinOneJoinIntervalAndAudited() {
        convergeAll("drift: Report");
        driver.advance(ControllerDriver.JOIN_INTERVAL);

        driver.list(running(cluster("prod-2"), IPTABLES));
        driver.advance(ControllerDriver.JOIN_INTERVAL);

        RolloutClusterStatus drifted = driver.cluster("prod.1", "prod-2");
        assertThat(drifted.state()).isEqualTo(RolloutClusterStatus.State.Converged);
        assertThat(drifted.code()).isEqualTo(ClusterReason.Drifted);
        assertThat(driver.audits("prod")).anySatisfy(audit -> {
            assertThat(audit.action()).isEqualTo("Drift");
            assertThat(audit.code()).isEqualTo(ClusterReason.Drifted);
            assertThat(audit.cluster()).isEqualTo(id("prod-2"));
        });
        assertThat(driver.operations()).as("it is only reported").isEmpty();
        assertThat(driver.cluster("prod.1", "prod-1").code()).isNull();
    }

    @Test
    void driftIsCorrectedByARolloutOfItsOwn() {
        convergeAll("drift: Correct");
        driver.advance(ControllerDriver.JOIN_INTERVAL);

        driver.list(running(cluster("prod-2"), IPTABLES));
        driver.advance(ControllerDriver.JOIN_INTERVAL);

        assertThat(driver.rollout("prod.2").cause()).isEqualTo(RolloutStatus.Cause.DriftCorrection);
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(id("prod-2"));
        driver.converge(driver.operation("prod-2"));
        assertThat(driver.rollout("prod.2").state()).isEqualTo(RolloutStatus.State.Succeeded);
    }

    @Test
    void aNewClusterIsCaughtUpWithWithinOneJoinInterval() {
        convergeAll("newClusters: Join");
        driver.list(cluster("prod-4"));
        driver.advance(ControllerDriver.JOIN_INTERVAL);

        assertThat(driver.rollout("prod.2").cause()).isEqualTo(RolloutStatus.Cause.CatchUp);
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(id("prod-4"));
    }

    // ---- stored strategies ----

    @Test
    void aRolloutUsesTheStoredStrategyThatItsConfigNamesAndKeepsItsCopy() {
        driver.publish("strategy/careful", """
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetStrategy
                metadata: {name: careful}
                spec: {stages: [{name: one-by-one, maxConcurrent: 1}]}
                """);
        assertThat(driver.audits("strategy/careful").getLast().code()).isEqualTo(AnswerReason.StrategyStored);

        driver.publish("prod", document("strategyRef: careful"));
        assertThat(driver.operations()).hasSize(1);
        driver.publish("strategy/careful", null);
        assertThat(driver.audits("strategy/careful").getLast().code()).isEqualTo(AnswerReason.StrategyDeleted);

        driver.converge(driver.operation("prod-1"));
        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(id("prod-2"));
        assertThat(driver.rollout("prod.1").stages().getFirst().name()).isEqualTo("one-by-one");
    }

    @Test
    void aConfigThatNamesAStrategyThatIsNotStoredChangesNothing() {
        driver.publish("prod", document("strategyRef: nowhere"));

        AuditRecord answer = driver.audits("prod").getLast();
        assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Refused);
        assertThat(answer.code()).isEqualTo(RequestReason.UnknownStrategy);
        assertThat(driver.operations()).isEmpty();
    }

    // ---- rollback ----

    @Test
    void afterTooManyFailuresWhatWasChangedGetsBackItsEarlierConfigurationNewestFirst() {
        driver.publish("prod", config("""
                onFailure: Rollback
                    stages: [{name: all, maxConcurrent: 1}]"""));
        driver.converge(driver.operation("prod-1"));
        driver.converge(driver.operation("prod-2"));
        driver.outcome(
                driver.operation("prod-3"),
                new Outcome.Failed(new AzureCode("NodesNotReady"), "two nodes are not ready"));
        assertThat(driver.rollout("prod.1").state()).isEqualTo(RolloutStatus.State.RollingBack);

        for (String cluster : new String[] {"prod-3", "prod-2", "prod-1"}) {
            assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(id(cluster));
            Operation back = driver.operation(cluster);
            assertThat(requireNonNull(back.kubeProxy()).effective()).isEqualTo(KubeProxyConfig.UNSET.effective());
            driver.converge(back);
        }
        assertThat(driver.rollout("prod.1").state()).isEqualTo(RolloutStatus.State.RolledBack);
        assertThat(driver.cluster("prod.1", "prod-1").state()).isEqualTo(RolloutClusterStatus.State.RolledBack);
        assertThat(driver.operations()).isEmpty();
        assertThat(driver.audits("prod")).extracting(AuditRecord::action).contains("Rollback", "FinishRollback");
    }

    private void convergeAll(String more) {
        driver.publish("prod", document(more + "\n  strategy: {stages: [{name: all, maxConcurrent: 100%}]}"));
        for (Operation operation : driver.operations()) {
            driver.converge(operation);
        }
        assertThat(driver.rollout("prod.1").state()).isEqualTo(RolloutStatus.State.Succeeded);
    }

    private static String config(String strategy) {
        return document("strategy:\n    " + strategy);
    }

    private static String document(String more) {
        return """
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetConfig
                metadata: {name: prod}
                spec:
                  kubeProxy: {mode: IPVS, ipvsConfig: {scheduler: LeastConnection}}
                  selector: {tags: {matchLabels: {env: prod}}}
                """ + "  " + more + "\n";
    }
}
