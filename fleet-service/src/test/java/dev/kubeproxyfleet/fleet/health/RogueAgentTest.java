package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.CLUSTER;
import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.health.HealthCounters.Outcome;
import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TestIssuer;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent may write whatever it likes; what counts of it is what its token proves. */
class RogueAgentTest {

    private static final String OTHER = CLUSTER.replace("/one", "/two");
    private static final String WITHOUT_ISSUER = CLUSTER.replace("/one", "/three");
    private static final int TRIES = 300;
    private static final long SEED = 18;

    @TempDir
    Path stateFolder;

    private final TestIssuer issuer = new TestIssuer("https://issuer.example/one/");
    private final TestIssuer otherIssuer = new TestIssuer("https://issuer.example/two/");
    private final HealthCounters counters = new HealthCounters();
    private Instant now = NOON;
    private @Nullable TopologyTestDriver driver;

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
        }
    }

    private Fleet fleet(Believed believed) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rogue-agent-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        driver = new TopologyTestDriver(
                HealthTopology.build(
                        topic -> topic.name("test."),
                        () -> now,
                        Snapshots.EMIT_INTERVAL,
                        Snapshots.BUCKET,
                        counters,
                        TestIssuer.judge(issuer, otherIssuer),
                        believed),
                properties,
                now);
        Fleet fleet = new Fleet(
                driver.createInputTopic(
                        Topic.NODE_STATS.name("test."), new StringSerializer(), new ByteArraySerializer()),
                driver.createInputTopic(
                        Topic.CLUSTERS.name("test."), new StringSerializer(), new ByteArraySerializer()),
                driver.createOutputTopic(
                        Topic.CLUSTER_HEALTH.name("test."), new StringDeserializer(), new ByteArrayDeserializer()));
        fleet.inventory(CLUSTER, issuer.url());
        fleet.inventory(OTHER, otherIssuer.url());
        fleet.inventory(WITHOUT_ISSUER, null);
        return fleet;
    }

    private final class Fleet {

        private final TestInputTopic<String, byte[]> nodeStats;
        private final TestInputTopic<String, byte[]> clusters;
        private final TestOutputTopic<String, byte[]> healths;
        private @Nullable ClusterHealth last;

        Fleet(
                TestInputTopic<String, byte[]> nodeStats,
                TestInputTopic<String, byte[]> clusters,
                TestOutputTopic<String, byte[]> healths) {
            this.nodeStats = nodeStats;
            this.clusters = clusters;
            this.healths = healths;
        }

        void inventory(String cluster, @Nullable String oidcIssuer) {
            try {
                clusters.pipeInput(
                        cluster,
                        Json.MAPPER.writeValueAsBytes(ClusterRecords.running(cluster, "one", "s1", "rg")
                                .oidcIssuer(oidcIssuer)
                                .build()));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void report(Snapshots snapshot, byte @Nullable [] token) {
            RecordHeaders headers = new RecordHeaders();
            if (token != null) {
                headers.add(AgentToken.HEADER, token);
            }
            nodeStats.pipeInput(new TestRecord<>(
                    Partitioning.nodeStatsKey(snapshot.cluster(), snapshot.node()), snapshot.bytes(), headers, now));
        }

        void pass(Duration time) {
            now = now.plus(time);
            Objects.requireNonNull(driver).advanceWallClockTime(time);
        }

        /** What was told last of a cluster. */
        ClusterHealth health(String cluster) {
            pass(Snapshots.EMIT_INTERVAL);
            healths.readRecordsToList().stream()
                    .filter(record -> record.key().equals(cluster))
                    .forEach(record -> last = read(record.value()));
            return Objects.requireNonNull(last, "nothing was told of " + cluster);
        }
    }

    private static ClusterHealth read(byte[] value) {
        try {
            return ClusterHealth.fromByteBuffer(ByteBuffer.wrap(value));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Snapshots iptables(Snapshots snapshot) {
        return snapshot.kubeProxy(null).ipvs(null);
    }

    @ParameterizedTest
    @EnumSource(Believed.class)
    void anAgentOfAnotherClusterIsLeftOutAndSeen(Believed believed) {
        Fleet fleet = fleet(believed);
        fleet.report(Snapshots.of("a"), issuer.token("a", NOON));
        fleet.report(iptables(Snapshots.of("a").at(NOON.plusSeconds(1))), otherIssuer.token("a", NOON));
        fleet.report(iptables(Snapshots.of("invented")), otherIssuer.token("invented", NOON));

        ClusterHealth health = fleet.health(CLUSTER);
        assertThat(health.getNodesReporting()).isOne();
        assertThat(health.getNodesProven()).isOne();
        assertThat(health.getObserved())
                .singleElement()
                .satisfies(it -> assertThat(it.getMode()).isEqualTo("ipvs"));
        assertThat(health.getLeftOut()).containsExactly(Map.entry("TokenOfOtherIssuer", 2));
        assertThat(counters.taken(Outcome.DISPROVEN)).isEqualTo(2);
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        counters.bindTo(metrics);
        assertThat(metrics.get("kpfleet.health.tokens")
                        .tag("verdict", "TokenOfOtherIssuer")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
    }

    /** The lie comes first and claims a time that nothing of the real node could be newer than. */
    @Test
    void aLieCannotPushOutWhatTheRealNodeSays() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(iptables(Snapshots.of("a").at(NOON.plusSeconds(3_000)).interval(600_000)), null);
        fleet.report(Snapshots.of("a"), issuer.token("a", NOON));

        assertThat(fleet.health(CLUSTER).getObserved())
                .singleElement()
                .satisfies(it -> assertThat(it.getMode()).isEqualTo("ipvs"));
    }

    @Test
    void nobodyStaysAccused() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(Snapshots.of("a"), otherIssuer.token("a", NOON));
        assertThat(fleet.health(CLUSTER).getLeftOut()).isNotEmpty();
        fleet.pass(LeftOut.TOLD);

        assertThat(fleet.health(CLUSTER).getLeftOut()).isEmpty();
    }

    @Test
    void whatWasMissingIsForgottenOnceTheNodeProvesItself() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(Snapshots.of("a"), null);
        assertThat(fleet.health(CLUSTER).getLeftOut()).containsExactly(Map.entry("NoToken", 1));
        assertThat(fleet.health(CLUSTER).getNodesReporting()).isZero();
        fleet.report(Snapshots.of("a").at(now), issuer.token("a", NOON));

        assertThat(fleet.health(CLUSTER).getLeftOut()).isEmpty();
        assertThat(fleet.health(CLUSTER).getNodesReporting()).isOne();
    }

    @Test
    void anAgentOfTheVersionBeforeCountsWhereAnyIsBelieved() {
        Fleet fleet = fleet(Believed.ANY);
        fleet.report(Snapshots.of("a"), null);

        ClusterHealth health = fleet.health(CLUSTER);
        assertThat(health.getNodesReporting()).isOne();
        assertThat(health.getNodesProven()).isZero();
        assertThat(health.getLeftOut()).isEmpty();
    }

    @Test
    void aClusterWithoutAnIssuerCountsWhereAnyIsBelieved() {
        Fleet fleet = fleet(Believed.ANY);
        fleet.report(Snapshots.of("a").cluster(WITHOUT_ISSUER), issuer.token("a", NOON));

        assertThat(fleet.health(WITHOUT_ISSUER).getNodesReporting()).isOne();
    }

    @Test
    void aClusterWithoutAnIssuerSaysWhyItsNodesAreUnknown() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(Snapshots.of("a").cluster(WITHOUT_ISSUER), issuer.token("a", NOON));

        ClusterHealth health = fleet.health(WITHOUT_ISSUER);
        assertThat(health.getNodesReporting()).isZero();
        assertThat(health.getLeftOut()).containsExactly(Map.entry("NoIssuer", 1));
    }

    @Test
    void theIssuersKeysMayChangeWhileANodeReports() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(Snapshots.of("a"), issuer.token("a", NOON));
        issuer.rotate("key-2");
        fleet.pass(Duration.ofSeconds(10));
        fleet.report(Snapshots.of("a").at(now), issuer.token("a", now));

        assertThat(fleet.health(CLUSTER).getNodesProven()).isOne();
        assertThat(counters.taken(Outcome.FOLDED)).isEqualTo(2);
    }

    /** Whatever the other cluster's agent writes, with all that it can get hold of. */
    @Test
    void nothingThatAnotherClustersAgentWritesChangesWhatIsObserved() {
        Fleet fleet = fleet(Believed.PROVEN);
        fleet.report(Snapshots.of("a"), issuer.token("a", NOON));
        ClusterHealth alone = fleet.health(CLUSTER);
        Random random = new Random(SEED);
        List<byte @Nullable []> tokens = new ArrayList<>();
        tokens.add(null);
        for (String node : List.of("a", "b")) {
            tokens.add(otherIssuer.token(node, NOON));
            tokens.add(new TestIssuer(issuer.url()).token(node, NOON));
        }
        for (int i = 0; i < TRIES; i++) {
            byte[] token = tokens.get(random.nextInt(tokens.size()));
            Snapshots lie = Snapshots.of(random.nextBoolean() ? "a" : "b")
                    .at(NOON.plusSeconds(random.nextInt(7_200) - 3_600L))
                    .interval(random.nextInt(600_000))
                    .boot("boot-" + random.nextInt(3))
                    .refusals(random.nextInt(1_000))
                    .sequence(random.nextInt(10));
            fleet.report(random.nextBoolean() ? iptables(lie) : lie, token);
        }

        ClusterHealth beside = fleet.health(CLUSTER);
        assertThat(beside.getLeftOut()).isNotEmpty();
        assertThat(ClusterHealth.newBuilder(beside)
                        .setAt(alone.getAt())
                        .setLeftOut(Map.of())
                        .build())
                .isEqualTo(alone);
    }
}
