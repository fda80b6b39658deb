package dev.kubeproxyfleet.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent on its own Java runtime: a module that the runtime lacks is missed here. */
class JvmAgentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A process beyond the DaemonSet's limit, 128 MiB, would be killed; some of it is for what grows later. */
    private static final long MOST_RESIDENT_KIB = 112 * 1024;

    @TempDir
    Path folder;

    private Path program = Path.of("");

    @BeforeEach
    void needsTheRuntime() {
        Optional<Path> built = NativeAgent.onJvm();
        assumeThat(built).as("no agent on a Java runtime: run ./kpfleet test").isPresent();
        program = built.orElseThrow();
    }

    @Test
    void shipsItsFirstSnapshotAndStopsCleanly() throws Exception {
        NativeAgent.captured(folder);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            NativeAgent.createTopic(broker.bootstrapServers());
            try (NativeAgent agent = NativeAgent.start(program, folder, broker.bootstrapServers(), Map.of())) {
                List<ConsumerRecord<String, byte[]>> records =
                        NativeAgent.records(broker.bootstrapServers(), 3, PATIENCE);

                assertThat(records).as(agent.log()).hasSizeGreaterThanOrEqualTo(3);
                NodeStats stats = NativeAgent.stats(records.getFirst());
                assertThat(Optional.ofNullable(stats.getIpvs()).orElseThrow().getServices())
                        .isEqualTo(2000);
                assertThat(agent.status("/q/health/started")).isEqualTo(200);
                assertThat(agent.status("/q/health/live")).isEqualTo(200);
                assertThat(agent.status("/q/health/ready")).isEqualTo(200);
                assertThat(ProcessCost.of(agent.pid()).residentKib()).isLessThanOrEqualTo(MOST_RESIDENT_KIB);

                assertThat(agent.stop(PATIENCE)).isTrue();
                assertThat(agent.log()).contains("stopped in").doesNotContain("Exception", "ERROR", "warning");
            }
        }
    }

    @Test
    void signsInAtABrokerThatAsksForIt() throws Exception {
        NativeAgent.captured(folder);
        try (SecureBroker broker = SecureBroker.start(folder)) {
            NativeAgent.createTopic(broker.openServers());
            Map<String, String> credentials = broker.environment("SCRAM-SHA-512", "scram.ScramLoginModule");
            try (NativeAgent agent = NativeAgent.start(program, folder, broker.secureServers(), credentials)) {
                assertThat(NativeAgent.records(broker.openServers(), 1, PATIENCE))
                        .as(agent.log())
                        .isNotEmpty();
            }
        }
    }
}
