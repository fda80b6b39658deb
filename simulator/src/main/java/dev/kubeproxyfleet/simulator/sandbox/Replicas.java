package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.broker.PrivateFolder;
import dev.kubeproxyfleet.simulator.network.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of the fleet service. Several have a front, as a Service of Kubernetes is one: each new connection goes to the next
 * replica that is ready, and to none that is not.
 */
final class Replicas implements AutoCloseable {

    static final int MAX = 3;

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PROBE = Duration.ofMillis(500);

    /** So many answers in a row must be missing before a replica that runs gets no more connections, as Kubernetes has it. */
    private static final int FAILURES = 3;

    private static final class Replica {

        private final FleetServiceProcess process;
        private final InetSocketAddress address;
        private final Path log;

        /** The process that was ready last, and how often it was not since. */
        private long probed;

        private int failures;

        Replica(FleetServiceProcess process, InetSocketAddress address, Path log) {
            this.process = process;
            this.address = address;
            this.log = log;
        }

        boolean probe(HttpClient client) throws InterruptedException {
            long pid = process.pid();
            if (process.isReady(client)) {
                probed = pid;
                failures = 0;
            } else {
                failures++;
            }
            return probed == process.pid() && failures < FAILURES && process.isAlive();
        }
    }

    private final List<Replica> replicas = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile List<Replica> ready = List.of();
    private @Nullable Relay front;

    /**
     * Starts them, and does not wait until they are ready.
     *
     * @param port where they are reached
     * @param settings that are the same for all
     */
    Replicas(Path jar, int count, int port, DataFolder folder, Map<String, String> settings) throws IOException {
        Set<Integer> taken = new HashSet<>(Set.of(port));
        for (int number = 1; number <= count; number++) {
            Path own = folder.replica(number);
            PrivateFolder.create(own.resolve("streams"));
            int ownPort = count == 1 ? port : freePort(taken);
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.put("quarkus.http.port", Integer.toString(ownPort));
            all.put("kpfleet.kafka.state-dir", own.resolve("streams").toString());
            FleetServiceProcess process = new FleetServiceProcess(
                    jar, all, log(own), URI.create("http://" + LOOPBACK + ":" + ownPort + "/q/health/ready"));
            replicas.add(new Replica(process, new InetSocketAddress(LOOPBACK, ownPort), log(own)));
        }
        if (count > 1) {
            front = Relay.start(new InetSocketAddress(LOOPBACK, port), this::nextReady);
        }
        for (Replica replica : replicas) {
            replica.process.start();
        }
        if (count > 1) {
            Thread.ofVirtual().name("sandbox-front").start(this::probe);
        }
    }

    /** Ends what a killed sandbox left running, with however many replicas, and returns the ids of its processes. */
    static List<Long> endLeftovers(DataFolder folder) throws IOException, SandboxFailure, InterruptedException {
        List<Long> ended = new ArrayList<>();
        for (int number = 1; number <= MAX; number++) {
            OptionalLong left = FleetServiceProcess.endLeftover(log(folder.replica(number)));
            left.ifPresent(ended::add);
        }
        return ended;
    }

    private static Path log(Path folder) {
        return folder.resolve("fleet-service.log");
    }

    /** @param taken in a moment, as this one will be */
    private static int freePort(Set<Integer> taken) throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
                if (taken.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    /** In turn. */
    private Optional<InetSocketAddress> nextReady() {
        List<Replica> now = ready;
        return now.isEmpty()
                ? Optional.empty()
                : Optional.of(now.get(Math.floorMod(next.getAndIncrement(), now.size())).address);
    }

    private void probe() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            do {
                List<Replica> found = new ArrayList<>();
                for (Replica replica : replicas) {
                    if (replica.probe(client)) {
                        found.add(replica);
                    }
                }
                ready = List.copyOf(found);
            } while (!stopping.await(PROBE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param each the time that one may take; several share the machine */
    void awaitReady(Duration each) throws InterruptedException, SandboxFailure {
        for (Replica replica : replicas) {
            replica.process.awaitReady(each.multipliedBy(replicas.size()));
        }
    }

    /** Done once one of them cannot be kept running any more. */
    CompletableFuture<?> givenUp() {
        return CompletableFuture.anyOf(
                replicas.stream().map(replica -> replica.process.givenUp()).toArray(CompletableFuture[]::new));
    }

    /** For people: where each of several is, and what ends it; of the only one its log. */
    List<String> lines() {
        return replicas.size() == 1
                ? List.of("log         " + replicas.getFirst().log)
                : replicas.stream()
                        .map(replica -> "replica     http://" + LOOPBACK + ":" + replica.address.getPort()
                                + "/ (kill -9 " + replica.process.pid() + ", log " + replica.log + ")")
                        .toList();
    }

    /** Does not start them again when they end: a signal that ends this process may have reached them, too. */
    void expectEnd() {
        replicas.forEach(replica -> replica.process.expectEnd());
    }

    @Override
    public void close() throws InterruptedException, IOException {
        expectEnd();
        stopping.countDown();
        for (Replica replica : replicas) {
            replica.process.close();
        }
        if (front != null) {
            front.close();
        }
    }
}
