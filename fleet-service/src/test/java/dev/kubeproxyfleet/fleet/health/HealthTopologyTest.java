package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.CLUSTER;
import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kubeproxyfleet.fleet.health.HealthCounters.Outcome;
import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TestIssuer;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTopologyTest {

    /** Marker and fingerprint of the single-object encoding. */
    private static final int AVRO_HEADER_BYTES = 10;

    @TempDir
    Path stateFolder;

    private Instant now = NOON;
    private final HealthCounters counters = new HealthCounters();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> nodeStats;
    private TestInputTopic<String, byte[]> clusters;
    private TestOutputTopic<String, byte[]> clusterHealth;

    @BeforeEach
    void start() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "health-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        driver = new TopologyTestDriver(
                HealthTopology.build(
                        topic -> topic.name("test."),
                        () -> now,
                        Snapshots.EMIT_INTERVAL,
                        Snapshots.BUCKET,
                        counters,
                        TestIssuer.judge(),
                        Believed.ANY),
                properties,
                now);
        nodeStats = driver.createInputTopic("test.node-stats", new StringSerializer(), new ByteArraySerializer());
        clusters = driver.createInputTopic(
                Topic.CLUSTERS.name("test."), new StringSerializer(), new ByteArraySerializer());
        clusterHealth = driver.createOutputTopic(
                Topic.CLUSTER_HEALTH.name("test."), new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void givesOneRecordForAClusterHoweverManySnapshotsCame() {
        inventory(CLUSTER, 3);
        report(Snapshots.of("a"));
        report(Snapshots.of("b"));
        report(Snapshots.of("a").at(NOON.plusMillis(1)));
        pass(Duration.ofSeconds(2));

        ClusterHealth health = onlyHealth();
        assertThat(health.getCluster()).isEqualTo(CLUSTER);
        assertThat(health.getNodesReporting()).isEqualTo(2);
        assertThat(health.getNodesExpected()).isEqualTo(3);
        assertThat(counters.taken(Outcome.FOLDED)).isEqualTo(3);
        assertThat(counters.emitted()).isEqualTo(1);
    }

    @Test
    void saysNothingWhileNothingChanges() {
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(2));
        onlyHealth();
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(10));

        assertThat(clusterHealth.isEmpty()).isTrue();
        assertThat(counters.taken(Outcome.NOT_NEWER)).isEqualTo(1);
    }

    @Test
    void tellsOfMovingFiguresOnceAnIntervalAndOfNewsAtOnce() {
        report(Snapshots.of("a").ipvs(Snapshots.ipvs(Map.of("lc", 3), 10, 5.0, 1.2)));
        pass(Duration.ofSeconds(2));
        onlyHealth();
        report(Snapshots.of("a").at(now).ipvs(Snapshots.ipvs(Map.of("lc", 3), 20, 6.0, 1.3)));
        pass(Duration.ofSeconds(8));
        assertThat(clusterHealth.isEmpty()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(onlyHealth().getActiveConnections()).isEqualTo(20);

        report(Snapshots.of("a").at(now).ipvs(Snapshots.ipvs(Map.of("rr", 3), 20, 6.0, 1.3)));
        pass(Duration.ofSeconds(2));
        assertThat(onlyHealth().getObserved().getFirst().getScheduler()).isEqualTo("rr");
    }

    @Test
    void tellsAtOnceWhatANodeHasCounted() {
        report(Snapshots.of("a").refusals(1));
        pass(Duration.ofSeconds(2));
        onlyHealth();
        report(Snapshots.of("a").at(now).refusals(1));
        pass(Duration.ofSeconds(2));
        assertThat(clusterHealth.isEmpty()).isTrue();
        report(Snapshots.of("a").at(now).refusals(2));
        pass(Duration.ofSeconds(2));
        onlyHealth();
    }

    @Test
    void tellsWhenANodeGoesSilentAndThenForgetsIt() {
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(2));
        onlyHealth();
        pass(Duration.ofSeconds(30));

        ClusterHealth health = onlyHealth();
        assertThat(health.getNodesReporting()).isZero();
        assertThat(health.getObserved()).isEmpty();
        assertThat(driver.getKeyValueStore(HealthTopology.NODES_STORE).get(Partitioning.nodeStatsKey(CLUSTER, "a")))
                .isNull();
        pass(Duration.ofMinutes(1));
        assertThat(clusterHealth.isEmpty()).isTrue();
    }

    @Test
    void takesANodeBackWhoseClockWasSetBackOnceItsOldWordIsSilent() {
        report(Snapshots.of("a").at(NOON.plus(Duration.ofHours(1))));
        pass(Duration.ofSeconds(20));
        onlyHealth();
        report(Snapshots.of("a").at(now));
        assertThat(counters.taken(Outcome.NOT_NEWER)).isEqualTo(1);
        now = now.plusSeconds(11);
        report(Snapshots.of("a").at(now));
        pass(Duration.ofSeconds(2));

        assertThat(onlyHealth().getNodesReporting()).isEqualTo(1);
    }

    /** By our clock every snapshot is too old; the cluster's health must not just be missing. */
    @Test
    void namesTheClockWhereOursIsAheadOfTheBrokersByMoreThanThreeIntervals() {
        Duration ahead = Duration.ofSeconds(45);
        for (int i = 0; i < 6; i++) {
            reportAt(Snapshots.of("a").at(now.minus(ahead)), now.minus(ahead));
            pass(Duration.ofSeconds(10));
        }

        ClusterHealth health = health(clusterHealth.readValuesToList().getLast());
        assertThat(health.getNodesReporting()).isZero();
        assertThat(health.getClockSkewSeconds()).isEqualTo(45);
        assertThat(counters.clockAhead()).isEqualTo(ahead);
        assertThat(counters.taken(Outcome.CLOCK_SKEW)).isPositive();
        assertThat(counters.taken(Outcome.CLOCK_SKEW) + counters.taken(Outcome.TOO_OLD))
                .isEqualTo(6);
    }

    @Test
    void tellsOfNoClockOnceItWasSetRight() {
        namesTheClockWhereOursIsAheadOfTheBrokersByMoreThanThreeIntervals();
        for (int i = 0; i < 12; i++) {
            report(Snapshots.of("a").at(now));
            pass(Duration.ofSeconds(10));
        }

        ClusterHealth health = health(clusterHealth.readValuesToList().getLast());
        assertThat(health.getNodesReporting()).isEqualTo(1);
        assertThat(health.getClockSkewSeconds()).isNull();
        assertThat(counters.clockAhead()).isZero();
    }

    @Test
    void forgetsAClusterOfWhichOnlyTheClockWasTold() {
        namesTheClockWhereOursIsAheadOfTheBrokersByMoreThanThreeIntervals();
        pass(Duration.ofSeconds(40));
        assertThat(onlyHealth().getClockSkewSeconds()).isNull();
        pass(Duration.ofMinutes(1));

        assertThat(clusterHealth.isEmpty()).isTrue();
    }

    @Test
    void tellsHowFarTheClockOfANodeIsOff() {
        report(Snapshots.of("a"));
        report(Snapshots.of("b").at(NOON.minus(Duration.ofHours(1))));
        report(Snapshots.of("c").at(NOON.plus(Duration.ofMinutes(2))));
        pass(Duration.ofSeconds(2));

        ClusterHealth health = onlyHealth();
        assertThat(health.getNodesReporting()).isEqualTo(3);
        assertThat(health.getClockSkewSeconds()).isEqualTo(3600);
    }

    @Test
    void countsASnapshotWithATextThatIsTooLong() {
        report(Snapshots.of("x".repeat(600)));
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(2));

        assertThat(counters.taken(Outcome.TEXT_TOO_LONG)).isEqualTo(1);
        assertThat(onlyHealth().getNodesReporting()).isEqualTo(1);
    }

    @Test
    void keepsClustersApart() {
        report(Snapshots.of("a"));
        report(Snapshots.of("a").cluster(CLUSTER + "-two"));
        pass(Duration.ofSeconds(2));

        assertThat(clusterHealth.readKeyValuesToMap()).containsOnlyKeys(CLUSTER, CLUSTER + "-two");
    }

    @Test
    void tellsWhenTheInventoryExpectsAnotherNumberOfNodes() {
        inventory(CLUSTER, 3);
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(2));
        onlyHealth();
        inventory(CLUSTER, 5);
        pass(Duration.ofSeconds(2));
        assertThat(onlyHealth().getNodesExpected()).isEqualTo(5);
        clusters.pipeInput(CLUSTER, null);
        pass(Duration.ofSeconds(2));

        assertThat(onlyHealth().getNodesExpected()).isNull();
    }

    @Test
    void readsPastRecordsOfTheInventoryThatAreNoClusters() throws IOException {
        SubscriptionRecord subscription = new SubscriptionRecord("s1", 1, "Registered", List.of("s1"));
        clusters.pipeInput(subscription.key(), Json.MAPPER.writeValueAsBytes(subscription));
        clusters.pipeInput(CLUSTER, "no JSON".getBytes(StandardCharsets.UTF_8));
        report(Snapshots.of("a"));
        pass(Duration.ofSeconds(2));

        assertThat(onlyHealth().getNodesExpected()).isNull();
    }

    @Test
    void countsAndSkipsWhatIsNoSnapshotOfItsKey() {
        String key = Partitioning.nodeStatsKey(CLUSTER, "a");
        nodeStats.pipeInput(key, null, NOON);
        nodeStats.pipeInput(key, new byte[0], NOON);
        nodeStats.pipeInput(key, "{\"json\": true}".getBytes(StandardCharsets.UTF_8), NOON);
        byte[] cut = Snapshots.of("a").bytes();
        nodeStats.pipeInput(key, Arrays.copyOf(cut, cut.length - 5), NOON);
        nodeStats.pipeInput(null, Snapshots.of("a").bytes(), NOON);
        nodeStats.pipeInput(key, Snapshots.of("b").bytes(), NOON);
        nodeStats.pipeInput(key, Snapshots.of("a").bytes(), NOON.minusSeconds(60));
        pass(Duration.ofSeconds(2));

        assertThat(counters.taken(Outcome.UNDECODABLE)).isEqualTo(4);
        assertThat(counters.taken(Outcome.WRONG_KEY)).isEqualTo(2);
        assertThat(counters.taken(Outcome.TOO_OLD)).isEqualTo(1);
        assertThat(clusterHealth.isEmpty()).isTrue();
    }

    @Test
    void aSnapshotOfAnAgentThatIsNewerThanTheServiceIsCountedAsThat() {
        byte[] newer = Snapshots.of("a").bytes();
        newer[AVRO_HEADER_BYTES - 1]++;
        nodeStats.pipeInput(Partitioning.nodeStatsKey(CLUSTER, "a"), newer, NOON);
        pass(Duration.ofSeconds(2));

        assertThat(counters.taken(Outcome.UNKNOWN_VERSION)).isEqualTo(1);
        assertThat(counters.taken(Outcome.UNDECODABLE)).isZero();
        assertThat(clusterHealth.isEmpty()).isTrue();
    }

    @Test
    void aRecordThatClaimsToBeHugeCostsNoMemory() {
        byte[] valid = Snapshots.of("a").bytes();
        byte[] hostile = Arrays.copyOf(valid, AVRO_HEADER_BYTES + 5);
        // The length of the first string as Avro writes 2147483639: zigzag, seven bits a byte.
        System.arraycopy(
                new byte[] {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
                0,
                hostile,
                AVRO_HEADER_BYTES,
                5);
        nodeStats.pipeInput(Partitioning.nodeStatsKey(CLUSTER, "a"), hostile, now);

        assertThat(counters.taken(Outcome.UNDECODABLE)).isEqualTo(1);
    }

    /** Of two nodes, neither of which has proven anything. */
    private MockProcessorContext<String, byte[]> stored() {
        MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
        KeyValueStore<String, NodeState> nodes = store(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(HealthTopology.NODES_STORE),
                        Serdes.String(),
                        new NodeStateSerde()),
                context);
        KeyValueStore<String, SignalHistory> signals = store(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(HealthTopology.SIGNALS_STORE),
                        Serdes.String(),
                        new SignalHistorySerde(Snapshots.BUCKET)),
                context);
        SignalHistory history = new SignalHistory(Snapshots.BUCKET);
        history.add(new Increments(now.minusSeconds(30), Snapshots.BUCKET, Map.of(Signal.REFUSALS, 4L), List.of()));
        signals.put(CLUSTER, history);
        store(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(HealthTopology.INVENTORY_STORE),
                        Serdes.String(),
                        Serdes.ByteArray()),
                context);
        for (String node : List.of("a", "b")) {
            if (HealthFold.fold(null, Snapshots.of(node).stats(), false, now, now)
                    instanceof Folding.Folded(NodeState state)) {
                nodes.put(Partitioning.nodeStatsKey(CLUSTER, node), state);
            }
        }
        return context;
    }

    @Test
    void whatWasStoredUnprovenDoesNotCountWhereOnlyProvenNodesDo() {
        MockProcessorContext<String, byte[]> context = stored();
        HealthProcessor processor = new HealthProcessor(
                () -> now, Snapshots.EMIT_INTERVAL, Snapshots.BUCKET, counters, TestIssuer.judge(), Believed.PROVEN);

        processor.init(context);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now.toEpochMilli());

        assertThat(context.forwarded())
                .allSatisfy(it -> assertThat(health(it.record().value()).getNodesReporting())
                        .isZero());
    }

    @Test
    void aNewOwnerOfThePartitionGoesOnFromTheStore() {
        MockProcessorContext<String, byte[]> context = stored();
        HealthProcessor processor = new HealthProcessor(
                () -> now, Snapshots.EMIT_INTERVAL, Snapshots.BUCKET, counters, TestIssuer.judge(), Believed.ANY);

        processor.init(context);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now.toEpochMilli());

        assertThat(context.forwarded()).hasSize(1).allSatisfy(it -> {
            assertThat(it.record().key()).isEqualTo(CLUSTER);
            assertThat(health(it.record().value()).getNodesReporting()).isEqualTo(2);
            assertThat(health(it.record().value()).getSignals())
                    .singleElement()
                    .satisfies(counts -> assertThat(counts.getRecentEvents()).contains(4));
        });
    }

    @Test
    void countsWhatNodesCountAndNoDuplicate() {
        report(Snapshots.of("a").refusals(100));
        pass(Duration.ofSeconds(10));
        for (int i = 0; i < 2; i++) {
            report(Snapshots.of("a").at(NOON.plusSeconds(10)).sequence(2).refusals(105));
        }
        pass(Duration.ofSeconds(20));
        report(Snapshots.of("a").at(NOON.plusSeconds(30)).sequence(3).refusals(105));
        pass(Duration.ofSeconds(2));

        ClusterHealth last = health(clusterHealth.readValuesToList().getLast());
        assertThat(last.getBucketMillis()).isEqualTo(10_000);
        assertThat(last.getSignals()).singleElement().satisfies(counts -> {
            assertThat(counts.getSignal()).isEqualTo(CountedSignal.Refusals);
            assertThat(counts.getNodes()).isEqualTo(1);
            assertThat(counts.getRecentEvents()).hasSize(12).endsWith(5);
            assertThat(counts.getRecentNodeMillis()).hasSize(12).endsWith(10_000);
        });
    }

    @Test
    void whatWasCountedOutlivesSilenceOfClustersOfTheInventoryOnly() {
        String invented = CLUSTER + "-two";
        inventory(CLUSTER, 1);
        for (int second = 0; second <= 10; second += 10) {
            report(Snapshots.of("a").at(now).refusals(second));
            report(Snapshots.of("a").cluster(invented).at(now).refusals(second));
            pass(Duration.ofSeconds(10));
        }
        KeyValueStore<String, SignalHistory> stored = driver.getKeyValueStore(HealthTopology.SIGNALS_STORE);
        assertThat(stored.get(CLUSTER)).isNotNull();
        assertThat(stored.get(invented)).isNotNull();
        pass(Duration.ofMinutes(2));
        assertThat(stored.get(CLUSTER)).isNotNull();
        assertThat(stored.get(invented)).isNull();
        pass(Duration.ofMinutes(70));
        assertThat(stored.get(CLUSTER)).isNull();
    }

    @Test
    void refusesABucketThatMeansNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthTopology.build(
                        topic -> topic.name(""),
                        () -> now,
                        Snapshots.EMIT_INTERVAL,
                        Duration.ofMillis(999),
                        counters,
                        TestIssuer.judge(),
                        Believed.ANY))
                .withMessageContaining("kpfleet.health.bucket");
    }

    private static <K, V> KeyValueStore<K, V> store(
            StoreBuilder<KeyValueStore<K, V>> builder, MockProcessorContext<?, ?> context) {
        KeyValueStore<K, V> store = builder.withLoggingDisabled().build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    @Test
    void registersItsCountersAtZero() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        counters.bindTo(registry);

        assertThat(registry.get("kpfleet.health.node.stats").functionCounters())
                .hasSize(Outcome.values().length)
                .allSatisfy(it -> assertThat(it.count()).isZero());
    }

    private void report(Snapshots snapshot) {
        reportAt(snapshot, now);
    }

    private void reportAt(Snapshots snapshot, Instant appendedAt) {
        nodeStats.pipeInput(new TestRecord<>(
                Partitioning.nodeStatsKey(snapshot.cluster(), snapshot.node()), snapshot.bytes(), appendedAt));
    }

    private void inventory(String id, int nodes) {
        ClusterRecord cluster = ClusterRecords.running(id, "one", "s1", "rg")
                .networkPlugin(null)
                .nodeCount(nodes)
                .kubeProxy(null)
                .build();
        try {
            clusters.pipeInput(id, Json.MAPPER.writeValueAsBytes(cluster));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    private ClusterHealth onlyHealth() {
        List<byte[]> values = clusterHealth.readValuesToList();
        assertThat(values).hasSize(1);
        return health(values.getFirst());
    }

    private static ClusterHealth health(byte[] bytes) {
        try {
            return ClusterHealth.fromByteBuffer(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
