package dev.kubeproxyfleet.simulator.agent;

import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** An agent as it is deployed, that runs on files of a captured node and ships to an embedded broker. */
final class NativeAgent implements AutoCloseable {

    /** Set by {@code ./kpfleet}; where the binary is. */
    static final String BINARY_VARIABLE = "KPFLEET_NATIVE_AGENT";

    /** Set by {@code ./kpfleet}; the folder that {@code deploy/node-agent/jvm-runtime.sh} makes. */
    static final String JVM_VARIABLE = "KPFLEET_JVM_AGENT";

    static final String CLUSTER =
            "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one";
    static final String TOPIC = Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX);
    static final int PARTITIONS = 3;
    private static final int BROKER = 1;

    /** End of the line that the agent logs when Kafka has its first snapshot. */
    static final String FIRST_ACKNOWLEDGED = "Kafka has the first snapshot";

    /** As Quarkus begins a line. */
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final int httpPort;
    private final Path log;

    private NativeAgent(Process process, int httpPort, Path log) {
        this.process = process;
        this.httpPort = httpPort;
        this.log = log;
    }

    /** Empty where no native agent was built. */
    static Optional<Path> binary() {
        return given(BINARY_VARIABLE);
    }

    /** The program that runs the agent on a Java runtime; empty where none was built. */
    static Optional<Path> onJvm() {
        return given(JVM_VARIABLE).map(folder -> folder.resolve("agent"));
    }

    private static Optional<Path> given(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(it -> !it.isEmpty())
                .map(Path::of);
    }

    /** The program, and the runtime that it lies in where it has one. */
    static List<Path> filesOf(Path program) throws IOException {
        if (!Files.exists(program.resolveSibling("release"))) {
            return List.of(program);
        }
        try (Stream<Path> files = Files.walk(program.toAbsolutePath().getParent())) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    static NativeAgent start(Path binary, Path folder, String bootstrapServers, Map<String, String> more)
            throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path log = folder.resolve("agent.log");
        ProcessBuilder builder =
                new ProcessBuilder(binary.toString()).redirectErrorStream(true).redirectOutput(log.toFile());
        Map<String, String> environment = new HashMap<>(Map.of(
                "KPFLEET_AGENT_CLUSTER_ID",
                CLUSTER,
                "KPFLEET_AGENT_NODE_NAME",
                "node-1",
                "KPFLEET_AGENT_PROC_ROOT",
                folder.resolve("proc").toString(),
                "KPFLEET_AGENT_INTERVAL",
                "1s",
                "KPFLEET_AGENT_HTTP_PORT",
                Integer.toString(port),
                // Nobody listens on port 9 (discard).
                "KPFLEET_AGENT_KUBE_PROXY_ENDPOINT",
                "http://127.0.0.1:9",
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers));
        environment.putAll(more);
        builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA_") || name.startsWith("KPFLEET_"));
        builder.environment().putAll(environment);
        return new NativeAgent(builder.start(), port, log);
    }

    /** A proc root with the captured 2,000 services, readable by the agent and by exporters that read {@code net} itself. */
    static void captured(Path folder) throws IOException {
        Path net = Files.createDirectories(folder.resolve("proc/1/net"));
        try (InputStream table = resource("ip_vs.gz")) {
            Files.write(net.resolve("ip_vs"), new GZIPInputStream(table).readAllBytes());
        }
        try (InputStream statistics = resource("ip_vs_stats")) {
            Files.write(net.resolve("ip_vs_stats"), statistics.readAllBytes());
        }
        Files.createSymbolicLink(folder.resolve("proc/net"), Path.of("1/net"));
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(NativeAgent.class.getResourceAsStream("/ipvs/big/" + name), name);
    }

    static void createTopic(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Polls until {@code count} records are there or the time is over. */
    static List<ConsumerRecord<String, byte[]>> records(String bootstrapServers, int count, Duration atMost) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition(TOPIC, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            long deadline = System.nanoTime() + atMost.toNanos();
            while (records.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** Bytes of all partitions, as compressed by the agent. */
    static long bytesInLog(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.describeLogDirs(List.of(BROKER)).allDescriptions().get().values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(TOPIC))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
    }

    /** When a line of {@link #log} was written. */
    static Instant loggedAt(String line) {
        return LocalDateTime.parse(line.substring(0, "yyyy-MM-dd HH:mm:ss,SSS".length()), LOG_TIME)
                .atZone(ZoneId.systemDefault())
                .toInstant();
    }

    static NodeStats stats(ConsumerRecord<String, byte[]> record) {
        try {
            return NodeStats.fromByteBuffer(ByteBuffer.wrap(record.value()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    long pid() {
        return process.pid();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** A connection to the port of its metrics and health. */
    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), httpPort);
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Status of a GET; 0 while nobody answers. */
    int status(String path) throws InterruptedException {
        try {
            return CLIENT.send(request(path).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    String get(String path) throws IOException, InterruptedException {
        return CLIENT.send(request(path).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    int post(String path) throws IOException, InterruptedException {
        HttpRequest post =
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build();
        return CLIENT.send(post, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path));
    }

    /** SIGTERM; returns whether it ended in time. */
    boolean stop(Duration atMost) throws InterruptedException {
        process.destroy();
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
