package dev.kubeproxyfleet.fleet.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What it costs one process to watch a fleet, and how soon it sees all of it, at first and after nobody could reach any cluster:
 * {@code ./kpfleet bench kubernetes}. The simulated Azure and Kubernetes are a process of their own, so that the figures are of the
 * watching side alone. Clusters that are private, stopped or without Microsoft Entra integration cannot be seen, and are left out.
 */
final class KubernetesBenchmark {

    private static final String SERVE = "serve";
    private static final String BREAK = "break";
    private static final String MEND = "mend";

    /** Longest that one part takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration STEP = Duration.ofMillis(250);
    private static final InstantSource CLOCK = InstantSource.system();

    private KubernetesBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4 && arguments[0].equals(SERVE)) {
            serve(spec(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])), Path.of(arguments[3]));
            return;
        }
        int clusters = 500;
        int nodes = 5;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--clusters" -> clusters = Integer.parseInt(value);
                    case "--nodes" -> nodes = Integer.parseInt(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            spec(clusters, nodes);
        } catch (IllegalArgumentException e) {
            System.err.println("kpfleet bench kubernetes: " + e.getMessage()
                    + "\nusage: kpfleet bench kubernetes [--clusters N] [--nodes N]");
            System.exit(2);
        }
        watch(clusters, nodes);
    }

    /** With so few clusters in a subscription, Azure's budgets hold nobody up. */
    private static FleetSpec spec(int clusters, int nodes) {
        return new FleetSpec(clusters, nodes, 1 + clusters / 100, 7, 1);
    }

