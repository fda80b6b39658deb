package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.network.Links;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Several brokers, each in a process of its own and each a voter of the KRaft quorum, set up as a production cluster is: three
 * replicas of everything, two of which must have a record before its producer is told so.
 *
 * <p>The processes end with this one, however it ends. Each broker listens twice: whoever comes to {@link #bootstrapServers} talks with
 * it directly; the brokers among themselves, their controllers, and those that have {@linkplain #join joined} go through
 * {@link #links}, where there are any. These need Linux.
 */
public final class BrokerCluster implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration ELECTION = Duration.ofMinutes(2);

    /** More restarts than this in a row mean that a broker cannot run. */
    private static final int MAX_RESTARTS = 5;

    /** One that ran for so long had a good start. */
    private static final Duration GOOD_START = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int ANSWER_MILLIS = 10_000;

    /** Warns of each broker that is away, which is what this is for. Held, because a logger that nobody holds forgets its level. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka.clients.NetworkClient");

    private final List<BrokerProcess> brokers;
    private final List<Ports> ports;
    private final Links links;

    /** Settings of a client that may do everything. */
    private final Map<String, String> security;

    private final Admin admin;
    private final CountDownLatch closing = new CountDownLatch(1);

    private BrokerCluster(List<BrokerProcess> brokers, List<Ports> ports, Links links, Map<String, String> security) {
        this.brokers = List.copyOf(brokers);
        this.ports = List.copyOf(ports);
        this.links = links;
        this.security = security;
        this.admin = admin(bootstrapServers());
    }

    /**
     * Starts brokers on free ports, with links between them, and returns when all of them serve clients, after some ten seconds.
     *
     * @param folder made if it is missing; brokers that it has the data of go on where they were
     */
    public static BrokerCluster start(Path folder, int count) throws BrokerStartException, InterruptedException {
        return start(folder, count, Set.of());
    }

    /**
     * As {@link #start(Path, int)}, with some brokers whose disk can be filled.
     *
     * @param smallDisks ids of brokers whose data is on a {@link BrokerProcess#disk disk} of their own, and is lost with the cluster
     */
    public static BrokerCluster start(Path folder, int count, Set<Integer> smallDisks)
            throws BrokerStartException, InterruptedException {
        Random random = new Random();
        List<Ports> ports = new ArrayList<>();
        Map<String, List<Integer>> servers = new LinkedHashMap<>();
        for (int id = 1; id <= count; id++) {
            Ports own = Ports.free(random);
            ports.add(own);
            servers.put(BrokerProcess.name(id), List.of(own.link(), own.controller()));
        }
        return start(folder, ports, servers, smallDisks, Optional.empty());
    }

    /**
     * Starts brokers of which each is reached at a port that is known before, and without links between them.
     *
     * @param folder as of {@link #start(Path, int)}
     * @param firstPort of the first broker; the others have the ports after it
     * @param owner if the brokers are to have one
     */
    public static BrokerCluster startAt(Path folder, int count, int firstPort, Optional<BrokerOwner> owner)
            throws BrokerStartException, InterruptedException {
        Random random = new Random();
        List<Ports> ports = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            ports.add(Ports.free(random).withClient(firstPort + id - 1));
        }
        return start(folder, ports, Map.of(), Set.of(), owner);
    }

    private static BrokerCluster start(
            Path folder,
            List<Ports> ports,
            Map<String, List<Integer>> linked,
            Set<Integer> smallDisks,
            Optional<BrokerOwner> owner)
            throws BrokerStartException, InterruptedException {
        CLIENTS.setLevel(Level.SEVERE);
        Path root = folder.toAbsolutePath().normalize();
        try {
            PrivateFolder.create(root);
            Links links = new Links(root, linked);
            List<BrokerProcess> brokers = new BrokerSetup(root, ports, links, smallDisks, owner).processes();
            BrokerCluster cluster = new BrokerCluster(
                    brokers, ports, links, owner.map(BrokerOwner::client).orElse(Map.of()));
            try {
                for (BrokerProcess broker : brokers) {
                    broker.start();
                }
                cluster.awaitBrokers(START);
                return cluster;
            } catch (IOException | BrokerStartException | InterruptedException e) {
                cluster.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BrokerStartException("The brokers in " + root + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** For clients that nothing comes between: of each broker {@code host:port}. */
    public String bootstrapServers() {
        return ports.stream().map(BrokerCluster::address).collect(Collectors.joining(","));
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
                brokers.stream()
                        .map(broker ->
                                broker.name() + ":" + ports.get(broker.id() - 1).link())
                        .collect(Collectors.joining(",")));
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

    /** The broker whose controller leads the quorum. Waits for the end of an election. */
    public BrokerProcess activeController() throws BrokerStartException, InterruptedException {
        AtomicReference<Optional<BrokerProcess>> found = new AtomicReference<>(Optional.empty());
        await(ELECTION, "no broker says which controller is the active one", () -> {
            found.set(leader());
            return found.get().isPresent();
        });
        return found.get().orElseThrow();
    }

    /**
     * Each broker is asked, and the latest election counts: one that is parted from the others still knows of an earlier one. Empty while
     * none has won it.
     */
    private Optional<BrokerProcess> leader() {
        Optional<QuorumInfo> latest = Optional.empty();
        for (Ports own : ports) {
            try (Admin one = admin(address(own))) {
                QuorumInfo said = one.describeMetadataQuorum().quorumInfo().get();
                if (latest.isEmpty() || said.leaderEpoch() > latest.get().leaderEpoch()) {
                    latest = Optional.of(said);
                }
            } catch (ExecutionException | InterruptedException e) {
                // It is away, or nobody leads.
            }
        }
        return latest.filter(said -> said.leaderId() > 0).map(said -> broker(said.leaderId()));
    }

    private Admin admin(String servers) {
        Map<String, Object> properties = new HashMap<>(security);
        properties.put("bootstrap.servers", servers);
        properties.put("default.api.timeout.ms", ANSWER_MILLIS);
        properties.put("request.timeout.ms", ANSWER_MILLIS);
        return Admin.create(properties);
    }

    private static String address(Ports own) {
        return EmbeddedBroker.LOOPBACK + ":" + own.client();
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

    /**
     * From now on starts each broker again that ends by itself or is killed by somebody else.
     *
     * @param news is told of each, in a sentence
     * @param giveUp is told of a broker that ends time and again, in a sentence
     */
    public void keepRunning(Consumer<String> news, Consumer<String> giveUp) {
        for (BrokerProcess broker : brokers) {
            Thread.ofVirtual().name(broker.name() + "-keeper").start(() -> {
                try {
                    keepRunning(broker, news, giveUp);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (IOException e) {
                    giveUp.accept(broker.name() + " cannot be started again: " + e.getMessage());
                }
            });
        }
    }

    private void keepRunning(BrokerProcess broker, Consumer<String> news, Consumer<String> giveUp)
            throws InterruptedException, IOException {
        int inARow = 0;
        while (true) {
            long begin = System.nanoTime();
            int code = broker.awaitEnd();
            if (closing.getCount() == 0) {
                return;
            }
            inARow = System.nanoTime() - begin > GOOD_START.toNanos() ? 1 : inARow + 1;
            if (inARow > MAX_RESTARTS) {
                giveUp.accept(
                        broker.name() + " ended " + inARow + " times in a row; its log " + broker.log() + " says why");
                return;
            }
            broker.start();
            news.accept(broker.name() + " ended with code " + code + "; it has been started again as process "
                    + broker.pid() + ".");
        }
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
            if (broker.disk().isPresent()) {
                broker.disk().get().close();
            }
        }
        links.close();
    }
}
