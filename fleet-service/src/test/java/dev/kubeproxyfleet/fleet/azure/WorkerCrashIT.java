package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.Fault;
import dev.kubeproxyfleet.simulator.arm.FaultRule;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed after ARM has taken its write and before it has heard so. */
class WorkerCrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String SECRET = "a-client-secret-that-no-log-may-show";

    @Test
    void workIsResumedAndNotRepeatedAndNoLogShowsASecret(@TempDir Path folder) throws Exception {
        Fleet fleet = Fleet.of(new FleetSpec(4, 2, 2, 11, 30));
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                ArmSimulator arm = ArmSimulator.start(fleet, ArmOptions.DEFAULTS)) {
            arm.writeCaPem(folder.resolve("ca.pem"));
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(
                                new NewTopic("kubeproxy.operations", WorkerHandoverIT.PARTITIONS, (short) 1)
                                        .configs(Topic.OPERATIONS.settings()),
                                new NewTopic("kubeproxy.outcomes", 1, (short) 1)))
                        .all()
                        .get();
            }
            // Every PUT takes effect at once, and its answer is on its way for 20 s: the fleet is 30 times as fast.
            arm.inject(FaultRule.each(1, new Fault.Delay(ApiCall.PUT_CLUSTER, null, Duration.ofMinutes(10))));
            WorkerHandoverIT.ask(client, fleet.clusters());

            Path firstLog = folder.resolve("first.log");
            Process first = worker(broker, arm, fleet, folder, firstLog);
            try {
                await("a write is accepted")
                        .atMost(PATIENCE)
                        .until(() -> !arm.journal().acceptedWrites().isEmpty());
            } finally {
                first.destroyForcibly().waitFor();
            }
            arm.clearFaults();
            int before = arm.journal().acceptedWrites().size();

            Path secondLog = folder.resolve("second.log");
            Process second = worker(broker, arm, fleet, folder, secondLog);
            try {
                await("every cluster runs IPVS")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(fleet.clusters())
                                .allSatisfy(cluster -> assertThat(WorkerHandoverIT.text(
                                                arm, cluster, "/properties/networkProfile/kubeProxyConfig/mode"))
                                        .isEqualTo("IPVS")));
                await("every outcome is reported")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(Files.readString(secondLog))
                                .contains(fleet.clusters().stream()
                                        .map(cluster -> "operation outcome cluster=" + cluster.id()
                                                + " rollout=prod.1 generation=1 attempt=1 code=Applied")
                                        .toArray(String[]::new)));
            } finally {
                second.destroyForcibly().waitFor();
            }

            assertThat(before).as("writes whose answer nobody heard").isPositive();
            assertThat(arm.journal().acceptedWrites())
                    .extracting(write -> write.cluster())
                    .containsExactlyInAnyOrderElementsOf(
                            fleet.clusters().stream().map(SimulatedCluster::id).toList());
            assertThat(arm.journal().overlappingWrites()).isEmpty();
            assertThat(arm.journal().of(ApiCall.TOKEN))
                    .as("signed in by DefaultAzureCredential")
                    .hasSizeGreaterThanOrEqualTo(2);
            for (Path log : List.of(firstLog, secondLog)) {
                assertThat(Files.readString(log))
                        .as("what is logged in detail")
                        .contains("ARM answered call=get_cluster")
                        .contains("correlation=")
                        .as("a secret, or a token as the simulator issues them")
                        .doesNotContain(SECRET)
                        .doesNotContain("simulated.");
            }
        }
    }

    private static Process worker(EmbeddedBroker broker, ArmSimulator arm, Fleet fleet, Path folder, Path log)
            throws IOException {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dorg.jboss.logging.provider=jdk",
                "-cp",
                Objects.requireNonNull(classpath),
                WorkerProcess.class.getName(),
                broker.bootstrapServers(),
                arm.endpoint().toString(),
                folder.resolve("ca.pem").toString());
        builder.environment()
                .putAll(Map.of(
                        "AZURE_TENANT_ID",
                        fleet.subscriptions().getFirst().tenantId(),
                        "AZURE_CLIENT_ID",
                        "11111111-2222-3333-4444-555555555555",
                        "AZURE_CLIENT_SECRET",
                        SECRET,
                        "AZURE_HTTP_LOG_DETAIL_LEVEL",
                        "body_and_headers"));
        return builder.redirectErrorStream(true)
                .redirectOutput(new File(log.toString()))
                .start();
    }
}
