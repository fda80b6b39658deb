package dev.kubeproxyfleet.fleet.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.health.HealthCounters.Outcome;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.fleet.hostile.MemoryFolder;
import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TestIssuer;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of bad records on what the health application reads: each is counted, and the nodes after them are heard. */
class HostileHealthTest {

    private static final int COUNT = 3_000;
    private static final long SEED = 19;

    @TempDir(factory = MemoryFolder.class)
    Path stateDir;

    private HealthCounters counters = new HealthCounters();
    private Instant now = Snapshots.NOON;

    @Test
    void eachIsCountedAndNoneEndsItAfterARestartNeither() {
        List<Hostile> records = HostileRecords.binary(
                SEED, COUNT, valid(Snapshots.of("a")), valid(Snapshots.of("b")), valid(Snapshots.of("c")));
        List<Hostile> clusters = HostileRecords.json(
                SEED,
                COUNT,
                new Valid(
                        Snapshots.CLUSTER,
                        "{\"id\":\"x\",\"nodeCount\":3,\"tags\":{}}".getBytes(StandardCharsets.UTF_8)));

        Map<Outcome, Long> counts = read("first-life", records, clusters);
        assertThat(counts.get(Outcome.UNDECODABLE)).isGreaterThan(COUNT / 4);
        assertThat(read("second-life", records, clusters))
                .as("what an application after it counts")
                .isEqualTo(counts);
    }

    /** By an application with a state folder of its own, from the start of the topics. */
    private Map<Outcome, Long> read(String life, List<Hostile> records, List<Hostile> clusters) {
        counters = new HealthCounters();
        now = Snapshots.NOON;
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.resolve(life).toString());
        try (TopologyTestDriver driver = new TopologyTestDriver(
                HealthTopology.build(
                        topic -> topic.name(""),
                        () -> now,
                        Snapshots.EMIT_INTERVAL,
                        Snapshots.BUCKET,
                        counters,
                        TestIssuer.judge(),
                        Believed.ANY),
                properties,
                now)) {
            TestInputTopic<byte[], byte[]> stats = input(driver, Topic.NODE_STATS);
            TestInputTopic<byte[], byte[]> inventory = input(driver, Topic.CLUSTERS);
            TestOutputTopic<byte[], byte[]> health = driver.createOutputTopic(
                    Topic.CLUSTER_HEALTH.name(""), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            for (int i = 0; i < COUNT; i++) {
                pipe(stats, records.get(i));
                pipe(inventory, clusters.get(i));
                if (i % 20 == 0) {
                    now = now.plusSeconds(2);
                    driver.advanceWallClockTime(Duration.ofSeconds(2));
                }
            }
            Map<Outcome, Long> counts =
                    Stream.of(Outcome.values()).collect(Collectors.toMap(Function.identity(), counters::taken));
            assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(COUNT);
            assertThat(health.readRecordsToList())
                    .allSatisfy(record -> assertThat(record.value().length).isLessThan(Topic.WRITTEN_MAX_BYTES));

            long folded = counters.taken(Outcome.FOLDED);
            Snapshots after = Snapshots.of("d").at(now);
            stats.pipeInput(new TestRecord<>(
                    Partitioning.nodeStatsKey(after.cluster(), "d").getBytes(StandardCharsets.UTF_8),
                    after.bytes(),
                    new RecordHeaders(),
                    now));
            assertThat(counters.taken(Outcome.FOLDED)).isEqualTo(folded + 1);
            return counts;
        }
    }

    private void pipe(TestInputTopic<byte[], byte[]> topic, Hostile record) {
        try {
            topic.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), now));
        } catch (RuntimeException e) {
            throw new AssertionError("it ends the application: " + record, e);
        }
    }

    private static Valid valid(Snapshots snapshot) {
        return new Valid(Partitioning.nodeStatsKey(snapshot.cluster(), snapshot.node()), snapshot.bytes());
    }

    private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, Topic topic) {
        return driver.createInputTopic(topic.name(""), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
