package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.kafka.MembersOnly;
import dev.kubeproxyfleet.fleet.kafka.StreamsProperties;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.testing.Bench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * What the controller costs: its real topology, exactly once, with the service's Kafka Streams settings and RocksDB stores, on
 * an embedded broker in the same process.
 *
 * <pre>
 * planned    from publishing a config to seeing its committed plan
 * outcomes   from sending one outcome of every cluster to seeing the rollout's end, at most {@value #IN_FLIGHT} clusters in flight
 * per core   the same by the CPU time of the thread that runs the topology, which other work on the machine does not change
 * heap       live after a full collection, over that of an empty fleet; and the most while it planned and rolled
 * </pre>
 *
 * Medians of {@value #MEASURED_RUNS} rollouts, after some that only warm up. Run it by {@code kpfleet bench controller
 * [clusters …]}.
 */
final class ControllerBenchmark implements AutoCloseable {

    private static final int IN_FLIGHT = 500;
    private static final int CLUSTERS_PER_SUBSCRIPTION = 1_000;
    private static final int MEASURED_RUNS = 3;
    /** Before this the JVM interprets and compiles more than it works. */
    private static final int WARM_UP_OUTCOMES = 20_000;

    private static final String CONFIG = "prod-ipvs";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double NANOS = 1e9;

    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger LOGGERS = Logger.getLogger("");

    private record Run(double planSeconds, double planCpuSeconds, double outcomeSeconds, double outcomeCpuSeconds) {}

    private record Result(int clusters, List<Run> runs, long idleHeap, long heap, long peakHeap) {}

    private final EmbeddedBroker broker;
    private final KafkaStreams streams;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> rollouts;

