package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TestIssuer;
import dev.kubeproxyfleet.fleet.kafka.MembersOnly;
import dev.kubeproxyfleet.fleet.kafka.StreamsProperties;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.testing.Bench;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the fold of nodes' snapshots costs beside reading the same records and doing nothing, in one run, on an embedded broker in the
 * same process: the real topology with the service's settings and RocksDB stores, in one thread.
 *
 * <pre>
 * read      a consumer polls every record
 * decoded   a consumer polls every record, and decodes it as the fold does
 * folded    the health application folds every record, writes its stores with their changelogs, and tells each cluster's health
 * </pre>
 *
 * <p>The records are those of the agent's own code on a simulated node in mode IPVS. Each is a batch and compressed by itself, as every
 * agent is a producer of its own; {@code batched} lets a producer batch them, which no fleet does. The figures are snapshots a second,
 * by the clock and by the CPU time of the threads that did the work. Run it by {@code kpfleet bench health [nodes [rounds]] [batched]}.
 */
final class HealthBenchmark implements AutoCloseable {

    private static final int NODES = 100_000;
    private static final int ROUNDS = 5;
    private static final int NODES_PER_CLUSTER = 50;
    private static final int CLUSTERS_PER_SUBSCRIPTION = 1_000;
    private static final int PARTITIONS = 6;
    private static final int MANY_NODES = 1_000_000;
    private static final int MEASURED_RUNS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final double NANOS = 1e9;

    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger LOGGERS = Logger.getLogger("");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final List<TopicPartition> ALL = IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(name(Topic.NODE_STATS), partition))
            .toList();

    /** Snapshots a second, by the clock and by the time of processors. */
    private record Speed(double wall, double cpu) {

        static Speed of(long snapshots, long wallNanos, long cpuNanos) {
            return new Speed(snapshots * NANOS / wallNanos, snapshots * NANOS / cpuNanos);
        }
    }

    /**
     * Bytes for each node.
     *
     * @param heap live, of the application
     * @param state on the replica's disk
     * @param changelog on each broker that keeps it
     */
    private record Cost(long heap, long state, long changelog) {}

    private final Path folder;
    private final EmbeddedBroker broker;
    private final int nodes;
    private final Map<String, Object> client;
    private final Instant begin = Instant.now();
    private final long snapshots;
    private int applications;

    private HealthBenchmark(Path folder, int nodes, int rounds, boolean batched) throws Exception {
        this.folder = folder;
        this.nodes = nodes;
        this.snapshots = (long) nodes * rounds;
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(Stream.of(Topic.NODE_STATS, Topic.CLUSTERS, Topic.CLUSTER_HEALTH)
                            .map(topic -> new NewTopic(name(topic), PARTITIONS, (short) 1).configs(topic.settings()))
                            .toList())
                    .all()
                    .get();
        }
        produce(nodes, rounds, batched);
    }

    public static void main(String[] arguments) throws Exception {
        LOGGERS.setLevel(Level.SEVERE);
        boolean batched = List.of(arguments).contains("batched");
        List<Integer> sizes = Stream.of(arguments)
                .filter(Predicate.not("batched"::equals))
                .map(Integer::valueOf)
                .toList();
        int nodes = sizes.isEmpty() ? NODES : sizes.getFirst();
        int rounds = sizes.size() < 2 ? ROUNDS : sizes.get(1);
        Bench.printMachine();
        Bench.inFolder("health-benchmark", folder -> {
            try (HealthBenchmark benchmark = new HealthBenchmark(folder, nodes, rounds, batched)) {
                benchmark.measure();
            }
        });
    }

    private void measure() throws Exception {
        List<Speed> read = new ArrayList<>();
        List<Speed> decoded = new ArrayList<>();
        List<Speed> folded = new ArrayList<>();
        List<Cost> costs = new ArrayList<>();
        // One more than is measured: before, the JVM interprets and compiles more than it works.
        for (int run = 0; run <= MEASURED_RUNS; run++) {
            read.add(consume(_ -> {}));
            decoded.add(consume(record -> AvroReader.NODE_STATS.read(record.value())));
            folded.add(fold(costs));
        }
        System.out.println("           snapshots/s    per core");
        Speed bare = median(read);
        print("read", bare, bare);
        print("decoded", median(decoded), bare);
        print("folded", median(folded), bare);
        Cost cost = costs.getLast();
        System.out.printf(
                Locale.ROOT,
                "bytes of a node: %d in the heap, %d of state on disk, %d of changelogs in Kafka; of a snapshot %d in Kafka%n",
                cost.heap(),
                cost.state(),
                cost.changelog(),
                sizeOf(folder.resolve("broker"), name(Topic.NODE_STATS) + "-") / snapshots);
        for (int partitions : List.of(6, 24, 60)) {
            System.out.printf(
                    Locale.ROOT,
                    "of %d partitions the fullest has %.1f times its share of %,d nodes in clusters of %d%n",
                    partitions,
                    skew(partitions),
                    MANY_NODES,
                    NODES_PER_CLUSTER);
        }
    }

    /** How many times its fair share of the nodes the fullest partition has. */
    private static double skew(int partitions) {
        int[] counts = new int[partitions];
        for (int cluster = 0; cluster < MANY_NODES / NODES_PER_CLUSTER; cluster++) {
            counts[Partitioning.nodeStats(cluster(cluster), partitions)] += NODES_PER_CLUSTER;
        }
        return IntStream.of(counts).max().orElseThrow() * (double) partitions / MANY_NODES;
    }

    private static String cluster(int number) {
        return "/subscriptions/11111111-1111-1111-1111-%012d/resourcegroups/rg-%d/providers/microsoft.containerservice/managedclusters/prod-%06d"
                .formatted(number / CLUSTERS_PER_SUBSCRIPTION, number % 20, number);
    }

    private static void print(String what, Speed speed, Speed bare) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %11.0f  %10.0f   %3.0f %% and %3.0f %% of read%n",
                what,
                speed.wall(),
                speed.cpu(),
                100 * speed.wall() / bare.wall(),
                100 * speed.cpu() / bare.cpu());
    }

    private static Speed median(List<Speed> runs) {
        List<Speed> measured = runs.subList(runs.size() - MEASURED_RUNS, runs.size());
        return new Speed(
                middle(measured.stream().map(Speed::wall)),
                middle(measured.stream().map(Speed::cpu)));
    }

    private static double middle(Stream<Double> values) {
        return values.sorted().skip(MEASURED_RUNS / 2).findFirst().orElseThrow();
    }

    private Speed consume(Consumer<ConsumerRecord<String, byte[]>> use) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ALL);
            consumer.seekToBeginning(ALL);
            long cpu = THREADS.getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            for (long left = snapshots; left > 0; ) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    use.accept(record);
                    left--;
                }
            }
            return Speed.of(snapshots, System.nanoTime() - wall, THREADS.getCurrentThreadCpuTime() - cpu);
        }
    }

    /** A new application from the first record on. */
    private Speed fold(List<Cost> costs) throws Exception {
        String application = "kubeproxy.health-" + applications++;
        try (Admin admin = Admin.create(client)) {
            admin.alterConsumerGroupOffsets(
                            application,
                            ALL.stream()
                                    .collect(Collectors.toMap(partition -> partition, _ -> new OffsetAndMetadata(0))))
                    .all()
                    .get();
        }
        HealthCounters counters = new HealthCounters();
        long heap = liveHeap();
        // The time stands still, so that the last record is heard as soon after it was sent as the first.
        try (KafkaStreams streams = new KafkaStreams(
                HealthTopology.build(
                        HealthBenchmark::name,
                        () -> begin,
                        Snapshots.EMIT_INTERVAL,
                        Snapshots.BUCKET,
                        counters,
                        TestIssuer.judge(),
                        Believed.ANY),
                StreamsProperties.of(
                        client,
                        application,
                        folder.resolve(application),
                        (short) 1,
                        Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE)),
                new MembersOnly())) {
            streams.start();
            await(() -> streams.state() == KafkaStreams.State.RUNNING);
            long cpu = cpuOf(application);
            long wall = System.nanoTime();
            long before = counters.taken(HealthCounters.Outcome.FOLDED);
            await(() -> counters.taken(HealthCounters.Outcome.FOLDED) == snapshots);
            Speed speed = Speed.of(snapshots - before, System.nanoTime() - wall, cpuOf(application) - cpu);
            costs.add(cost(application, heap));
            return speed;
        }
    }

    /** While the application still holds its nodes. */
    private Cost cost(String application, long heapBefore) throws IOException {
        return new Cost(
                (liveHeap() - heapBefore) / nodes,
                sizeOf(folder.resolve(application), "") / nodes,
                sizeOf(folder.resolve("broker"), application + "-") / nodes);
    }

    /** Bytes of the files of folders whose names begin so. */
    private static long sizeOf(Path root, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Files.isRegularFile(file)
                            && root.relativize(file).toString().contains(prefix))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static long liveHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Of all its threads, those that write its changelogs among them. */
    private static long cpuOf(String application) {
        long nanos = 0;
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            if (thread != null && thread.getThreadName().contains(application)) {
                nanos += THREADS.getThreadCpuTime(id);
            }
        }
        return nanos;
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::holds);
    }

    private void produce(int nodes, int rounds, boolean batched) throws Exception {
        NodeStats model = CollectedSnapshot.at(begin);
        long bytes = 0;
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("compression.type", "lz4");
        settings.put("batch.size", batched ? 16_384 : 0);
        settings.put("linger.ms", batched ? 50 : 0);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (int round = 0; round < rounds; round++) {
                for (int node = 0; node < nodes; node++) {
                    ProducerRecord<String, byte[]> record = record(model, node, round);
                    bytes += record.value().length;
                    var _ = producer.send(record);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%,d snapshots of %,d nodes in %,d clusters, %d bytes each, %s%n",
                snapshots,
                nodes,
                Math.ceilDiv(nodes, NODES_PER_CLUSTER),
                bytes / snapshots,
                batched ? "batched" : "each a batch");
    }

    /** The model as the snapshot of a node in a round. */
    private ProducerRecord<String, byte[]> record(NodeStats model, int node, int round) throws IOException {
        String cluster = cluster(node / NODES_PER_CLUSTER);
        String name = "aks-pool1-12345678-vmss%06d".formatted(node % NODES_PER_CLUSTER);
        ByteBuffer encoded = NodeStats.newBuilder(model)
                .setCluster(cluster)
                .setNode(name)
                .setSequence(round + 1L)
                .setTakenAt(begin.plus(INTERVAL.multipliedBy(round)))
                .build()
                .toByteBuffer();
        byte[] value = new byte[encoded.remaining()];
        encoded.get(value);
        return new ProducerRecord<>(
                name(Topic.NODE_STATS),
                Partitioning.nodeStats(cluster, PARTITIONS),
                Partitioning.nodeStatsKey(cluster, name),
                value);
    }

    private static String name(Topic topic) {
        return topic.name(Topic.DEFAULT_PREFIX);
    }

    @Override
    public void close() {
        broker.close();
    }
}
