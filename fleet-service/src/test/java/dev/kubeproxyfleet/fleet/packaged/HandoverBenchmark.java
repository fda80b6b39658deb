package dev.kubeproxyfleet.fleet.packaged;

import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.BrokerCluster;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.sandbox.NodeFleet;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import dev.kubeproxyfleet.testing.Bench;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How long nobody decides after the active replica was killed: two packaged replicas at default settings, three brokers in processes of
 * their own, a simulated Azure, and an agent on one node of each cluster. In each run the replica that decides is killed by SIGKILL.
 *
 * <pre>
 * decision   from the kill to the first decision of another replica, read as a consumer of committed records reads it
 * health     from the kill until the health of the first, and of the last, cluster is told whose nodes the killed replica had folded
 * </pre>
 *
 * Run it by {@code kpfleet bench handover [clusters [kills]]}.
 */
final class HandoverBenchmark implements AutoCloseable {

    private static final int CLUSTERS = 5_000;
    private static final int KILLS = 6;
    private static final int BROKERS = 3;
    private static final int REPLICAS = 2;
    private static final int CLUSTERS_PER_SUBSCRIPTION = 1_000;
    private static final int PARTITIONS = 6;
    private static final Duration AGENT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Until a replica that came back has read what it missed, and the other one has decided for a while. */
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private static final double NANOS = 1e9;
    private static final String CONTROLLER = "kubeproxy.controller";
    private static final String HEALTH = "kubeproxy.health";

    /** Selects nothing, so that the decision about it changes no cluster. */
    private static final String CONFIG = """
            {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "%s"},
             "spec": {"kubeProxy": {"mode": "IPVS"}, "selector": {"names": ["no-such-cluster"]}}}""";

    /** Nobody starts it again when it ends. */
    private static final class Replica implements AutoCloseable {
        private final List<String> command;
        private final Path log;
        private final URI ready;
        private final Path state;
        private final HttpClient client = HttpClient.newHttpClient();
        private Process process;

        Replica(Path folder, Map<String, String> settings) throws Exception {
            URI address = WholeSystem.freeAddress();
            state = Files.createDirectories(folder).resolve("streams");
            log = folder.resolve("fleet-service.log");
            ready = address.resolve("q/health/ready");
            command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
            settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.add("-Dquarkus.http.port=" + address.getPort());
            command.add("-Dkpfleet.kafka.state-dir=" + state);
            command.add("-Dkpfleet.process.parent=" + ProcessHandle.current().pid());
            command.addAll(List.of("-jar", WholeSystem.packaged().toString()));
            process = launch();
            awaitReady();
        }

        private Process launch() throws IOException {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }

        private void awaitReady() throws InterruptedException {
            org.awaitility.Awaitility.await("a replica that is ready; see " + log)
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> client.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        }

        void kill() {
            process.destroyForcibly();
        }

        void startAgain() throws Exception {
            process.waitFor();
            process = launch();
            awaitReady();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
            client.close();
        }
    }

    private record Run(double decision, double firstHealth, double lastHealth) {}

    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final Set<String> clusters;
    private final Admin admin;
    private final KafkaProducer<String, String> producer;
    private final Map<String, Object> client;

