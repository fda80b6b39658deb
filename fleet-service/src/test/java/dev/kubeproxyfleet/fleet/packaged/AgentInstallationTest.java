package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.monitoring.ShownMetrics;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.testing.PrometheusLint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service installs agents in clusters that have none: a canary first, and no more where that fails. */
class AgentInstallationTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            spec:
              agents: %s
              selector: { clusters: ["%s"] }
              strategy:
                deadline: PT30S
                stages:
                  - { name: canary, size: 1, bake: PT1S }
                  - { name: rest, maxConcurrent: 3 }
            """;
    private static final String AGENTS =
            "{ image: registry.example/agent:%1$s, jvmImage: registry.example/agent-jvm:%1$s, kafka: broker:9092 }";

    @TempDir
    Path folder;

    @Test
    void aCanaryWhoseImageCannotBePulledStopsItUntilThatIsMended() throws Exception {
        try (WholeSystem system = WholeSystem.withoutAgents(
                folder,
                Map.of(
                        "kpfleet.kubernetes.enabled",
                        "true",
                        "kpfleet.kubernetes.install-agents",
                        "true",
                        "kpfleet.notify.targets.ops.type",
                        "webhook",
                        "kpfleet.notify.targets.ops.url",
                        "https://127.0.0.1:1"))) {
            List<String> clusters = system.visibleClusters().limit(3).toList();
            assertThat(clusters).hasSize(3);
            String selected = String.join("\", \"", clusters);
            system.azure
                    .kubernetesFaults()
                    .begin(clusters.stream()
                            .<KubernetesFault>map(KubernetesFault.ImageNotPullable::new)
                            .toList());

            system.publish("agents", CONFIG.formatted(AGENTS.formatted("1"), selected));
            reaches(system, "agents.1", "Paused");
            assertThat(system.rollout("agents.1").at("/clusters"))
                    .extracting(cluster ->
                            cluster.at("/state").asText() + cluster.at("/code").asText())
                    .containsExactlyInAnyOrder("FailedAgentsNotRolledOut", "Waiting", "Waiting");

            system.azure.kubernetesFaults().end(_ -> true);
            assertThat(system.steer("agents.1", "retry")).isEqualTo(200);
            assertThat(system.steer("agents.1", "resume")).isEqualTo(200);
            reaches(system, "agents.1", "Succeeded");

            system.publish("agents", CONFIG.formatted(AGENTS.formatted("2"), selected));
            reaches(system, "agents.2", "Succeeded");
            assertThat(system.rollout("agents.2").at("/clusters"))
                    .allSatisfy(cluster -> assertThat(
                                    cluster.at("/agentsBefore/image").asText())
                            .isEqualTo("registry.example/agent:1"));

            system.publish("agents", CONFIG.formatted("{ enabled: false }", selected));
            reaches(system, "agents.3", "Succeeded");
            assertThat(system.azure.journal().acceptedWrites())
                    .as("no cluster is changed through ARM")
                    .isEmpty();

            // Here everything that has metrics is on.
            String metrics = system.metrics();
            assertThat(ShownMetrics.ofTheService())
                    .as("what alerts and dashboards are made of")
                    .allSatisfy(metric -> assertThat(metrics).contains("# HELP " + metric + " "));
            assertThat(PrometheusLint.faults(metrics, "kpfleet_")).isEmpty();
        }
    }

    private static void reaches(WholeSystem system, String rollout, String state) {
        await(rollout + " to be " + state).atMost(PATIENCE).until(() -> {
            JsonNode found = system.rollout(rollout).at("/rollout/state");
            return found.asText().equals(state);
        });
    }
}
