package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.HttpKubeProxyEndpoint;
import dev.kubeproxyfleet.agent.collect.IpvsKernel;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.netlink.IpvsNetlink;
import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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

    private static final String UNKNOWN = "; NaN if unknown";

    private static final Logger LOG = Logger.getLogger(Agent.class);

    private final AgentSettings settings;
    private final Config config;
    private final InstantSource clock;
    private final String topic;
    private final String version;
    private final Metrics metrics = new Metrics();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-loop").unstarted(task));

    private final Instant startedAt;
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
    private Set<String> evidenceTold = Set.of();

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
        this.startedAt = clock.instant();
        this.topic = Topic.NODE_STATS.name(topicPrefix);
        this.version = version;
    }

    void start(@Observes StartupEvent event) {
        ProducerSettings kafka =
                ProducerSettings.of(config.getPropertyNames(), name -> config.getOptionalValue(name, String.class));
        Optional<String> problem = SettingsCheck.problem(settings).or(() -> kafka.problem(unpacks()));
        switch (Identity.of(settings.clusterId(), settings.nodeName())) {
            case Identity.Unknown(String message) -> end(message);
            case Identity.Known(String cluster, String node) ->
                problem.ifPresentOrElse(Agent::end, () -> start(cluster, node, kafka));
        }
    }

    /** Source: {@code org.graalvm.nativeimage.ImageInfo}, which a JVM does not have. Not a constant: those are made by the builder. */
    private static boolean inNativeImage() {
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }

    private static boolean unpacks() {
        return !inNativeImage() && Files.isWritable(Path.of(System.getProperty("java.io.tmpdir", "")));
    }

    private static void end(String problem) {
        LOG.error(problem);
        Quarkus.asyncExit(EXIT_CONFIGURATION);
    }

    private void start(String cluster, String node, ProducerSettings kafka) {
        CollectorSettings collecting = new CollectorSettings(
                cluster, node, version, settings.interval(), settings.topServices(), settings.connectionStates());
        IpvsNetlink kernel = settings.netlink() ? new IpvsNetlink() : null;
        netlink = kernel;
        NodeCollector collector = new NodeCollector(
                collecting,
                new FileProcFiles(settings.procRoot()),
                new HttpKubeProxyEndpoint(settings.kubeProxyEndpoint()),
                kernel == null ? IpvsKernel.SILENT : kernel,
                DnsProbing.of(settings),
                clock);
        KafkaTransport connection =
                new KafkaTransport(kafka::producer, topic, cluster, node, TokenFile.headers(settings.tokenFile()));
        transport = connection;
        Shipper shipping = new Shipper(
                connection,
                kafka.brokers(),
                this::later,
                () -> ThreadLocalRandom.current().nextDouble(),
                settings.queueLimit());
        shipper = shipping;
        register(shipping, collector);
        if (!listen(collector)) {
            return;
        }
        LOG.infof(
                "a snapshot of %s every %s, to topic %s at %s node=%s cluster=%s",
                settings.procRoot(), settings.interval(), topic, kafka.brokers(), node, cluster);
        if (!kafka.leftOut().isEmpty()) {
            LOG.infof("not settings of a Kafka producer, so left out: %s", new TreeSet<>(kafka.leftOut()));
        }

        executor.execute(() -> turn(collector, shipping));
        long interval = settings.interval().toMillis();
        ScheduledFuture<?> unused = executor.scheduleAtFixedRate(
                () -> turn(collector, shipping),
                untilTurn(Partitioning.nodeStatsKey(cluster, node), clock.millis(), interval),
                interval,
                TimeUnit.MILLISECONDS);
    }

    /** Returns whether metrics and health are served; if not, the process ends. */
    private boolean listen(NodeCollector collector) {
        try {
            AgentHttp server = new AgentHttp(settings.httpAddress(), settings.httpPort());
            server.metrics(metrics);
            server.health("/q/health/live", "the loop turns", this::turns);
            server.health("/q/health/ready", "the last snapshot was acknowledged", this::shipped);
            server.health("/q/health/started", "a first snapshot was taken", this::started);
            server.command("/full-detail", collector::askForDetail);
            server.start();
            http = server;
            return true;
        } catch (IOException | UnresolvedAddressException taken) {
            end("metrics and health cannot be served at %s:%d (%s); set kpfleet.agent.http-port to a free port, and"
                            .formatted(settings.httpAddress(), settings.httpPort(), taken)
                    + " kpfleet.agent.http-address to an address of this node");
            return false;
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
            tellEvidence(stats);
            lastTurn = clock.instant();
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError bug) {
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

    /** Each piece once when it begins and once when it ends, not every time. */
    private void tellEvidence(NodeStats stats) {
        Set<String> now = new TreeSet<>();
        for (Evidence evidence : stats.getEvidence()) {
            now.add(evidence.getCode());
            if (!evidenceTold.contains(evidence.getCode())) {
                LOG.warnf("%s: %s", evidence.getCode(), evidence.getDetail());
            }
        }
        evidenceTold.stream().filter(code -> !now.contains(code)).forEach(code -> LOG.infof("%s: no longer", code));
        evidenceTold = now;
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
        ipvsGauge("services", "Virtual services", IpvsState::getServices);
        ipvsGauge("backends", "Real servers", IpvsState::getBackends);
        ipvsGauge("empty_services", "Virtual services without a real server", IpvsState::getEmptyServices);
        ipvsGauge(
                "draining_backends",
                "Real servers of weight 0 that hold active connections",
                IpvsState::getDrainingBackends);
        ipvsGauge("active_connections", "Connections in ESTABLISHED or SYN_RECV", IpvsState::getActiveConnections);
        ipvsGauge("inactive_connections", "All other connections", IpvsState::getInactiveConnections);
        ipvsGauge(
                "imbalance",
                "Of the most uneven service the largest share of one backend over its fair share",
                ipvs -> orNaN(ipvs.getImbalance()));
        metrics.counter(
                "kpfleet_agent_ipvs_connections_total",
                "Connections since IPVS was loaded" + UNKNOWN,
                () -> ofIpvs(ipvs -> orNaN(ipvs.getConnectionsTotal())));
        networkGauge("conntrack_entries", "Tracked connections", NetworkState::getConntrackCount);
        networkGauge("conntrack_limit", "Connections that can be tracked", NetworkState::getConntrackMax);
        networkCounter(
                "conntrack_insert_failed",
                "Connections that could not be tracked",
                NetworkState::getConntrackInsertFailedTotal);
        networkCounter(
                "conntrack_drop",
                "Packets dropped since their connection could not be tracked",
                NetworkState::getConntrackDropTotal);
        networkCounter(
                "tcp_attempt_fails",
                "Connection attempts of the node itself that failed",
                NetworkState::getTcpAttemptFailsTotal);
        networkCounter("tcp_estab_resets", "Established connections reset", NetworkState::getTcpEstabResetsTotal);
        networkCounter("tcp_retrans_segs", "Segments sent again", NetworkState::getTcpRetransSegsTotal);
        networkCounter("tcp_out_rsts", "Resets sent", NetworkState::getTcpOutRstsTotal);
        metrics.gauges(
                "kpfleet_agent_evidence",
                "1 if the latest snapshot has evidence of this code",
                "code",
                Arrays.stream(EvidenceReason.values()).map(EvidenceReason::code).toList(),
                this::evidence);
    }

    private void ipvsGauge(String name, String help, ToDoubleFunction<IpvsState> value) {
        metrics.gauge("kpfleet_agent_ipvs_" + name, help + UNKNOWN, () -> ofIpvs(value));
    }

    private void networkGauge(String name, String help, Function<NetworkState, @Nullable Long> value) {
        metrics.gauge("kpfleet_agent_" + name, help + UNKNOWN, () -> ofNetwork(value));
    }

    private void networkCounter(String name, String help, Function<NetworkState, @Nullable Long> value) {
        metrics.counter("kpfleet_agent_" + name + "_total", help + UNKNOWN, () -> ofNetwork(value));
    }

    private double evidence(String code) {
        NodeStats stats = latest;
        if (stats == null) {
            return Double.NaN;
        }
        return stats.getEvidence().stream().anyMatch(it -> it.getCode().equals(code)) ? 1 : 0;
    }

    private double ofNetwork(Function<NetworkState, @Nullable Long> value) {
        NodeStats stats = latest;
        NetworkState network = stats == null ? null : stats.getNetwork();
        return network == null ? Double.NaN : orNaN(value.apply(network));
    }

    private static double orNaN(@Nullable Number value) {
        return value == null ? Double.NaN : value.doubleValue();
    }

    private double ofIpvs(ToDoubleFunction<IpvsState> value) {
        NodeStats stats = latest;
        IpvsState ipvs = stats == null ? null : stats.getIpvs();
        return ipvs == null ? Double.NaN : value.applyAsDouble(ipvs);
    }

    /** Whether the loop turned lately, or has had no time for it yet. */
    boolean turns() {
        Instant turned = lastTurn;
        Instant last = turned == null ? startedAt : turned;
        Duration patience = settings.interval().multipliedBy(DEAD_AFTER_INTERVALS);
        Duration limit = patience.compareTo(SHORTEST_DEAD_TIME) > 0 ? patience : SHORTEST_DEAD_TIME;
        return !last.plus(limit).isBefore(clock.instant());
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
