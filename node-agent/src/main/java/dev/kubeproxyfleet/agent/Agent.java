package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.HttpKubeProxyEndpoint;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The loop: a snapshot at once and then one in every interval, at a moment that the node's name decides, so that the nodes of a
 * fleet do not report all at the same time. One thread reads; shipping does not hold it up.
 */
@ApplicationScoped
class Agent {

    /** The loop counts as standing still when it did not turn for so many intervals. */
    static final int DEAD_AFTER_INTERVALS = 3;

    /** Below it a slow answer of kube-proxy would count as a loop that stands still. */
    static final Duration SHORTEST_DEAD_TIME = Duration.ofSeconds(30);

    /** Exit code of a configuration that cannot work; {@code EX_CONFIG} of sysexits.h. */
    static final int EXIT_CONFIGURATION = 78;

    private static final Logger LOG = Logger.getLogger(Agent.class);

    private final AgentSettings settings;
    private final MutinyEmitter<byte[]> channel;
    private final MeterRegistry metrics;
    private final InstantSource clock;
    private final String version;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-loop").unstarted(task));

    private volatile @Nullable Instant lastTurn;
    private volatile @Nullable NodeStats latest;
    private volatile long snapshots;
    private volatile long latestBytes;
    private volatile long skippedLines;
    private volatile @Nullable Shipper shipper;
    private @Nullable HttpKubeProxyEndpoint kubeProxy;

    Agent(
            AgentSettings settings,
            @Channel("node-stats") MutinyEmitter<byte[]> channel,
            MeterRegistry metrics,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.settings = settings;
        this.channel = channel;
        this.metrics = metrics;
        this.clock = clock;
        this.version = version;
    }

    void start(@Observes StartupEvent event) {
        switch (Identity.of(settings.clusterId(), settings.nodeName())) {
            case Identity.Unknown(String message) -> {
                LOG.error(message);
                Quarkus.asyncExit(EXIT_CONFIGURATION);
            }
            case Identity.Known(String cluster, String node) -> start(cluster, node);
        }
    }

    private void start(String cluster, String node) {
        CollectorSettings collecting =
                new CollectorSettings(cluster, node, version, settings.interval(), settings.topServices());
        HttpKubeProxyEndpoint endpoint = new HttpKubeProxyEndpoint(settings.kubeProxyEndpoint());
        kubeProxy = endpoint;
        NodeCollector collector =
                new NodeCollector(collecting, new FileProcFiles(settings.procRoot()), endpoint, clock);
        Shipper shipping = new Shipper(
                transport(Partitioning.nodeStatsKey(cluster, node)),
                this::later,
                () -> ThreadLocalRandom.current().nextDouble(),
                settings.queueLimit());
        shipper = shipping;
        register(shipping, collector);
        LOG.infof(
                "a snapshot of %s every %s node=%s cluster=%s",
                settings.procRoot(), settings.interval(), node, cluster);

        Timer time = Timer.builder("kpfleet.agent.snapshot")
                .description("Time to read and encode a snapshot")
                .register(metrics);
        executor.execute(() -> turn(collector, shipping, time));
        long interval = settings.interval().toMillis();
        ScheduledFuture<?> unused = executor.scheduleAtFixedRate(
                () -> turn(collector, shipping, time),
                untilTurn(Partitioning.nodeStatsKey(cluster, node), clock.millis(), interval),
                interval,
                TimeUnit.MILLISECONDS);
    }

    /** Milliseconds until the next moment at which a node of this key reports: some moment within each interval. */
    static long untilTurn(String key, long nowMillis, long intervalMillis) {
        long offset = Math.floorMod((long) key.hashCode() * 0x9E3779B97F4A7C15L >>> 1, intervalMillis);
        return Math.floorMod(offset - nowMillis, intervalMillis);
    }

