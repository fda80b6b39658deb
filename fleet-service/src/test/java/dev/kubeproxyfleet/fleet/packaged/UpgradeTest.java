package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import dev.kubeproxyfleet.simulator.sandbox.FleetServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars of the last release and those of today, one after the other and beside each other, while rollouts are under way. */
class UpgradeTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int CLUSTERS = 5;
    private static final Duration START = Duration.ofMinutes(2);

    /** Nobody listens on port 9 (discard). */
    private static final String NOBODY = "http://127.0.0.1:9";

    /** Its last stage waits for a person, so that a rollout cannot end before the test says so. */
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection, tcpTimeoutSeconds: %d } }
              selector: { clusters: [%s] }
              strategy:
                deadline: PT4H
                stages:
                  - { name: canary, size: 1 }
                  - { name: early, size: 2, maxConcurrent: 1 }
                  - { name: rest, maxConcurrent: 2, approval: before }
            """;

    @TempDir
    Path folder;

    private Path released = Path.of("");

    @BeforeEach
    void putTogether() throws Exception {
        released = ReleasedVersion.assemble("fleet-service");
    }

    @Test
    void replicasAreReplacedOneByOneInTheMiddleOfARolloutAndNothingIsLost() throws Exception {
        URI address = WholeSystem.freeAddress();
        Path other = Files.createDirectories(folder.resolve("other"));
        try (WholeSystem system = WholeSystem.of(folder, released);
                FleetServiceProcess second = system.process(released, other, address)) {
            second.start();
            second.awaitReady(START);
            publish(system, 1);
            approveAndAwait(system, 1);

            publish(system, 2);
            awaitWrites(system, 2, 1);
            system.replaceService(WholeSystem.packaged());
            awaitWrites(system, 2, 2);
            second.close();
            try (FleetServiceProcess replaced = system.process(WholeSystem.packaged(), other, address)) {
                replaced.start();
                replaced.awaitReady(START);
                approveAndAwait(system, 2);
                holdsEverywhere(system, 2);

                assertThat(system.steer("prod-ipvs.2", "rollback")).isEqualTo(200);
                awaitState(system, 2, "RolledBack");
                holdsEverywhere(system, 1);
                assertThat(system.azure.journal().overlappingWrites()).isEmpty();
                assertThat(system.azure.journal().writesBeyondKubeProxy()).isEmpty();
                assertThat(writes(system))
                        .as("writes of each cluster by what they wrote")
                        .allSatisfy(
                                (what, times) -> assertThat(times).isEqualTo(what.contains(timeout(1) + "") ? 2 : 1));
            }
        }
    }

    /** Within one format of the stores. */
    @Test
    void theLastReleaseGoesOnWithWhatThisVersionHasBegun() throws Exception {
        try (WholeSystem system = WholeSystem.of(folder, WholeSystem.packaged())) {
            publish(system, 1);
            awaitWrites(system, 1, 1);
            system.replaceService(released);
            approveAndAwait(system, 1);

            holdsEverywhere(system, 1);
            assertThat(system.azure.journal().overlappingWrites()).isEmpty();
            assertThat(writes(system))
                    .hasSize(CLUSTERS)
                    .allSatisfy((what, times) -> assertThat(times).isEqualTo(1));
        }
    }

    @Test
    void storesOfALaterFormatEndTheServiceBeforeItChangesAnything() throws Exception {
        try (WholeSystem system = WholeSystem.of(folder, WholeSystem.packaged())) {
            publish(system, 1);
            awaitWrites(system, 1, 1);
            system.service.close();
            assertThat(groupsWithMembers(system))
                    .as("groups that a stopped service has not left, so that no replica takes over at once")
                    .isEmpty();
            List<String> written = writes(system).keySet().stream().sorted().toList();
            try (KafkaProducer<String, String> later = new KafkaProducer<>(
                    Map.of("bootstrap.servers", system.brokers), new StringSerializer(), new StringSerializer())) {
                later.send(new ProducerRecord<>("kubeproxy.controller-format-changelog", "controller", "99"))
                        .get();
            }
            Path state = folder.resolve("streams");
            Files.move(state, folder.resolve("state-of-before"));

            system.service = system.process(WholeSystem.packaged(), folder, system.address);
            system.service.start();
            await("it to end, to be started again, and to end again")
                    .atMost(PATIENCE)
                    .until(() -> Files.readString(folder.resolve("fleet-service.log"))
                                    .split("the controller's stores are of format 99", -1)
                                    .length
                            > 2);
            assertThat(writes(system).keySet()).containsExactlyInAnyOrderElementsOf(written);
        }
    }

    @Test
    void agentsOfBothVersionsAreRead() throws Exception {
        Path today = Path.of("..", "node-agent", "target", "quarkus-app", "quarkus-run.jar");
        try (WholeSystem system = WholeSystem.withoutAgents(folder, Map.of())) {
            String cluster = system.visibleClusters().findFirst().orElseThrow();
            Process before = agent(ReleasedVersion.assemble("node-agent"), system.brokers, cluster, "node-1");
            Process after = agent(today, system.brokers, cluster, "node-2");
            try {
                await("both to report")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(system.agentVersions())
                                .hasSize(2)
                                .contains(IntNode.valueOf(1), IntNode.valueOf(1)));
                assertThat(system.agentVersions().has(ReleasedVersion.version()))
                        .isTrue();
            } finally {
                before.destroyForcibly().waitFor();
                after.destroyForcibly().waitFor();
            }
        }
    }

    private static List<String> groupsWithMembers(WholeSystem system) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.brokers))) {
            List<String> groups = admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .toList();
            assertThat(groups).contains("kubeproxy.controller", "kubeproxy.health", "kubeproxy.azure-worker");
            return admin.describeConsumerGroups(groups).all().get().values().stream()
                    .filter(group -> !group.members().isEmpty())
                    .map(ConsumerGroupDescription::groupId)
                    .toList();
        }
    }

    private Process agent(Path jar, String brokers, String cluster, String node) throws IOException {
        Path proc = folder.resolve(node);
        Files.createDirectories(proc.resolve("1").resolve("net"));
        ProcessBuilder agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(node + ".log").toFile());
        agent.environment()
                .putAll(Map.of(
                        "KPFLEET_AGENT_CLUSTER_ID",
                        cluster,
                        "KPFLEET_AGENT_NODE_NAME",
                        node,
                        "KPFLEET_AGENT_PROC_ROOT",
                        proc.toString(),
                        "KPFLEET_AGENT_INTERVAL",
                        "1s",
                        "KPFLEET_AGENT_HTTP_PORT",
                        "0",
                        "KPFLEET_AGENT_DNS_PROBE",
                        "false",
                        "KPFLEET_AGENT_KUBE_PROXY_ENDPOINT",
                        NOBODY,
                        "KAFKA_BOOTSTRAP_SERVERS",
                        brokers));
        return agent.start();
    }

    private static void publish(WholeSystem system, int generation) throws Exception {
        String clusters = clusters(system).map(id -> '"' + id + '"').collect(Collectors.joining(", "));
        system.publish("prod-ipvs", CONFIG.formatted(timeout(generation), clusters));
    }

    private static Stream<String> clusters(WholeSystem system) {
        return system.visibleClusters().limit(CLUSTERS);
    }

    private static void approveAndAwait(WholeSystem system, int generation) throws Exception {
        await("the last stage to wait for a person")
                .atMost(PATIENCE)
                .until(() -> system.steer("prod-ipvs." + generation, "approve") == 200);
        awaitState(system, generation, "Succeeded");
    }

    private static void awaitState(WholeSystem system, int generation, String state) {
        await("prod-ipvs." + generation + " to be " + state)
                .atMost(PATIENCE)
                .until(() -> system.rollout("prod-ipvs." + generation)
                        .at("/rollout/state")
                        .asText()
                        .equals(state));
    }

    private static void awaitWrites(WholeSystem system, int generation, int count) {
        await("a write of generation " + generation + " in flight")
                .atMost(PATIENCE)
                .until(() -> system.azure.journal().acceptedWrites().stream()
                                .filter(write -> what(write).contains(timeout(generation) + ""))
                                .count()
                        >= count);
    }

    private static void holdsEverywhere(WholeSystem system, int generation) {
        assertThat(clusters(system))
                .hasSize(CLUSTERS)
                .allSatisfy(cluster -> assertThat(system.azure
                                .document(cluster)
                                .orElseThrow()
                                .at("/properties/networkProfile/kubeProxyConfig/ipvsConfig/tcpTimeoutSeconds")
                                .asInt())
                        .isEqualTo(timeout(generation)));
    }

    private static Map<String, Long> writes(WholeSystem system) {
        return system.azure.journal().acceptedWrites().stream()
                .collect(Collectors.groupingBy(
                        write -> write.cluster() + " " + what(write), HashMap::new, Collectors.counting()));
    }

    private static String what(JournalEntry write) {
        JsonNode body = write.body();
        return body == null
                ? ""
                : body.at("/properties/networkProfile/kubeProxyConfig/ipvsConfig/tcpTimeoutSeconds")
                        .toString();
    }

    private static int timeout(int generation) {
        return 900 + generation;
    }
}
