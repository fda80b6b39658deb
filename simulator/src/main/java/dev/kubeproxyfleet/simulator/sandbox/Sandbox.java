package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.BrokerStartException;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet sandbox}: starts everything, says where it is, and stops all of it on Ctrl-C. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs the whole system on this machine: a Kafka broker, a simulated Azure, simulated clusters and nodes,"
                        + " and the fleet service. Everything listens on loopback only. Ctrl-C stops it, as do SIGTERM and SIGHUP; the"
                        + " next start goes on where it was.")
public final class Sandbox implements Callable<Integer> {

    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(2);
    private static final int SUBSCRIPTIONS = 2;

    @Option(
            names = "--clusters",
            defaultValue = "20",
            description = "Clusters of the fleet (default: ${DEFAULT-VALUE}).")
    private int clusters;

    @Option(names = "--nodes", defaultValue = "5", description = "Nodes of each cluster (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The same seed makes the same fleet (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--speed",
            defaultValue = "60",
            description =
                    "How much faster than Azure everything is: operations, nodes, default bakes and the service's own waits,"
                            + " down to some seconds (default: ${DEFAULT-VALUE}).")
    private double speed;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port of the dashboard and the API (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--kafka-port",
            defaultValue = "9092",
            description = "Port of the broker, and of the first of several (default: ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(
            names = "--brokers",
            defaultValue = "1",
            paramLabel = "<number>",
            description = "1, or 3 as production has them, each in a process of its own (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(
            names = "--replicas",
            defaultValue = "1",
            paramLabel = "<number>",
            description = "Replicas of the fleet service, 1 to " + Replicas.MAX
                    + "; several are reached at the same --port" + " (default: ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--secure",
            description =
                    "Lets everybody come to Kafka by password only, with the rights of deploy/kafka, and to the API and"
                            + " the dashboard by login only, as one of five people with a role each.")
    private boolean secure;

    @Option(
            names = "--data",
            defaultValue = "${sys:kpfleet.data}",
            paramLabel = "<folder>",
            description = "Folder that keeps the state from one start to the next.")
    private Path data;

    @Option(
            names = "--azure-api-version",
            paramLabel = "<version>",
            description =
                    "One more api-version of managed clusters for the simulated Azure, such as 2027-01-02-preview;"
                            + " may be repeated.")
    private String[] azureApiVersions = {};

    @Option(
            names = "--chaos",
            paramLabel = "<story>",
            description = "Lets a switch to IPVS go wrong in one of some ways, to see what gates do about it; '"
                    + Chaos.HELP + "' lists them.")
    private @Nullable String chaos;

    @Option(
            names = "--evidence",
            defaultValue = "agents",
            paramLabel = "<source>",
            description =
                    "Where the service learns what runs in the clusters: agents, kubernetes (their Kubernetes APIs) or"
                            + " both (default: ${DEFAULT-VALUE}).")
    private EvidenceOption evidence;

    @Option(
            names = "--agents",
            paramLabel = "<clusters>",
            description =
                    "In which clusters agents are installed at the first start: all, some (every other one) or none"
                            + " (default: none with --evidence kubernetes, else all).")
    private @Nullable AgentsOption agents;

    @Option(names = "--service", required = true, hidden = true, description = "The fleet service's quarkus-run.jar.")
    private Path service;

    /** Held, because a logger that nothing holds forgets its level. */
    private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

    /** What runs, in the order in which it was started. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    /** Why the sandbox cannot go on, once it cannot. */
    private final CompletableFuture<String> shortage = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init")
    private Sandbox() {}