    private ControllerBenchmark(Path folder) throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(Stream.of(Topic.values())
                            .map(topic -> new NewTopic(
                                            name(topic), topic.partitions() == Topic.Partitions.ONE ? 1 : 6, (short) 1)
                                    .configs(topic.settings()))
                            .toList())
                    .all()
                    .get();
        }
        streams = new KafkaStreams(
                ControllerTopology.build(
                        ControllerBenchmark::name,
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        () -> UUID.randomUUID().toString()),
                StreamsProperties.of(
                        client,
                        "kubeproxy.controller",
                        folder.resolve("streams"),
                        (short) 1,
                        Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2)),
                new MembersOnly());
        producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
        rollouts = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        rollouts.assign(List.of(new TopicPartition(name(Topic.ROLLOUTS), 0)));
        streams.start();
    }

    public static void main(String[] arguments) throws Exception {
        LOGGERS.setLevel(Level.SEVERE);
        List<Integer> sizes = arguments.length == 0
                ? List.of(1_000, 5_000, 10_000)
                : Stream.of(arguments).map(Integer::valueOf).toList();
        Bench.printMachine();
        System.out.println("clusters  planned s (cpu)  outcomes/s  per core  heap MiB  peak MiB");
        for (int clusters : sizes) {
            Bench.inFolder("controller-benchmark", folder -> {
                try (ControllerBenchmark benchmark = new ControllerBenchmark(folder)) {
                    print(benchmark.measure(clusters));
                }
            });
        }
    }

    private static void print(Result result) {
        List<Run> runs = result.runs();
        double outcomes = result.clusters();
        System.out.printf(
                Locale.ROOT,
                "%8d  %8.2f (%.2f)  %10.0f  %8.0f  %8.1f  %8.1f%n",
                result.clusters(),
                median(runs.stream().map(Run::planSeconds).toList()),
                median(runs.stream().map(Run::planCpuSeconds).toList()),
                outcomes / median(runs.stream().map(Run::outcomeSeconds).toList()),
                outcomes / median(runs.stream().map(Run::outcomeCpuSeconds).toList()),
                mebibytes(result.heap() - result.idleHeap()),
                mebibytes(result.peakHeap()));
    }

    private Result measure(int clusters) throws Exception {
        await("a running controller", () -> streams.state() == KafkaStreams.State.RUNNING);
        long idleHeap = liveHeap();
        list(clusters);
        resetPeak();
        int warmUpRuns = Math.ceilDiv(WARM_UP_OUTCOMES, clusters);
        List<Run> runs = new ArrayList<>();
        for (int run = 1; run <= warmUpRuns + MEASURED_RUNS; run++) {
            runs.add(roll(clusters, run));
        }
        long peak = peakHeap();
        return new Result(clusters, runs.subList(warmUpRuns, runs.size()), idleHeap, liveHeap(), peak);
    }

    private Run roll(int clusters, int generation) throws Exception {
        String rollout = CONFIG + "." + generation;
        long planCpu = streamCpu();
        long planAt = System.nanoTime();
        send(Topic.DESIRED, CONFIG, FleetConfig.of(CONFIG, spec(generation)));
        see(rollout, status -> status.state() == RolloutStatus.State.Running);
        double planSeconds = (System.nanoTime() - planAt) / NANOS;
        double planCpuSeconds = (streamCpu() - planCpu) / NANOS;

        send(
                Topic.COMMANDS,
                CONFIG,
                new Command(
                        "approve-" + generation,
                        CONFIG,
                        rollout,
                        Command.Action.Approve,
                        "benchmark",
                        null,
                        Instant.now()));
        see(rollout, status -> status.stages().getFirst().clusters().updating() == Math.min(IN_FLIGHT, clusters));
        long outcomeCpu = streamCpu();
        long outcomesAt = System.nanoTime();
        for (int i = 0; i < clusters; i++) {
            send(
                    Topic.OUTCOMES,
                    CONFIG,
                    new Outcome(
                            CONFIG,
                            rollout,
                            generation,
                            id(i),
                            1,
                            new Outcome.Applied(KubeProxyConfig.UNSET, true),
                            Instant.now()));
        }
        see(rollout, status -> status.state() == RolloutStatus.State.Succeeded);
        return new Run(
                planSeconds,
                planCpuSeconds,
                (System.nanoTime() - outcomesAt) / NANOS,
                (streamCpu() - outcomeCpu) / NANOS);
    }

    /** Publishes an inventory and waits until the controller has it. */
    private void list(int clusters) throws Exception {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < clusters; i++) {
            ClusterRecord cluster = cluster(i);
            counts.merge(cluster.subscription(), 1, Integer::sum);
            send(Topic.CLUSTERS, cluster.id(), cluster);
        }
        for (Map.Entry<String, Integer> subscription : counts.entrySet()) {
            SubscriptionRecord record = new SubscriptionRecord(
                    subscription.getKey(),
                    subscription.getValue(),
                    "Registered",
                    counts.keySet().stream().sorted().toList());
            send(Topic.CLUSTERS, record.key(), record);
        }
        producer.flush();
        long records = clusters + counts.size();
        await(
                "the controller's inventory",
                () -> streams.metrics().values().stream()
                                .filter(metric -> metric.metricName().name().equals("records-consumed-total")
                                        && metric.metricName()
                                                .tags()
                                                .getOrDefault("client-id", "")
                                                .contains("global")
                                        && !metric.metricName().tags().containsKey("topic"))
                                .mapToDouble(metric -> (double) metric.metricValue())
                                .sum()
                        >= records);
    }

    /** One stage of all clusters, that starts once it is approved. */
    private static FleetConfig.Spec spec(int generation) {
        StageSpec all = new StageSpec(
                "all", null, Amount.of(IN_FLIGHT), Amount.of(0), Duration.ZERO, StageSpec.Approval.before);
        return new FleetConfig.Spec(
                new KubeProxyConfig(
                        true,
                        KubeProxyMode.IPVS,
                        new IpvsConfig(IpvsScheduler.LeastConnection, 900 + generation, 120, 300)),
                new Selector(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("prod-*"),
                        List.of(),
                        new Selector.Tags(Map.of("env", "prod"), List.of()),
                        ">=1.27"),
                0,
                new Strategy(List.of(all), Strategy.OnFailure.Pause, Duration.ofHours(12), new Gate(0)),
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Ignore);
    }

    private static ClusterRecord cluster(int number) {
        return ClusterRecords.running(id(number), shortName(number), subscription(number), "rg-" + number % 20)
                .tags(Map.of("env", "prod", "tier", "gold", "team", "team-" + number % 50))
                .nodeCount(20)
                .maintenanceWindows(List.of())
                .build();
    }

    private static String id(int number) {
        return "/subscriptions/" + subscription(number) + "/resourcegroups/rg-" + number % 20
                + "/providers/microsoft.containerservice/managedclusters/" + shortName(number);
    }

    /** By name is the order in which clusters start. */
    private static String shortName(int number) {
        return String.format(Locale.ROOT, "prod-%06d", number);
    }

    private static String subscription(int number) {
        return String.format(Locale.ROOT, "11111111-1111-1111-1111-%012d", number / CLUSTERS_PER_SUBSCRIPTION);
    }

    private void see(String rollout, Predicate<RolloutStatus> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            ConsumerRecord<String, byte[]> last = null;
            for (ConsumerRecord<String, byte[]> record : rollouts.poll(Duration.ofMillis(50))) {
                last = record.key().equals(rollout) ? record : last;
            }
            if (last != null && wanted.test(status(last.value()))) {
                return;
            }
        }
        throw new IllegalStateException("rollout " + rollout + " does not get there");
    }

    private static RolloutStatus status(byte[] value) {
        try {
            return Json.MAPPER.readValue(value, RolloutStatus.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(Topic topic, String key, Object message) throws IOException {
        var _ = producer.send(new ProducerRecord<>(name(topic), key, Json.MAPPER.writeValueAsBytes(message)));
    }

    private static String name(Topic topic) {
        return topic.name(Topic.DEFAULT_PREFIX);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) throws InterruptedException {
        org.awaitility.Awaitility.await(what).atMost(PATIENCE).until(condition::holds);
    }

    private long streamCpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<String> names = streams.metadataForLocalThreads().stream()
                .map(ThreadMetadata::threadName)
                .toList();
        long nanos = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo thread = threads.getThreadInfo(id);
            if (thread != null && names.contains(thread.getThreadName())) {
                nanos += threads.getThreadCpuTime(id);
            }
        }
        return nanos;
    }

    private static long liveHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Stream<MemoryPoolMXBean> heapPools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP);
    }

    private static void resetPeak() {
        heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    private static long peakHeap() {
        return heapPools().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static double mebibytes(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }

    @Override
    public void close() {
        rollouts.close();
        producer.close();
        streams.close(Duration.ofSeconds(20));
        broker.close();
    }
}
