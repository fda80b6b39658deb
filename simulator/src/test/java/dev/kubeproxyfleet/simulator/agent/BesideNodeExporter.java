package dev.kubeproxyfleet.simulator.agent;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An agent and Prometheus' node_exporter (only its ipvs collector, scraped at the agent's interval) in one run on the
 * same captured table. Prints what each costs, what the agent costs between two snapshots, how long it takes from its start to the
 * first acknowledged record, and how large its records are in Kafka; {@code ./kpfleet bench agent} and {@code bench jvm-agent}
 * run it.
 *
 * <p>The broker takes a record of this class first: with its first record it loads classes, opens a log, and asks its controller
 * for a block of producer ids, some 350 ms that are not the agent's.
 *
 * <p>Arguments: {@code native} or {@code jvm}, path of node_exporter, seconds to measure, seconds between two snapshots.
 */
public final class BesideNodeExporter {

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final String NEXT_SNAPSHOT_LONG_AFTER_IDLE = "10m";
    private static final int STARTS = 5;

    private BesideNodeExporter() {}

    public static void main(String[] arguments) throws Exception {
        Path binary = (arguments[0].equals("jvm") ? NativeAgent.onJvm() : NativeAgent.binary())
                .orElseThrow(() -> new IllegalStateException("no such agent was built"));
        List<Path> files = NativeAgent.filesOf(binary);
        Path folder = Files.createTempDirectory("bench-agent");
        NativeAgent.captured(folder);
        int seconds = Integer.parseInt(arguments[2]);
        Duration interval = Duration.ofSeconds(Integer.parseInt(arguments[3]));
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            NativeAgent.createTopic(broker.bootstrapServers());
            warmUp(broker);
            System.out.printf(
                    Locale.ROOT,
                    "program %.1f MB; first record acknowledged %s ms after the process was started,"
                            + " %s ms where the program had to be read from disk%n",
                    bytes(files) / 1e6,
                    starts(binary, folder, broker, () -> {}),
                    starts(binary, folder, broker, () -> dropFromPageCache(files)));
            idle(binary, folder, broker);
            int before = records(broker).size();
            long bytesBefore = NativeAgent.bytesInLog(broker.bootstrapServers());
            try (NativeAgent agent = NativeAgent.start(
                    binary,
                    folder,
                    broker.bootstrapServers(),
                    Map.of("KPFLEET_AGENT_INTERVAL", interval.toSeconds() + "s"))) {
                Optional<Exporter> exporter = Exporter.start(arguments[1], folder);
                measure(agent, exporter, seconds, interval);
                List<ConsumerRecord<String, byte[]>> records = records(broker);
                System.out.printf(
                        Locale.ROOT,
                        "%d records, %d bytes each, %.0f bytes in Kafka's log%n",
                        records.size() - before,
                        records.getLast().value().length,
                        (double) (NativeAgent.bytesInLog(broker.bootstrapServers()) - bytesBefore)
                                / (records.size() - before));
                exporter.ifPresent(Exporter::close);
            }
        }
    }

    private static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** Produces as the agent does, to the partition that it will use. */
    private static void warmUp(EmbeddedBroker broker) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "enable.idempotence", true, "compression.type", "lz4");
        int partition = Partitioning.nodeStats(NativeAgent.CLUSTER, NativeAgent.PARTITIONS);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(NativeAgent.TOPIC, partition, new byte[1], new byte[1]))
                    .get();
        }
    }

    /** What is done before each start. */
    @FunctionalInterface
    private interface Preparation {
        void run() throws IOException, InterruptedException;
    }

    /** Milliseconds of some starts, sorted: by the agent's own log, whose clock is this machine's. */
    private static List<Long> starts(Path binary, Path folder, EmbeddedBroker broker, Preparation before)
            throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int start = 0; start < STARTS; start++) {
            before.run();
            Instant started = Instant.now();
            try (NativeAgent agent = NativeAgent.start(binary, folder, broker.bootstrapServers(), Map.of())) {
                millis.add(Duration.between(started, firstAcknowledged(agent)).toMillis());
                boolean unused = agent.stop(PATIENCE);
            }
        }
        millis.sort(null);
        return millis;
    }

    private static Instant firstAcknowledged(NativeAgent agent) throws IOException {
        for (long deadline = System.nanoTime() + PATIENCE.toNanos(); ; ) {
            Optional<String> line = agent.log()
                    .lines()
                    .filter(it -> it.endsWith(NativeAgent.FIRST_ACKNOWLEDGED))
                    .findFirst();
            if (line.isPresent()) {
                return NativeAgent.loggedAt(line.get());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing was acknowledged: " + agent.log());
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** As on a node that has pulled the image long ago; works while no process runs the file. */
    private static void dropFromPageCache(List<Path> files) throws IOException, InterruptedException {
        for (Path file : files) {
            dropFromPageCache(file);
        }
    }

    private static void dropFromPageCache(Path file) throws IOException, InterruptedException {
        // The way that dd's manual gives.
        int status = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("dd failed on " + file);
        }
    }

    /** What an agent costs that has nothing to do: part of the cost of a snapshot, the more the longer the interval is. */
    private static void idle(Path binary, Path folder, EmbeddedBroker broker) throws Exception {
        try (NativeAgent agent = NativeAgent.start(
                binary,
                folder,
                broker.bootstrapServers(),
                Map.of("KPFLEET_AGENT_INTERVAL", NEXT_SNAPSHOT_LONG_AFTER_IDLE))) {
            Instant unused = firstAcknowledged(agent);
            pause(WARM_UP);
            // A snapshot is taken in one of two windows at most.
            long nanos = Math.min(nanosOf(agent, IDLE), nanosOf(agent, IDLE));
            System.out.printf(
                    Locale.ROOT, "between two snapshots CPU %.2f ms a second%n", nanos / 1e6 / IDLE.toSeconds());
        }
    }

    private static long nanosOf(NativeAgent agent, Duration time) throws IOException {
        long before = ProcessCost.of(agent.pid()).cpuNanos();
        pause(time);
        return ProcessCost.of(agent.pid()).cpuNanos() - before;
    }

    private static void pause(Duration time) {
        for (long until = System.nanoTime() + time.toNanos(); System.nanoTime() < until; ) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private static List<ConsumerRecord<String, byte[]>> records(EmbeddedBroker broker) {
        return NativeAgent.records(broker.bootstrapServers(), Integer.MAX_VALUE, Duration.ofSeconds(3));
    }

    private static void measure(NativeAgent agent, Optional<Exporter> exporter, int seconds, Duration interval)
            throws IOException, InterruptedException {
        rounds(exporter, WARM_UP, interval);
        ProcessCost agentBefore = ProcessCost.of(agent.pid());
        ProcessCost exporterBefore =
                exporter.isPresent() ? ProcessCost.of(exporter.get().pid()) : agentBefore;
        int rounds = rounds(exporter, Duration.ofSeconds(seconds), interval);
        ProcessCost agentAfter = ProcessCost.of(agent.pid());
        print("agent", agentBefore, agentAfter, rounds);
        if (exporter.isPresent()) {
            ProcessCost exporterAfter = ProcessCost.of(exporter.get().pid());
            print("node_exporter", exporterBefore, exporterAfter, rounds);
            System.out.printf(
                    Locale.ROOT,
                    "ratio agent to node_exporter: CPU %.2f, resident %.2f%n",
                    (double) (agentAfter.cpuNanos() - agentBefore.cpuNanos())
                            / (exporterAfter.cpuNanos() - exporterBefore.cpuNanos()),
                    (double) agentAfter.residentKib() / exporterAfter.residentKib());
        } else {
            System.out.println("no node_exporter to compare with: install Debian's prometheus-node-exporter");
        }
        System.out.println("load of the machine: "
                + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private static void print(String name, ProcessCost before, ProcessCost after, int rounds) {
        System.out.printf(
                Locale.ROOT,
                "%-14s CPU %5.2f ms a snapshot (of %d), resident %.1f MiB of which anonymous %.1f, peak %.1f%n",
                name,
                (after.cpuNanos() - before.cpuNanos()) / 1e6 / rounds,
                rounds,
                after.residentKib() / 1024.0,
                after.anonymousKib() / 1024.0,
                after.peakKib() / 1024.0);
    }

    /** Scrapes once an interval for some time; the agent takes its snapshots meanwhile. */
    private static int rounds(Optional<Exporter> exporter, Duration time, Duration interval)
            throws IOException, InterruptedException {
        int rounds = (int) (time.toNanos() / interval.toNanos());
        long start = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            if (exporter.isPresent()) {
                exporter.get().scrape();
            }
            pause(Duration.ofNanos(start + round * interval.toNanos() - System.nanoTime()));
        }
        return rounds;
    }

    private record Exporter(Process process, HttpRequest request, HttpClient client) {

        static Optional<Exporter> start(String program, Path folder) throws IOException {
            if (!Files.isExecutable(Path.of(program))) {
                return Optional.empty();
            }
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Process process = new ProcessBuilder(
                            program,
                            "--path.procfs=" + folder.resolve("proc"),
                            "--collector.disable-defaults",
                            "--collector.ipvs",
                            "--web.disable-exporter-metrics",
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("exporter.log").toFile())
                    .start();
            return Optional.of(new Exporter(
                    process,
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .build(),
                    HttpClient.newHttpClient()));
        }

        long pid() {
            return process.pid();
        }

        void scrape() throws IOException, InterruptedException {
            for (long deadline = System.nanoTime() + PATIENCE.toNanos(); ; ) {
                try {
                    String body = client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body();
                    if (!body.contains("node_ipvs_backend_connections_active")) {
                        throw new IllegalStateException("node_exporter told no IPVS backends");
                    }
                    return;
                } catch (java.net.ConnectException notYet) {
                    if (System.nanoTime() > deadline) {
                        throw notYet;
                    }
                    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                }
            }
        }

        void close() {
            process.destroy();
        }
    }
}
