package dev.kubeproxyfleet.fleet.controller;

import static dev.kubeproxyfleet.fleet.controller.ControllerDriver.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.StrategyState;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.testing.KeptJson;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fleet as each version has left it, with a rollout under way and another one that has succeeded: this version goes on with the one,
 * and takes the other one back.
 */
class ReleasedFleetTest {

    private static final ReleaseArchive STATE = ReleasedStateTest.STATE;
    private static final String FLEET = "fleet.jsonl";

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: %1$s}
            spec:
              kubeProxy: {mode: IPVS, ipvsConfig: {scheduler: LeastConnection}}
              selector: {tags: {matchLabels: {env: %1$s}}}
              strategy:
                deadline: PT10M
                stages:
                  - {name: canary, size: 1, bake: PT5M%2$s}
                  - {name: rest, maxConcurrent: 2, maxFailures: 1}
            """;

    private static final String AGENTS = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: agents}
            spec:
              agents: {image: "agent:1", jvmImage: "agent-jvm:1", kafka: "broker:9092"}
              selector: {tags: {matchLabels: {env: lab}}}
            """;

    private static final String STRATEGY = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetStrategy
            metadata: {name: careful}
            spec:
              stages:
                - {name: canary, size: 1, bake: PT1H, approval: after}
                - {name: rest, maxConcurrent: 2}
              onFailure: Rollback
            """;

    private static final Map<String, Class<?>> STORED = Map.of(
            Stores.STRATEGIES, StrategyState.class,
            Stores.CONFIGS, ConfigState.class,
            Stores.ROLLOUTS, Rollout.class,
            Stores.CLUSTERS, RolloutCluster.class);

    @Tag(ReleaseArchive.TAG)
    @Test
    void aFleetOfThisVersionIsKept(@TempDir Path folder) {
        try (ControllerDriver driver = new ControllerDriver(folder)) {
            driver.list(
                    tagged("lab", "lab-1"),
                    tagged("edge", "edge-1"),
                    tagged("edge", "edge-2"),
                    cluster("prod-1"),
                    cluster("prod-2"),
                    cluster("prod-3"),
                    cluster("prod-4"));
            driver.publish(FleetStrategy.KEY_PREFIX + "careful", STRATEGY);
            driver.publish("agents", AGENTS);
            driver.outcome(driver.operation("lab-1"), new Outcome.Delivered(AgentConfig.DISABLED, true));
            driver.publish("edge", CONFIG.formatted("edge", ""));
            driver.converge(driver.operation("edge-1"));
            bake(driver);
            driver.converge(driver.operation("edge-2"));
            driver.publish("prod", CONFIG.formatted("prod", ", approval: after"));
            driver.converge(driver.operation("prod-1"));
            bake(driver);
            driver.command("prod", Command.Action.Approve);
            driver.outcome(
                    driver.operation("prod-2"), new Outcome.Failed(new AzureCode("Broken"), "a node is not ready"));
            driver.outcome(
                    driver.operation("prod-3"), new Outcome.Waiting(new AzureCode("Conflict"), "an upgrade runs"));

            assertThat(driver.rollout("edge.1").state()).isEqualTo(RolloutStatus.State.Succeeded);
            assertThat(driver.rollout("prod.1").state()).isEqualTo(RolloutStatus.State.Running);
            assertThat(driver.cluster("agents.1", "lab-1").state()).isEqualTo(RolloutClusterStatus.State.Verifying);
            STATE.keep(STATE.version() + "/" + FLEET, driver.kept().text());
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void whatIsStoredIsReadAndStoredAgain(String file) throws IOException {
        Map<String, Map<String, byte[]>> stores =
                KeptFleet.parse(STATE.read(file)).stores();
        assertThat(stores.keySet()).containsAll(STORED.keySet());
        for (Map.Entry<String, Class<?>> store : STORED.entrySet()) {
            for (byte[] stored : stores.getOrDefault(store.getKey(), Map.of()).values()) {
                JsonNode again = Json.EXACT.readTree(StateJson.write(StateJson.read(stored, store.getValue())));
                assertThat(KeptJson.lost(Json.EXACT.readTree(stored), again))
                        .as(store.getKey())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void anOpenRolloutGoesOn(String file, @TempDir Path folder) throws IOException {
        try (ControllerDriver driver = resumed(file, folder)) {
            driver.converge(driver.operation("prod-3"));
            driver.converge(driver.operation("prod-4"));
            assertThat(driver.rollout("prod.1").code()).isEqualTo(RolloutReason.ClustersNotConverged);
            assertThat(List.of("prod-1", "prod-3", "prod-4"))
                    .allSatisfy(
                            name -> assertThat(driver.cluster("prod.1", name).state())
                                    .isEqualTo(RolloutClusterStatus.State.Converged));

            driver.command("prod", Command.Action.Retry);
            driver.converge(driver.operation("prod-2"));
            bake(driver);
            driver.command("prod", Command.Action.Approve);

            assertThat(driver.rollout("prod.2").state()).isEqualTo(RolloutStatus.State.Succeeded);
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void aRolloutThatHasEndedIsTakenBack(String file, @TempDir Path folder) throws IOException {
        try (ControllerDriver driver = resumed(file, folder)) {
            driver.command("edge", Command.Action.Rollback);
            for (String name : List.of("edge-2", "edge-1")) {
                Operation back = driver.operation(name);
                assertThat(back.kubeProxy())
                        .as("what it had before")
                        .isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null));
                driver.converge(back);
            }

            assertThat(driver.rollout("edge.1").state()).isEqualTo(RolloutStatus.State.RolledBack);
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void agentsThatAreOnTheirWayAreTakenBack(String file, @TempDir Path folder) throws IOException {
        try (ControllerDriver driver = resumed(file, folder)) {
            driver.command("agents", Command.Action.Rollback);

            assertThat(driver.operation("lab-1").agents()).isEqualTo(AgentConfig.DISABLED);
        }
    }

    static List<String> fleets() {
        return STATE.files(FLEET);
    }

    private static ControllerDriver resumed(String file, Path folder) throws IOException {
        ControllerDriver driver = new ControllerDriver(folder, KeptFleet.parse(STATE.read(file)));
        driver.advance(Duration.ofSeconds(1));
        return driver;
    }

    private static void bake(ControllerDriver driver) {
        driver.advance(Duration.ofMinutes(5));
        driver.showAgain();
        driver.advance(Duration.ofSeconds(1));
    }

    private static ClusterRecord tagged(String env, String name) {
        return ClusterRecords.of(cluster(name)).tags(Map.of("env", env)).build();
    }
}