    private HandoverBenchmark(Path folder, int size) throws Exception {
        Fleet fleet = Fleet.of(new FleetSpec(size, 1, Math.ceilDiv(size, CLUSTERS_PER_SUBSCRIPTION), 1, 1));
        clusters = fleet.clusters().stream().map(SimulatedCluster::id).collect(Collectors.toUnmodifiableSet());
        BrokerCluster brokers = keep(BrokerCluster.start(folder.resolve("brokers"), BROKERS));
        client = Map.of("bootstrap.servers", brokers.bootstrapServers());
        ArmSimulator azure = keep(ArmSimulator.start(fleet, ArmOptions.DEFAULTS));
        Path certificate = folder.resolve("ca.pem");
        azure.writeCaPem(certificate);
        for (int number = 1; number <= REPLICAS; number++) {
            replicas.add(keep(new Replica(
                    folder.resolve("replica-" + number),
                    Map.of(
                            "kafka.bootstrap.servers", brokers.bootstrapServers(),
                            "kpfleet.azure.endpoint", azure.endpoint().toString(),
                            "kpfleet.azure.ca-certificate", certificate.toString(),
                            "kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN))));
        }
        SimulatedNodes nodes = new SimulatedNodes(azure, azure.nodeFaults(), fleet.spec(), InstantSource.system());
        keep(NodeFleet.start(nodes, Map.of("bootstrap.servers", brokers.bootstrapServers()), AGENT_INTERVAL));
        admin = keep(Admin.create(client));
        producer = keep(new KafkaProducer<>(client, new StringSerializer(), new StringSerializer()));
    }

    public static void main(String[] arguments) throws Exception {
        int size = arguments.length == 0 ? CLUSTERS : Integer.parseInt(arguments[0]);
        int kills = arguments.length < 2 ? KILLS : Integer.parseInt(arguments[1]);
        Bench.printMachine();
        Bench.inFolder("handover-benchmark", folder -> {
            try (HandoverBenchmark benchmark = new HandoverBenchmark(folder, size)) {
                System.out.println("clusters  decision s  health of the first s  of the last s");
                List<Run> runs = new ArrayList<>();
                for (int kill = 1; kill <= kills; kill++) {
                    Thread.sleep(SETTLE);
                    Run run = benchmark.kill("handover-" + kill);
                    runs.add(run);
                    print(size, run);
                }
                System.out.println("at most");
                print(
                        size,
                        new Run(
                                most(runs.stream().map(Run::decision)),
                                most(runs.stream().map(Run::firstHealth)),
                                most(runs.stream().map(Run::lastHealth))));
            }
        });
    }

    private static double most(Stream<Double> seconds) {
        return seconds.max(Comparator.naturalOrder()).orElseThrow();
    }

    private static void print(int clusters, Run run) {
        System.out.printf(
                Locale.ROOT,
                "%8d  %10.1f  %21.1f  %13.1f%n",
                clusters,
                run.decision(),
                run.firstHealth(),
                run.lastHealth());
    }

    /** Kills who decides, asks for a decision, and starts the killed one again once another one has told all. */
    private Run kill(String config) throws Exception {
        Replica active = replicaOf(member(CONTROLLER, new TopicPartition(name(Topic.DESIRED), 0)));
        Set<Integer> folded = foldedBy(active);
        Set<String> silent = clusters.stream()
                .filter(cluster -> folded.contains(Partitioning.nodeStats(cluster, PARTITIONS)))
                .collect(Collectors.toCollection(HashSet::new));
        try (KafkaConsumer<String, byte[]> configs = consumer(Topic.CONFIGS, 1);
                KafkaConsumer<String, byte[]> health = consumer(Topic.CLUSTER_HEALTH, PARTITIONS)) {
            health.poll(Duration.ZERO);
            long killed = System.nanoTime();
            long killedAt = System.currentTimeMillis();
            active.kill();
            producer.send(new ProducerRecord<>(name(Topic.DESIRED), config, CONFIG.formatted(config)))
                    .get();
            double decision = -1;
            double first = -1;
            double last = -1;
            while (decision < 0 || !silent.isEmpty()) {
                double now = (System.nanoTime() - killed) / NANOS;
                if (now > PATIENCE.toSeconds()) {
                    throw new IllegalStateException(silent.size() + " clusters are still silent; decided: " + decision);
                }
                for (ConsumerRecord<String, byte[]> record : configs.poll(Duration.ofMillis(20))) {
                    decision = record.key().equals(config) ? now : decision;
                }
                for (ConsumerRecord<String, byte[]> record : health.poll(Duration.ofMillis(20))) {
                    // What the killed replica had told before is still under way.
                    if (record.timestamp() > killedAt && silent.remove(record.key())) {
                        first = first < 0 ? now : first;
                        last = now;
                    }
                }
            }
            return new Run(decision, first, last);
        } finally {
            active.startAgain();
        }
    }

    private MemberDescription member(String group, TopicPartition partition) throws Exception {
        return members(group)
                .filter(member -> member.assignment().topicPartitions().contains(partition))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody has " + partition));
    }

    private Stream<MemberDescription> members(String group) throws Exception {
        ConsumerGroupDescription description = Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(group)).all().get().get(group));
        return description.members().stream();
    }

    /** Partitions of the nodes' statistics. */
    private Set<Integer> foldedBy(Replica replica) throws Exception {
        String process = processOf(replica, HEALTH);
        return members(HEALTH)
                .filter(member -> member.clientId().contains(process))
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .map(TopicPartition::partition)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Replica replicaOf(MemberDescription member) throws IOException {
        for (Replica replica : replicas) {
            if (member.clientId().contains(processOf(replica, CONTROLLER))) {
                return replica;
            }
        }
        throw new IllegalStateException(member.clientId() + " is no replica's");
    }

    /** As Kafka Streams keeps it beside the stores. */
    private static String processOf(Replica replica, String application) throws IOException {
        Path file = replica.state.resolve(application).resolve("kafka-streams-process-metadata");
        return Json.MAPPER
                .readTree(Files.readString(file, StandardCharsets.UTF_8))
                .get("processId")
                .asText();
    }

    private KafkaConsumer<String, byte[]> consumer(Topic topic, int partitions) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        Objects.requireNonNull(client.get("bootstrap.servers")),
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(name(topic), partition))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        return consumer;
    }

    private static String name(Topic topic) {
        return topic.name(Topic.DEFAULT_PREFIX);
    }

    private <T extends AutoCloseable> T keep(T part) {
        running.addFirst(part);
        return part;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : running) {
            part.close();
        }
    }
}