    private void turn(NodeCollector collector, Shipper shipping, Timer time) {
        try {
            Timer.Sample sample = Timer.start(metrics);
            NodeStats stats = collector.collect();
            ByteBuffer encoded = stats.toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            sample.stop(time);
            latest = stats;
            latestBytes = bytes.length;
            IpvsState ipvs = stats.getIpvs();
            skippedLines = ipvs == null
                    ? 0
                    : ipvs.getSkippedLines().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum();
            snapshots = stats.getSequence();
            shipping.offer(bytes);
            lastTurn = clock.instant();
        } catch (IOException | RuntimeException bug) {
            // One snapshot that fails must not end the schedule; when all do, liveness says so.
            LOG.error("this snapshot failed; the next one is tried as planned", bug);
        }
    }

    private SnapshotTransport transport(String key) {
        return snapshot -> {
            Message<byte[]> message = Message.of(snapshot)
                    .addMetadata(OutgoingKafkaRecordMetadata.<String>builder()
                            .withKey(key)
                            .build());
            return channel.sendMessage(message).subscribeAsCompletionStage();
        };
    }

    private void later(Duration delay, Runnable task) {
        if (!executor.isShutdown()) {
            ScheduledFuture<?> unused = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void register(Shipper shipping, NodeCollector collector) {
        counter("kpfleet.agent.snapshots", "Snapshots taken", this, it -> it.snapshots);
        counter(
                "kpfleet.agent.snapshots.acknowledged",
                "Snapshots acknowledged by Kafka",
                shipping,
                Shipper::acknowledged);
        counter(
                "kpfleet.agent.snapshots.dropped",
                "Snapshots dropped while Kafka was away",
                shipping,
                Shipper::dropped);
        counter("kpfleet.agent.ship.failures", "Tries to ship a snapshot that failed", shipping, Shipper::failed);
        counter(
                "kpfleet.agent.unreadable.files",
                "Proc files that could not be read",
                collector,
                NodeCollector::unreadableFiles);
        Gauge.builder("kpfleet.agent.snapshots.waiting", shipping, Shipper::waiting)
                .description("Snapshots that wait for Kafka")
                .register(metrics);
        Gauge.builder("kpfleet.agent.snapshot.size", () -> latestBytes)
                .description("Size of the latest snapshot before compression")
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("kpfleet.agent.ipvs.skipped.lines", () -> skippedLines)
                .description("Lines of the latest IPVS table that were not understood")
                .register(metrics);
        Gauge.builder("kpfleet.agent.ipvs.services", this, it -> it.ofIpvs(IpvsState::getServices))
                .description("Virtual services; NaN if unknown")
                .register(metrics);
        Gauge.builder("kpfleet.agent.ipvs.backends", this, it -> it.ofIpvs(IpvsState::getBackends))
                .description("Real servers; NaN if unknown")
                .register(metrics);
    }

    private double ofIpvs(ToIntFunction<IpvsState> value) {
        NodeStats stats = latest;
        IpvsState ipvs = stats == null ? null : stats.getIpvs();
        return ipvs == null ? Double.NaN : value.applyAsInt(ipvs);
    }

    /** The registry holds {@code source} weakly, so it must be something that lives as long as the loop. */
    private <T> void counter(String name, String description, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(description).register(metrics);
    }

    /** Whether the loop turned lately. */
    boolean turns() {
        Instant last = lastTurn;
        Duration patience = settings.interval().multipliedBy(DEAD_AFTER_INTERVALS);
        Duration limit = patience.compareTo(SHORTEST_DEAD_TIME) > 0 ? patience : SHORTEST_DEAD_TIME;
        return last == null || !last.plus(limit).isBefore(clock.instant());
    }

    /** Whether a first snapshot was taken. */
    boolean started() {
        return lastTurn != null;
    }

    /** Whether Kafka has the last snapshot that was tried. */
    boolean shipped() {
        Shipper shipping = shipper;
        return shipping != null && shipping.lastAcknowledged();
    }

    void stop(@Observes ShutdownEvent event) {
        executor.shutdownNow();
        HttpKubeProxyEndpoint endpoint = kubeProxy;
        if (endpoint != null) {
            endpoint.close();
        }
    }
}