    /** Until its input ends; each line of that begins or ends that nobody can reach a cluster. */
    private static void serve(FleetSpec spec, Path ca) throws IOException {
        try (ArmSimulator azure = ArmSimulator.start(Fleet.of(spec), ArmOptions.DEFAULTS);
                KubernetesSimulator _ = KubernetesSimulator.start(
                        azure,
                        new SimulatedNodes(azure, azure.nodeFaults(), spec, MachineClock.get()),
                        0,
                        MachineClock.get());
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            azure.writeCaPem(ca);
            System.out.println(azure.endpoint());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(BREAK)) {
                    azure.kubernetesFaults().begin(List.of(new KubernetesFault.Unreachable("*")));
                } else {
                    azure.kubernetesFaults().end(_ -> true);
                }
            }
        }
    }

    private static void watch(int clusters, int nodes) throws Exception {
        Path ca = Files.createTempFile("benchmark", ".pem");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KubernetesBenchmark.class.getName(),
                        SERVE,
                        Integer.toString(clusters),
                        Integer.toString(nodes),
                        ca.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = server.inputReader();
                var in = server.outputWriter();
                ApiClients clients = new ApiClients(Duration.ofSeconds(10), 32 << 20, new Random(7))) {
            URI azure = URI.create(out.readLine());
            Set<String> visible = Fleet.of(spec(clusters, nodes)).clusters().stream()
                    .filter(cluster -> isVisible(cluster.document().path("properties")))
                    .map(SimulatedCluster::id)
                    .collect(Collectors.toUnmodifiableSet());
            System.out.printf("%d clusters of %d nodes, %d of which can be seen%n%n", clusters, nodes, visible.size());
            System.out.printf(
                    "%-22s %6s %6s %8s %8s %8s %8s %9s %7s %7s%n",
                    "until", "time", "seen", "failed", "heap", "buffers", "threads", "sockets", "new/s", "CPU");
            SimpleMeterRegistry metrics = new SimpleMeterRegistry();
            WatchedClusters watched = watched(new ArmParts(azure, ca, CLOCK), azure, clients, metrics, clusters);
            ProcessFigures figures = new ProcessFigures();
            visible.forEach(watched::add);
            until("all are seen", watched, metrics, visible.size(), 0, figures);
            say(in, BREAK);
            until("none can be reached", watched, metrics, visible.size(), visible.size(), figures);
            say(in, MEND);
            until("all are seen again", watched, metrics, visible.size(), 0, figures);
        } finally {
            server.destroy();
            Files.delete(ca);
        }
    }

    private static boolean isVisible(JsonNode properties) {
        return properties.path("aadProfile").isObject()
                && properties.at("/powerState/code").asText().equals("Running")
                && !properties
                        .at("/apiServerAccessProfile/enablePrivateCluster")
                        .asBoolean();
    }

    private static void say(Writer server, String word) throws IOException {
        server.write(word + "\n");
        server.flush();
    }

    private static WatchedClusters watched(
            ArmParts parts, URI azure, ApiClients clients, SimpleMeterRegistry metrics, int places) {
        MockProducer<byte[], byte[]> nowhere =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        return CompletableFuture.completedFuture(null);
                    }
                };
        return new WatchedClusters(
                new NothingKnown(),
                new Turns(
                        Math.max(2, places),
                        Duration.ofMinutes(15),
                        new Backoff(KubernetesWatcher.BACKOFF_BASE, KubernetesWatcher.BACKOFF_MAX, new Random(11))),
                new ClusterWatch.Means(
                        new ClusterAccess(parts.arm()::send, azure, _ -> true, CLOCK),
                        parts.tokens(),
                        clients,
                        Pause.REAL,
                        CLOCK,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        5_000,
                        false),
                new RecordPublisher(nowhere, "nowhere"),
                Thread::startVirtualThread,
                new KubernetesMetrics(metrics),
                new WatchedClusters.Pace(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(15)));
    }

    private static final class NothingKnown implements KnownFleet {
        @Override
        public boolean isKnown() {
            return true;
        }

        @Override
        public Set<String> watchedFirst() {
            return Set.of();
        }

        @Override
        public Optional<ClusterKubernetes> published(String cluster) {
            return Optional.empty();
        }
    }

    /** @param troubles clusters that cannot be seen once it is done */
    private static void until(
            String what,
            WatchedClusters watched,
            SimpleMeterRegistry metrics,
            int visible,
            int troubles,
            ProcessFigures figures)
            throws IOException {
        long begin = System.nanoTime();
        Map<String, Integer> failedBefore = failed(metrics);
        figures.begin();
        do {
            watched.advance();
            Pause.REAL.sleep(STEP);
            figures.look();
        } while (troubles(metrics) != troubles && System.nanoTime() - begin < PATIENCE.toNanos());
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        Map<String, Integer> failed = failed(metrics);
        failed.replaceAll((code, count) -> count - failedBefore.getOrDefault(code, 0));
        failed.values().removeIf(count -> count == 0);
        System.out.printf(
                "%-22s %4d s %6d %8d %s%n",
                what,
                seconds,
                visible - troubles(metrics),
                failed.values().stream().mapToInt(Integer::intValue).sum(),
                figures);
        System.out.println("  failed by why: " + failed + ", not seen at the end: " + unseen(metrics));
    }

    /** Clusters that are not seen, by why. */
    private static Map<String, Integer> unseen(SimpleMeterRegistry metrics) {
        return metrics.get("kpfleet.kubernetes.troubles").gauges().stream()
                .filter(gauge -> gauge.value() > 0)
                .collect(Collectors.toMap(
                        gauge -> String.valueOf(gauge.getId().getTag("code")), gauge -> (int) gauge.value()));
    }

    private static int troubles(SimpleMeterRegistry metrics) {
        return (int) metrics.get("kpfleet.kubernetes.troubles").gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    /** Watches that ended with a failure, by why. */
    private static Map<String, Integer> failed(SimpleMeterRegistry metrics) {
        return metrics.get("kpfleet.kubernetes.reconnects").counters().stream()
                .collect(Collectors.toMap(
                        counter -> String.valueOf(counter.getId().getTag("code")),
                        counter -> (int) counter.count(),
                        Integer::sum,
                        TreeMap::new));
    }
}
