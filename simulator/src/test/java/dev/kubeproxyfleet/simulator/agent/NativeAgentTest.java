package dev.kubeproxyfleet.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary itself: what only fails there (reflection, substitutions, the heap's cap) fails here. */
class NativeAgentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Generous beside what {@code bench agent} measures: this machine may be busy with other things. */
    private static final long MOST_RESIDENT_KIB = 45 * 1024;

    private static final long MOST_ANONYMOUS_KIB = 10 * 1024;
    private static final long MOST_BINARY_BYTES = 70L * 1024 * 1024;

    @TempDir
    Path folder;

    private Path binary = Path.of("");

    @BeforeEach
    void needsTheBinary() {
        Optional<Path> built = NativeAgent.binary();
        assumeThat(built)
                .as("no native agent: set GRAALVM_HOME to a GraalVM or Mandrel for JDK 25 and run ./kpfleet test")
                .isPresent();
        binary = built.orElseThrow();
    }

    @Test
    void shipsItsFirstSnapshotAndStopsCleanly() throws Exception {
        NativeAgent.captured(folder);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            NativeAgent.createTopic(broker.bootstrapServers());
            try (NativeAgent agent = NativeAgent.start(binary, folder, broker.bootstrapServers(), Map.of())) {
                List<ConsumerRecord<String, byte[]>> records =
                        NativeAgent.records(broker.bootstrapServers(), 3, PATIENCE);

                assertThat(records).as(agent.log()).hasSizeGreaterThanOrEqualTo(3);
                ConsumerRecord<String, byte[]> first = records.getFirst();
                assertThat(first.key()).isEqualTo(Partitioning.nodeStatsKey(NativeAgent.CLUSTER, "node-1"));
                assertThat(first.partition())
                        .isEqualTo(Partitioning.nodeStats(NativeAgent.CLUSTER, NativeAgent.PARTITIONS));
                NodeStats stats = NativeAgent.stats(first);
                IpvsState ipvs = Optional.ofNullable(stats.getIpvs()).orElseThrow();
                assertThat(ipvs.getServices()).isEqualTo(2000);
                assertThat(ipvs.getBackends()).isEqualTo(10_000);
                assertThat(ipvs.getConnectionsTotal()).isEqualTo(50_000);
                assertThat(ipvs.getSkippedLines()).isEmpty();
                assertThat(stats.getSequence()).isEqualTo(1);
                assertThat(agent.status("/q/health/live")).isEqualTo(200);
                assertThat(agent.status("/q/health/ready")).isEqualTo(200);
                assertThat(agent.get("/q/metrics")).contains("\nkpfleet_agent_ipvs_services 2000.0\n");

                ProcessCost cost = ProcessCost.of(agent.pid());
                assertThat(cost.residentKib()).isLessThanOrEqualTo(MOST_RESIDENT_KIB);
                assertThat(cost.anonymousKib()).isLessThanOrEqualTo(MOST_ANONYMOUS_KIB);
                assertThat(Files.size(binary)).isLessThanOrEqualTo(MOST_BINARY_BYTES);

                assertThat(agent.stop(PATIENCE)).isTrue();
                assertThat(agent.log()).contains("stopped in").doesNotContain("Exception", "ERROR");
            }
        }
    }

    @Test
    void shipsFullDetailWhenAsked() throws Exception {
        NativeAgent.captured(folder);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            NativeAgent.createTopic(broker.bootstrapServers());
            try (NativeAgent agent = NativeAgent.start(binary, folder, broker.bootstrapServers(), Map.of())) {
                await("the agent listens").atMost(PATIENCE).until(() -> agent.status("/q/health/started") == 200);
                assertThat(agent.post("/full-detail")).isEqualTo(202);

                await("a snapshot with every service")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(NativeAgent.records(
                                        broker.bootstrapServers(), Integer.MAX_VALUE, Duration.ofSeconds(2)))
                                .extracting(NativeAgent::stats)
                                .anySatisfy(stats -> assertThat(Optional.ofNullable(stats.getIpvs())
                                                .orElseThrow()
                                                .getTopServices())
                                        .hasSize(2000)));
            }
        }
    }

    @Test
    void goesOnWithoutKafkaAndComesBackWithIt() throws Exception {
        NativeAgent.captured(folder);
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            port = broker.port();
            NativeAgent.createTopic(broker.bootstrapServers());
        }
        Map<String, String> few = Map.of("KPFLEET_AGENT_QUEUE_LIMIT", "2", "KPFLEET_AGENT_INTERVAL", "200ms");
        try (NativeAgent agent = NativeAgent.start(binary, folder, "127.0.0.1:" + port, few)) {
            await("snapshots are dropped")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> !agent.get("/q/metrics").contains("\nkpfleet_agent_snapshots_dropped_total 0.0\n"));
            assertThat(agent.status("/q/health/live")).isEqualTo(200);
            assertThat(agent.status("/q/health/ready")).isEqualTo(503);
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), port)) {
                await("the broker has them").atMost(PATIENCE).until(() -> agent.status("/q/health/ready") == 200);
                List<ConsumerRecord<String, byte[]>> records =
                        NativeAgent.records(broker.bootstrapServers(), 2, PATIENCE);

                // The first was on its way all the time; of those that waited behind it the oldest were dropped.
                assertThat(NativeAgent.stats(records.get(1)).getSequence()).isGreaterThan(2);
            }
        }
    }

    /** As a listener that speaks TLS answers a client that does not: the client takes the answer for a size, and dies of it. */
    @Test
    void comesBackAfterSomethingElseThanABrokerAnswered() throws Exception {
        NativeAgent.captured(folder);
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            port = broker.port();
            NativeAgent.createTopic(broker.bootstrapServers());
        }
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        other.start();
        try (NativeAgent agent = NativeAgent.start(binary, folder, "127.0.0.1:" + port, Map.of())) {
            await("it says that it cannot ship")
                    .atMost(PATIENCE)
                    .until(() -> agent.log().contains("kafka.security.protocol"));
            other.stop(0);
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), port)) {
                await("the broker has a snapshot").atMost(PATIENCE).until(() -> agent.status("/q/health/ready") == 200);
            }
        }
    }

    @Test
    void isNotHeldUpByAClientThatDoesNotFinishItsRequest() throws Exception {
        NativeAgent.captured(folder);
        try (NativeAgent agent = NativeAgent.start(binary, folder, "127.0.0.1:9", Map.of())) {
            await("it listens").atMost(PATIENCE).until(() -> agent.status("/q/health/started") == 200);
            try (Socket stuck = agent.connect()) {
                stuck.getOutputStream().write("GET /q/hea".getBytes(StandardCharsets.US_ASCII));

                assertThat(agent.status("/q/health/live")).isEqualTo(200);
            }
        }
    }

    @Test
    void readsATableFarLargerThanItsHeap() throws Exception {
        Path net = Files.createDirectories(folder.resolve("proc/1/net"));
        int services = 20_000;
        try (Writer table = Files.newBufferedWriter(net.resolve("ip_vs"))) {
            table.write("IP Virtual Server version 1.2.1 (size=4096)\n");
            for (int i = 0; i < services; i++) {
                table.write("TCP  0A%06X:0050 rr  \n".formatted(i));
                for (int j = 0; j < 10; j++) {
                    table.write("  -> 0AF40101:%04X      Masq    1      1          0         \n".formatted(j));
                }
            }
        }
        try (NativeAgent agent = NativeAgent.start(binary, folder, "127.0.0.1:9", Map.of())) {
            await("it has seen every service")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> agent.get("/q/metrics").contains("\nkpfleet_agent_ipvs_backends 200000.0\n"));

            assertThat(ProcessCost.of(agent.pid()).anonymousKib()).isLessThanOrEqualTo(MOST_ANONYMOUS_KIB);
        }
    }

    @ParameterizedTest
    @CsvSource({"SCRAM-SHA-512, scram.ScramLoginModule", "PLAIN, plain.PlainLoginModule"})
    void shipsOverTlsWithAPassword(String mechanism, String loginModule) throws Exception {
        NativeAgent.captured(folder);
        try (SecureBroker broker = SecureBroker.start(folder)) {
            NativeAgent.createTopic(broker.openServers());
            try (NativeAgent agent = NativeAgent.start(
                    binary, folder, broker.secureServers(), broker.environment(mechanism, loginModule))) {
                assertThat(NativeAgent.records(broker.openServers(), 1, PATIENCE))
                        .as(agent.log())
                        .isNotEmpty();
                assertThat(agent.log()).doesNotContain(SecureBroker.PASSWORD);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "KPFLEET_AGENT_CLUSTER_ID, my-cluster, kpfleet.agent.cluster-id is no resource id of a managed cluster: my-cluster",
        "KPFLEET_AGENT_TOP_SERVICES, 1000, 'kpfleet.agent.top-services must be 0 to 500, not 1000'",
        "KPFLEET_AGENT_PROC_ROOT, /nowhere, 'kpfleet.agent.proc-root is /nowhere, but /nowhere/1/net is no folder that can be read'",
        "KPFLEET_AGENT_HTTP_ADDRESS, host.invalid, metrics and health cannot be served at host.invalid",
        "KAFKA_ACKS, some, Invalid value some for configuration acks",
        "KAFKA_COMPRESSION_TYPE, zstd, kafka.compression.type is zstd",
    })
    void saysWhatToSetAndEnds(String variable, String value, String message) throws Exception {
        NativeAgent.captured(folder);
        try (NativeAgent agent = NativeAgent.start(binary, folder, "127.0.0.1:9", Map.of(variable, value))) {
            await("it ends")
                    .atMost(PATIENCE)
                    .until(() -> !ProcessHandle.of(agent.pid())
                            .map(ProcessHandle::isAlive)
                            .orElse(false));

            assertThat(agent.log()).contains(message).doesNotContain("\tat ");
            assertThat(agent.exitCode()).isEqualTo(78);
        }
    }
}
