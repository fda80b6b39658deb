package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.HttpKubeProxyEndpoint;
import dev.kubeproxyfleet.agent.collect.IpvsKernel;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.netlink.IpvsNetlink;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
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
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
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
    private final Config config;
    private final InstantSource clock;
    private final String topic;
    private final String version;
    private final Metrics metrics = new Metrics();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-loop").unstarted(task));

    private volatile @Nullable Instant lastTurn;
    private volatile @Nullable NodeStats latest;
    private volatile long snapshots;
    private volatile long snapshotNanos;
    private volatile long latestBytes;
    private volatile @Nullable Shipper shipper;
    private @Nullable KafkaTransport transport;
    private @Nullable AgentHttp http;
    private @Nullable IpvsNetlink netlink;
    private @Nullable String netlinkProblem;

    Agent(
            AgentSettings settings,
            Config config,
            InstantSource clock,
            @ConfigProperty(name = "kpfleet.kafka.topic-prefix", defaultValue = Topic.DEFAULT_PREFIX)
                    String topicPrefix,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.settings = settings;
        this.config = config;
        this.clock = clock;
        this.topic = Topic.NODE_STATS.name(topicPrefix);
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
        CollectorSettings collecting = new CollectorSettings(
                cluster, node, version, settings.interval(), settings.topServices(), settings.connectionStates());
        if (settings.netlink() && !settings.procRoot().equals(FileProcFiles.OWN_PROC)) {
            LOG.errorf(
                    "kpfleet.agent.netlink asks the network namespace of this process, but kpfleet.agent.proc-root is %s;"
                            + " give the agent host network and leave the root at %s, or netlink off",
                    settings.procRoot(), FileProcFiles.OWN_PROC);
            Quarkus.asyncExit(EXIT_CONFIGURATION);
            return;
        }
        IpvsNetlink kernel = settings.netlink() ? new IpvsNetlink() : null;
        netlink = kernel;
        NodeCollector collector = new NodeCollector(
                collecting,
                new FileProcFiles(settings.procRoot()),
                new HttpKubeProxyEndpoint(settings.kubeProxyEndpoint()),
                kernel == null ? IpvsKernel.SILENT : kernel,
                clock);
        KafkaTransport kafka = new KafkaTransport(
                ProducerSettings.of(config.getPropertyNames(), name -> config.getOptionalValue(name, String.class)),
                topic,
                cluster,
                node);
        transport = kafka;
        Shipper shipping = new Shipper(
                kafka, this::later, () -> ThreadLocalRandom.current().nextDouble(), settings.queueLimit());
        shipper = shipping;
        register(shipping, collector);
        listen(collector);
        LOG.infof(
                "a snapshot of %s every %s node=%s cluster=%s",
                settings.procRoot(), settings.interval(), node, cluster);

        executor.execute(() -> turn(collector, shipping));
        long interval = settings.interval().toMillis();
        ScheduledFuture<?> unused = executor.scheduleAtFixedRate(
                () -> turn(collector, shipping),
                untilTurn(Partitioning.nodeStatsKey(cluster, node), clock.millis(), interval),
                interval,
                TimeUnit.MILLISECONDS);
    }

    private void listen(NodeCollector collector) {
        try {
            AgentHttp server = new AgentHttp(settings.httpAddress(), settings.httpPort());
            server.metrics(metrics);
            server.health("/q/health/live", "the loop turns", this::turns);
            server.health("/q/health/ready", "the last snapshot was acknowledged", this::shipped);
            server.health("/q/health/started", "a first snapshot was taken", this::started);
            server.command("/full-detail", collector::askForDetail);
            server.start();
            http = server;
        } catch (IOException taken) {
            LOG.errorf(
                    "metrics and health cannot be served at %s:%d (%s); set kpfleet.agent.http-port to a free port",
                    settings.httpAddress(), settings.httpPort(), taken.getMessage());
            Quarkus.asyncExit(EXIT_CONFIGURATION);
        }
    }

    /** Milliseconds until the next moment at which a node of this key reports: some moment within each interval. */
    static long untilTurn(String key, long nowMillis, long intervalMillis) {
        long offset = Math.floorMod((long) key.hashCode() * 0x9E3779B97F4A7C15L >>> 1, intervalMillis);
        return Math.floorMod(offset - nowMillis, intervalMillis);
    }

    private void turn(NodeCollector collector, Shipper shipping) {
        try {
            long start = System.nanoTime();
            NodeStats stats = collector.collect();
            ByteBuffer encoded = stats.toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            snapshotNanos = System.nanoTime() - start;
            latest = stats;
            latestBytes = bytes.length;
            snapshots = stats.getSequence();
            shipping.offer(bytes);
            tellNetlinkProblem();
            lastTurn = clock.instant();
        } catch (IOException | RuntimeException bug) {
            // One snapshot that fails must not end the schedule; when all do, liveness says so.
            LOG.error("this snapshot failed; the next one is tried as planned", bug);
        }
    }

    /** Once when it begins and once when it ends, not every time. */
    private void tellNetlinkProblem() {
        IpvsNetlink kernel = netlink;
        String now = kernel == null ? null : kernel.problem();
        if (now != null && !now.equals(netlinkProblem)) {
            LOG.warnf("timeouts and counters of the kernel are unknown: %s", now);
        } else if (now == null && netlinkProblem != null) {
            LOG.info("the kernel answers over netlink again");
        }
        netlinkProblem = now;
    }

    private void later(Duration delay, Runnable task) {
        if (!executor.isShutdown()) {
            ScheduledFuture<?> unused = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void register(Shipper shipping, NodeCollector collector) {
        metrics.counter("kpfleet_agent_snapshots_total", "Snapshots taken", () -> snapshots);
        metrics.counter(
                "kpfleet_agent_snapshots_acknowledged_total",
                "Snapshots acknowledged by Kafka",
                shipping::acknowledged);
        metrics.counter(
                "kpfleet_agent_snapshots_dropped_total", "Snapshots dropped while Kafka was away", shipping::dropped);
        metrics.counter("kpfleet_agent_ship_failures_total", "Tries to ship a snapshot that failed", shipping::failed);
        metrics.counter(
                "kpfleet_agent_unreadable_files_total",
                "Proc files that could not be read",
                collector::unreadableFiles);
        metrics.counter("kpfleet_agent_netlink_failures_total", "Questions over netlink that failed", () -> {
            IpvsNetlink kernel = netlink;
            return kernel == null ? 0 : kernel.failures();
        });
        metrics.gauge("kpfleet_agent_snapshots_waiting", "Snapshots that wait for Kafka", shipping::waiting);
        metrics.gauge(
                "kpfleet_agent_snapshot_size_bytes",
                "Size of the latest snapshot before compression",
                () -> latestBytes);
        metrics.gauge(
                "kpfleet_agent_snapshot_seconds",
                "Time to read and encode the latest snapshot",
                () -> snapshotNanos / 1e9);
        metrics.gauge(
                "kpfleet_agent_ipvs_skipped_lines",
                "Lines of the latest IPVS table that were not understood",
                () -> ofIpvs(ipvs -> ipvs.getSkippedLines().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum()));
        metrics.gauge(
                "kpfleet_agent_ipvs_services",
                "Virtual services; NaN if unknown",
                () -> ofIpvs(IpvsState::getServices));
        metrics.gauge(
                "kpfleet_agent_ipvs_backends", "Real servers; NaN if unknown", () -> ofIpvs(IpvsState::getBackends));
    }

    private double ofIpvs(ToDoubleFunction<IpvsState> value) {
        NodeStats stats = latest;
        IpvsState ipvs = stats == null ? null : stats.getIpvs();
        return ipvs == null ? Double.NaN : value.applyAsDouble(ipvs);
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

    /** Port of metrics and health; 0 before they are served. */
    int httpPort() {
        AgentHttp server = http;
        return server == null ? 0 : server.port();
    }

    void stop(@Observes ShutdownEvent event) {
        executor.shutdownNow();
        AgentHttp server = http;
        if (server != null) {
            server.close();
        }
        KafkaTransport kafka = transport;
        if (kafka != null) {
            kafka.close();
        }
    }
}
