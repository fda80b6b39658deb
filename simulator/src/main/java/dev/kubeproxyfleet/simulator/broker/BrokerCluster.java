package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.network.Links;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Several brokers, each in a process of its own and each a voter of the KRaft quorum, set up as a production cluster is: three
 * replicas of everything, two of which must have a record before its producer is told so.
 *
 * <p>The processes end with this one, however it ends. Each broker listens twice: whoever comes to {@link #bootstrapServers} talks with
 * it directly; the brokers among themselves, their controllers, and those that have {@linkplain #join joined} go through
 * {@link #links}. Needs Linux, for these.
 */
public final class BrokerCluster implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_REPLICAS = 3;

    /** Below what kernels take for outgoing connections, so that a port is still free when a killed broker comes back. */
    private static final int LOWEST_PORT = 12_000;

    private static final int HIGHEST_PORT = 31_000;
    private static final int PORT_ATTEMPTS = 100;

    private final List<BrokerProcess> brokers;
    private final List<Ports> ports;
    private final Links links;
    private final Admin admin;
    private final CountDownLatch closing = new CountDownLatch(1);

    private record Ports(int client, int link, int controller) {}

    private BrokerCluster(List<BrokerProcess> brokers, List<Ports> ports, Links links) {
        this.brokers = List.copyOf(brokers);
        this.ports = List.copyOf(ports);
        this.links = links;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /**
     * Starts brokers and returns when all of them serve clients, after some ten seconds.
     *
     * @param folder made if it is missing; brokers that it has the data of go on where they were
     */
    public static BrokerCluster start(Path folder, int count) throws BrokerStartException, InterruptedException {
        Path root = folder.toAbsolutePath().normalize();
        try {
            PrivateFolder.create(root);
            List<Ports> ports = new ArrayList<>();
            Random random = new Random();
            for (int id = 1; id <= count; id++) {
                ports.add(new Ports(port(random), port(random), port(random)));
            }
            Map<String, List<Integer>> servers = new LinkedHashMap<>();
            for (int id = 1; id <= count; id++) {
                Ports own = ports.get(id - 1);
                servers.put(BrokerProcess.name(id), List.of(own.link, own.controller));
            }
            Links links = new Links(root, servers);
            String clusterId = clusterId(root, count);
            List<BrokerProcess> brokers = new ArrayList<>();
            for (int id = 1; id <= count; id++) {
                brokers.add(prepare(root, id, clusterId, ports, links.join(BrokerProcess.name(id))));
            }
            BrokerCluster cluster = new BrokerCluster(brokers, ports, links);
            for (BrokerProcess broker : brokers) {
                broker.start();
            }
            cluster.awaitBrokers(START);
            return cluster;
        } catch (IOException e) {
            throw new BrokerStartException("The brokers in " + root + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Of the brokers that the folder holds; their number is that of the voters, which cannot change. */
    private static String clusterId(Path root, int count) throws IOException, BrokerStartException {
        Path file = root.resolve("cluster.properties");
        Properties cluster = new Properties();
        if (!Files.exists(file)) {
            cluster.setProperty("brokers", Integer.toString(count));
            cluster.setProperty("id", Uuid.randomUuid().toString());
            try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                cluster.store(writer, null);
            }
        }
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            cluster.load(reader);
        }
        String found = cluster.getProperty("brokers");
        if (!Integer.toString(count).equals(found)) {
            throw new BrokerStartException("The folder " + root + " holds " + found + " brokers, not " + count
                    + ". Start as many, or name another folder.");
        }
        return cluster.getProperty("id");
    }

    private static BrokerProcess prepare(Path root, int id, String clusterId, List<Ports> ports, Path hosts)
            throws IOException, BrokerStartException {
        Path data = root.resolve(BrokerProcess.name(id));
        PrivateFolder.create(data);
        if (!Files.exists(data.resolve(BrokerFolder.META_PROPERTIES))) {
            BrokerFolder.format(data, clusterId, id, List.of());
        }
        String voters = join(
                ports.size(), voter -> voter + "@" + BrokerProcess.name(voter) + ":" + ports.get(voter - 1).controller);
        Map<String, Object> settings = BrokerSettings.of(id, data, Math.min(ports.size(), MAX_REPLICAS), 2, voters);
        Ports own = ports.get(id - 1);
        settings.put(
                "listeners",
                "CLIENT://%s:%d,LINK://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
                        .formatted(EmbeddedBroker.LOOPBACK, own.client, own.link, own.controller));
        settings.put(
                "advertised.listeners",
                "CLIENT://%s:%d,LINK://%s:%d,CONTROLLER://%3$s:%5$d"
                        .formatted(
                                EmbeddedBroker.LOOPBACK, own.client, BrokerProcess.name(id), own.link, own.controller));
        settings.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,LINK:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "LINK");
        Properties properties = new Properties();
        settings.forEach((name, value) -> properties.setProperty(name, value.toString()));
        Path file = root.resolve(BrokerProcess.name(id) + ".properties");
        try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                file.toString(),
                Long.toString(ProcessHandle.current().pid()));
        return new BrokerProcess(id, data, root.resolve(BrokerProcess.name(id) + ".log"), command);
    }

    private static String join(int count, IntFunction<String> each) {
        return IntStream.rangeClosed(1, count).mapToObj(each).collect(Collectors.joining(","));
    }

    private static int port(Random random) throws BrokerStartException {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            int port = random.nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(EmbeddedBroker.LOOPBACK))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Another one may be free.
            }
        }
        throw new BrokerStartException("No port is free on " + EmbeddedBroker.LOOPBACK);
    }

    /** For clients that nothing comes between: of each broker {@code host:port}. */
    public String bootstrapServers() {
        return join(brokers.size(), id -> EmbeddedBroker.LOOPBACK + ":" + ports.get(id - 1).client);
    }

    /**
     * Lets a client's process in that is to come to the brokers through {@link #links}.
     *
     * @param party its name there
     * @return the system properties by which it does so: {@code kafka.bootstrap.servers} and {@code jdk.net.hosts.file}
     */
    public Map<String, String> join(String party) throws IOException {
        return Map.of(
                "jdk.net.hosts.file",
                links.join(party).toString(),
                "kafka.bootstrap.servers",
                join(brokers.size(), id -> BrokerProcess.name(id) + ":" + ports.get(id - 1).link));
    }

    /** What lies between the brokers, and between them and those that have joined. */
    public Links links() {
        return links;
    }

    /** All of them, whether they run or not. */
    public List<BrokerProcess> brokers() {
        return brokers;
    }

    /** @param id from 1 on */
    public BrokerProcess broker(int id) {
        return brokers.get(id - 1);
    }

    /** The broker whose controller leads the quorum, as the others say. */
    public BrokerProcess activeController() throws InterruptedException {
        try {
            return broker(admin.describeMetadataQuorum().quorumInfo().get().leaderId());
        } catch (ExecutionException e) {
            throw new KafkaException("nobody says which controller is the active one", e);
        }
    }

    /** Waits until all brokers serve clients. */
    public void awaitBrokers(Duration atMost) throws BrokerStartException, InterruptedException {
        await(atMost, "not all brokers serve clients", () -> {
            try {
                return admin.describeCluster().nodes().get().size() == brokers.size();
            } catch (ExecutionException | InterruptedException e) {
                return false;
            }
        });
    }

    /** Waits until every replica of every partition is in sync. */
    public void awaitInSync(Duration atMost) throws BrokerStartException, InterruptedException {
        await(atMost, "not all replicas are in sync", () -> {
            try {
                return admin
                        .describeTopics(admin.listTopics(new ListTopicsOptions().listInternal(true))
                                .names()
                                .get())
                        .allTopicNames()
                        .get()
                        .values()
                        .stream()
                        .map(TopicDescription::partitions)
                        .flatMap(List::stream)
                        .allMatch(partition ->
                                partition.isr().size() == partition.replicas().size());
            } catch (ExecutionException | InterruptedException e) {
                return false;
            }
        });
    }

    private void await(Duration atMost, String otherwise, BooleanSupplier condition)
            throws BrokerStartException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new BrokerStartException(otherwise + " after " + atMost.toSeconds() + " s; their logs are "
                        + brokers.stream()
                                .map(broker -> broker.log().toString())
                                .collect(Collectors.joining(", ")));
            }
            if (closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BrokerStartException("the brokers have been closed meanwhile");
            }
        }
    }

    /** Ends all processes. The quorum ends with the first of them, so those that cannot hand anything on are killed. */
    @Override
    public void close() throws IOException, InterruptedException {
        closing.countDown();
        admin.close(Duration.ZERO);
        for (BrokerProcess broker : brokers) {
            broker.beginStop();
        }
        long end = System.nanoTime() + STOP.toNanos();
        for (BrokerProcess broker : brokers) {
            if (!broker.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                broker.kill();
            }
        }
        links.close();
    }
}