    public static void main(String[] arguments) {
        KAFKA_LOG.setLevel(Level.WARNING);
        System.exit(new CommandLine(new Sandbox())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (Chaos.HELP.equals(chaos)) {
            System.out.print(Chaos.help());
            return 0;
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
        try {
            Replicas started = start();
            CompletableFuture.anyOf(started.givenUp(), shortage).join();
            if (shortage.isDone()) {
                System.err.println("kpfleet sandbox: " + shortage.join());
            }
            return 1;
        } catch (SandboxFailure | BrokerStartException | IOException e) {
            System.err.println("kpfleet sandbox: " + e.getMessage());
            return 1;
        }
    }

    private Replicas start() throws SandboxFailure, BrokerStartException, IOException, InterruptedException {
        Instant begin = MachineClock.get().instant();
        requireCounts();
        FleetSpec spec = fleetSpec();
        Optional<Chaos> story = chaos == null ? Optional.empty() : Optional.of(Chaos.named(chaos));
        Path root = data.toAbsolutePath().normalize();
        DataFolder folder = keep(DataFolder.open(root, new DataFolder.Fleet(clusters, nodes, seed, brokers)));
        DiskSpace disk = DiskSpace.of(root);
        disk.requireEnoughToStart();
        Exit.setHaltProcedure((code, message) -> brokerHalted(disk, code, message));
        for (long id : Replicas.endLeftovers(folder)) {
            System.out.println("A sandbox that was killed had left its fleet service running, process " + id
                    + "; it has been ended.");
        }
        requireFree(port, "--port");
        for (int broker = 0; broker < brokers; broker++) {
            requireFree(kafkaPort + broker, "--kafka-port");
        }

        System.out.println("Starting the sandbox: " + clusters + " clusters of " + nodes + " nodes …");
        SandboxKafka kafka = keep(SandboxKafka.start(folder, brokers, kafkaPort, secure, shortage::complete));
        kafka.setUp();
        Fleet fleet = Fleet.of(spec);
        ArmSimulator azure = keep(ArmSimulator.start(fleet, armOptions()));
        azure.restore(folder.azure());
        azure.writeCaPem(folder.certificate());
        SimulatedNodes simulated = new SimulatedNodes(azure, azure.nodeFaults(), spec, MachineClock.get());
        KubernetesSimulator kubernetes = keep(KubernetesSimulator.start(azure, simulated, 0, MachineClock.get()));
        kubernetes.writeCaPem(folder.kubernetesCertificate());
        if (Files.exists(folder.kubernetes())) {
            kubernetes.restore(folder.kubernetes());
        } else {
            (agents == null ? evidence.agents : agents).install(azure.clusterIds(), kubernetes);
        }
        keep(everyFewSeconds(() -> {
            save(azure::save, folder.azure());
            save(kubernetes::save, folder.kubernetes());
            disk.shortage().ifPresent(shortage::complete);
        }));

        URI dashboard = URI.create("http://127.0.0.1:" + port + "/");
        Optional<SandboxLogin> login = secure ? Optional.of(keep(SandboxLogin.start(dashboard))) : Optional.empty();
        Map<String, String> settings = new ServiceSettings(speed).of(folder, kafka.servers(), azure, evidence);
        settings.putAll(kafka.service());
        login.map(SandboxLogin::service).ifPresent(settings::putAll);
        Replicas started = keep(new Replicas(service, replicas, port, folder, settings));
        started.awaitReady(READY);
        if (story.isPresent()) {
            keep(everyFewSeconds(story.get().begin(azure, azure.nodeFaults())));
        }
        keep(NodeFleet.start(
                simulated,
                node -> kubernetes.agentOn(node.cluster(), node.name()),
                node -> azure.agentToken(node.cluster(), node.name()),
                kafka.agents(),
                ServiceSettings.AGENT_INTERVAL));
        List<String> processes = new ArrayList<>(started.lines());
        processes.addAll(kafka.lines());
        List<String> users = new ArrayList<>(login.map(SandboxLogin::lines).orElse(List.of()));
        users.addAll(kafka.users());
        System.out.println(
                new Greeting(dashboard, kafka.servers(), azure, kubernetes, folder, users, processes, example(fleet))
                        .text(Duration.between(begin, MachineClock.get().instant())));
        story.ifPresent(told -> System.out.println("\nChaos " + told.key() + ". " + told.sentence()));
        return started;
    }

    private void requireCounts() throws SandboxFailure {
        if (brokers != 1 && brokers != 3) {
            throw new SandboxFailure("there can be 1 broker or 3, not " + brokers + "; see --brokers");
        }
        if (replicas < 1 || replicas > Replicas.MAX) {
            throw new SandboxFailure(
                    "there can be 1 to " + Replicas.MAX + " replicas, not " + replicas + "; see --replicas");
        }
    }

    private FleetSpec fleetSpec() throws SandboxFailure {
        try {
            return new FleetSpec(clusters, nodes, Math.min(SUBSCRIPTIONS, clusters), seed, speed);
        } catch (IllegalArgumentException e) {
            throw new SandboxFailure(e.getMessage() + "; see --clusters, --nodes and --speed", e);
        }
    }

    private ArmOptions armOptions() throws SandboxFailure {
        try {
            return ArmOptions.DEFAULTS.withMoreApiVersions(azureApiVersions);
        } catch (IllegalArgumentException e) {
            throw new SandboxFailure(e.getMessage() + "; see --azure-api-version", e);
        }
    }

    private static void requireFree(int port, String option) throws SandboxFailure {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            socket.setReuseAddress(true);
        } catch (BindException e) {
            throw new SandboxFailure(
                    "port " + port + " is taken; stop what uses it, or choose another one with " + option, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new SandboxFailure(
                    "port " + port + " cannot be used (" + e.getMessage() + "); choose another one with " + option, e);
        }
    }

    /** Kafka ends the whole process where it cannot write; it says why in its log alone. */
    private static void brokerHalted(DiskSpace disk, int code, @Nullable String message) {
        System.err.println("kpfleet sandbox: "
                + disk.shortage()
                        .orElse("the broker cannot go on; what it logged before says why"
                                + (message == null ? "" : " (" + message + ")")));
        Runtime.getRuntime().halt(code);
    }

    /** Does something time and again, and once more at the end. */
    private static AutoCloseable everyFewSeconds(Runnable task) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("sandbox-keeper").daemon().factory());
        var _ = thread.scheduleWithFixedDelay(
                task, SAVE_INTERVAL.toMillis(), SAVE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return () -> {
            thread.shutdownNow();
            task.run();
        };
    }

    /** Writes a state to a file. */
    private interface Saver {
        void save(Path file) throws IOException;
    }

    private static void save(Saver saver, Path file) {
        try {
            saver.save(file);
        } catch (IOException e) {
            System.err.println("kpfleet sandbox: the clusters cannot be saved in " + file + ": " + e.getMessage());
        }
    }

    /** A cluster that the example configuration selects, if there is one. */
    private static String example(Fleet fleet) {
        return fleet.clusters().stream()
                .filter(cluster -> cluster.document().at("/tags/env").asText().equals("prod"))
                .findFirst()
                .orElse(fleet.clusters().getFirst())
                .name();
    }

    private synchronized <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    /** Stops everything, the latest first; what does not stop keeps nothing else from stopping. */
    private synchronized void stop() {
        if (running.isEmpty()) {
            return;
        }
        System.out.println("The sandbox stops what it has started …");
        running.stream().filter(Replicas.class::isInstance).forEach(started -> ((Replicas) started).expectEnd());
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                System.err.println("kpfleet sandbox: while stopping: " + e);
            }
        }
        System.out.println("The sandbox has stopped; the next start goes on where it was.");
    }
}
