package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A small fleet with its Azure and its Kubernetes, in a time that tests move, and watches of its clusters. */
final class KubernetesLab implements AutoCloseable {

    static final int NODES = 5;

    /** Longest that a test waits for something to be told; far more than it takes. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration CONFIRM_INTERVAL = Duration.ofMillis(1_200);
    private static final long MAX_ANSWER_BYTES = 4L * 1024 * 1024;

    final ArmSimulator azure;
    final KubernetesSimulator kubernetes;
    final ClusterAccess access;
    final ClusterWatch.Means means;
    private final AtomicReference<Instant> now = new AtomicReference<>(Objects.NOW);
    private final ApiClients clients = new ApiClients(REQUEST_TIMEOUT, MAX_ANSWER_BYTES, new Random(5));
    private final Fleet fleet;
    private final List<ClusterWatch> watches = new ArrayList<>();

    KubernetesLab(int clusters) throws IOException {
        InstantSource clock = now::get;
        FleetSpec spec = new FleetSpec(clusters, NODES, 1, 7, 1);
        fleet = Fleet.of(spec);
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS, clock);
        kubernetes =
                KubernetesSimulator.start(azure, new SimulatedNodes(azure, azure.nodeFaults(), spec, clock), 0, clock);
        ArmParts parts = new ArmParts(azure, clock);
        access = new ClusterAccess(parts.arm()::send, azure.endpoint(), _ -> true, clock);
        means = new ClusterWatch.Means(
                access, parts.tokens(), clients, Pause.REAL, clock, REQUEST_TIMEOUT, PATIENCE.dividedBy(4), 100, true);
    }

    /** What a watch told last, one after the other. */
    static final class Told implements ClusterWatch.Listener {

        /** @param seen null if the watch failed */
        record One(
                @Nullable String uid,
                @Nullable KubernetesSeen seen,
                @Nullable Trouble trouble) {

            /** What is seen, where a test knows that something is. */
            KubernetesSeen sight() {
                return requireNonNull(seen, toString());
            }

            /** What is in the way, where a test knows that something is. */
            Trouble reason() {
                return requireNonNull(trouble, toString());
            }
        }

        private final BlockingQueue<One> told = new LinkedBlockingQueue<>();

        @Override
        public void changed() {}

        @Override
        public void seen(@Nullable String uid, KubernetesSeen seen, @Nullable Trouble hindered) {
            told.add(new One(uid, seen, hindered));
        }

        @Override
        public void failed(@Nullable String uid, Trouble trouble) {
            told.add(new One(uid, null, trouble));
        }

        /** The next that is told. */
        One next() throws InterruptedException {
            One next = told.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                throw new AssertionError("nothing was told in " + PATIENCE);
            }
            return next;
        }

        /** The first that is told and of which {@code which} holds. */
        One until(Predicate<One> which) throws InterruptedException {
            Instant end = Instant.now().plus(PATIENCE);
            One last = null;
            while (Instant.now().isBefore(end)) {
                last = next();
                if (which.test(last)) {
                    return last;
                }
            }
            throw new AssertionError("not told in " + PATIENCE + ", but at last " + last);
        }
    }

    /** Id of a cluster. */
    String cluster(int index) {
        return fleet.clusters().get(index).id();
    }

    /** Watches a cluster until the lab is closed. */
    Told watch(String cluster) {
        return watch(cluster, means);
    }

    /** Watches a cluster that may have so many nodes. */
    Told watch(String cluster, int maxNodes) {
        return watch(
                cluster,
                new ClusterWatch.Means(
                        means.access(),
                        means.tokens(),
                        means.clients(),
                        means.pause(),
                        means.clock(),
                        means.answerTimeout(),
                        means.readTimeout(),
                        maxNodes,
                        true));
    }

    private Told watch(String cluster, ClusterWatch.Means with) {
        Told told = new Told();
        ClusterWatch watch = new ClusterWatch(cluster, CONFIRM_INTERVAL, with, told);
        watches.add(watch);
        Thread.ofVirtual().name("watch").start(watch::run);
        return told;
    }

    Instant now() {
        return now.get();
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    void begin(KubernetesFault fault) {
        azure.kubernetesFaults().begin(List.of(fault));
    }

    void endFaults() {
        azure.kubernetesFaults().end(_ -> true);
    }

    /** Lets ARM's document of a cluster say something else of kube-proxy. */
    void configure(String cluster, String kubeProxyConfig) throws IOException {
        JsonNode config = Json.MAPPER.readTree(kubeProxyConfig);
        azure.edit(
                cluster,
                document -> ((ObjectNode) document.at("/properties/networkProfile")).set("kubeProxyConfig", config));
    }

    @Override
    public void close() {
        watches.forEach(ClusterWatch::stop);
        clients.close();
        kubernetes.close();
        azure.close();
    }
}
