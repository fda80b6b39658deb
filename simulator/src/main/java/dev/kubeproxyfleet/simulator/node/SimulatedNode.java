package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster: its proc files and its kube-proxy, as an agent on it would see them.
 *
 * <p>It follows its cluster's configuration some time after ARM's operation ended, as a DaemonSet reaches it: kube-proxy is
 * started anew, says its new mode at once, and has programmed the kernel a moment later. Time passes when the node is looked at;
 * a fault holds since the look before. In modes other than IPVS there is no {@code net/ip_vs}. Thread-safe.
 */
public final class SimulatedNode {

    /** Of a longer time without a look, connections of only this much are simulated. */
    private static final Duration MAX_CATCH_UP = Duration.ofMinutes(10);

    /** From the start of kube-proxy until it has programmed the kernel for the first time. */
    private static final Duration SHORTEST_FIRST_SYNC = Duration.ofSeconds(3);

    private static final Duration LONGEST_FIRST_SYNC = Duration.ofSeconds(9);

    /**
     * What a node is made of.
     *
     * @param cluster ARM resource id, lower case
     * @param name Kubernetes node name
     * @param delay from the end of ARM's operation until this node has the new configuration
     * @param speed divides the time that kube-proxy takes
     * @param software that it has from its boot on
     */
    record Traits(
            String cluster,
            String name,
            long seed,
            ServicePlan plan,
            Duration delay,
            double speed,
            NodeSoftware software) {}

    private final Traits traits;
    private final Supplier<Optional<AppliedConfiguration>> configuration;
    private final BooleanSupplier heldBack;
    private final Supplier<List<NodeFault>> faults;
    private final InstantSource clock;
    private final Instant bootedAt;
    private final NetworkStack network;
    private final Random firstSyncs;

    private boolean running;
    private Trouble wrong = Trouble.NONE;

    /** The mode that it runs, if it was switched to it; null while it runs the one that it booted with. */
    private @Nullable KubeProxyMode switchedTo;

    private KubeProxyConfig current = KubeProxyConfig.UNSET;

    /** Pods of kube-proxy that there have been, the one that runs included. */
    private int pods;

    private Instant podCreatedAt;
    private int restarts;

    /** The run before that of {@link #process}, in the same pod. */
    private KubeProxyPod.@Nullable Run runBefore;

    private @Nullable KubeProxyProcess process;

    /** The kernel's virtual services; null while there are none. */
    private @Nullable IpvsTable ipvs;

    /** Whether the process that runs now has programmed the kernel's virtual services. */
    private boolean programmed;

    /**
     * Whether no rules lead to services: kube-proxy removes those of other modes when it starts ({@code
     * cmd/kube-proxy/app/server.go}, {@code platformCleanup}), before it has programmed its own.
     */
    private boolean cutOff;

    private Instant seenAt;

    /**
     * @param configuration of its cluster; empty if that is gone
     * @param heldBack whether its pod of kube-proxy is not replaced, whatever is configured
     * @param faults of this node
     * @param bootedAt with the configuration that its cluster has now
     */
    SimulatedNode(
            Traits traits,
            Supplier<Optional<AppliedConfiguration>> configuration,
            BooleanSupplier heldBack,
            Supplier<List<NodeFault>> faults,
            InstantSource clock,
            Instant bootedAt) {
        this.traits = traits;
        this.configuration = configuration;
        this.heldBack = heldBack;
        this.faults = faults;
        this.clock = clock;
        this.bootedAt = bootedAt;
        this.seenAt = bootedAt;
        this.podCreatedAt = bootedAt;
        this.network = new NetworkStack(traits.seed(), bootedAt);
        this.firstSyncs = new Random(traits.seed());
        configuration.get().ifPresent(applied -> startPod(applied.kubeProxy(), bootedAt));
        follow();
    }

    /** ARM resource id of the cluster, lower case. */
    public String cluster() {
        return traits.cluster();
    }

    /** Kubernetes node name. */
    public String name() {
        return traits.name();
    }

    /** False while the cluster is stopped or gone: no process runs on this node then. */
    public synchronized boolean running() {
        follow();
        return running;
    }

    /** Whether its agent sends what it sees. */
    public synchronized boolean reports() {
        follow();
        return running && !wrong.has(NodeFault.SilentAgent.class);
    }

    /** Its pod of kube-proxy; empty while none runs on it. */
    public synchronized Optional<KubeProxyPod> kubeProxyPod() {
        follow();
        if (!running || process == null) {
            return Optional.empty();
        }
        Instant startedAt = process.startedAt();
        boolean up = !awayBetweenCrashes();
        return Optional.of(new KubeProxyPod(
                pods,
                current,
                podCreatedAt,
                restarts,
                startedAt,
                up,
                up ? runBefore : run(startedAt, latestStart(wrong.crashLoop().orElseThrow()))));
    }

    /**
     * The content of a proc file now.
     *
     * @param path relative to the proc root, such as {@code net/ip_vs}
     * @return null if there is no such file
     */
    public synchronized byte @Nullable [] read(String path) {
        follow();
        String text = running ? text(path) : null;
        return text == null ? null : text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Body of a GET of kube-proxy's metrics address that is answered with 200; empty otherwise.
     *
     * @param path such as {@code /proxyMode}
     */
    public synchronized Optional<String> get(String path) {
        follow();
        return running && process != null && answers() ? KubeProxyAnswers.get(process, path) : Optional.empty();
    }

    /** Whether a TCP connection from this node to cluster DNS on its ClusterIP opens. */
    public synchronized boolean connectsToDns() {
        follow();
        return running && reachesServices();
    }

    /** Whether a query from this node to cluster DNS on its ClusterIP is answered over UDP. */
    public synchronized boolean answersDnsQuery() {
        follow();
        return running && reachesServices() && !wrong.has(NodeFault.BlackHoledUdp.class);
    }

    private boolean reachesServices() {
        boolean empty = current.effective().ipvs() != null && wrong.has(NodeFault.EmptyIpvsTable.class);
        return !cutOff && !empty && !wrong.has(NodeFault.RefusedServices.class);
    }

    private @Nullable String text(String path) {
        int connections = ipvs == null ? 0 : ipvs.connections();
        return switch (path) {
            case "net/ip_vs" -> kernelHasIpvs() ? table().map(IpvsTable::table).orElseGet(IpvsTable::emptyTable) : null;
            case "net/ip_vs_stats" ->
                kernelHasIpvs() ? table().map(IpvsTable::stats).orElseGet(IpvsTable::emptyStats) : null;
            case "net/snmp" -> network.snmp(connections);
            case "net/snmp6" -> network.snmp6();
            case "net/stat/nf_conntrack" -> network.conntrackStat(connections);
            case "sys/net/netfilter/nf_conntrack_count" -> network.conntrackCount(connections);
            case "sys/net/netfilter/nf_conntrack_max" -> network.conntrackMax();
            case "sys/net/ipv4/vs/conntrack",
                    "sys/net/ipv4/vs/conn_reuse_mode",
                    "sys/net/ipv4/vs/expire_nodest_conn",
                    "sys/net/ipv4/vs/expire_quiescent_template" -> kernelHasIpvs() ? "1\n" : null;
            case "sys/kernel/osrelease" -> traits.software().kernel() + "\n";
            case "sys/kernel/random/boot_id" -> new UUID(traits.seed(), bootedAt.toEpochMilli()) + "\n";
            default -> null;
        };
    }

    private boolean kernelHasIpvs() {
        return current.effective().ipvs() != null && !wrong.has(NodeFault.NoIpvsTable.class);
    }

    private Optional<IpvsTable> table() {
        return wrong.has(NodeFault.EmptyIpvsTable.class) ? Optional.empty() : Optional.ofNullable(ipvs);
    }

    /** Whether anything listens on kube-proxy's metrics address. */
    private boolean answers() {
        return !awayBetweenCrashes() && !wrong.has(NodeFault.MetricsUnreachable.class);
    }

    private boolean awayBetweenCrashes() {
        return wrong.crashLoop()
                .map(loop -> !seenAt.isBefore(crash(latestStart(loop))))
                .orElse(false);
    }

    /** When a process ends that a crash loop has started then. */
    private Instant crash(Instant start) {
        return start.plus(wrong.crashLoop().orElseThrow().period().dividedBy(2));
    }

    /** @param turn the start in whose turn of a crash loop the process ended */
    private KubeProxyPod.Run run(Instant startedAt, Instant turn) {
        Instant crash = crash(turn);
        return new KubeProxyPod.Run(startedAt, crash.isAfter(startedAt) ? crash : startedAt);
    }

    /** When kube-proxy last started, if it crashes all the time; nodes do so at different times. */
    private Instant latestStart(NodeFault.CrashLoop loop) {
        long period = loop.period().toMillis();
        long phase = Math.floorMod(traits.seed(), period);
        return Instant.ofEpochMilli(Math.floorDiv(seenAt.toEpochMilli() - phase, period) * period + phase);
    }

    private void follow() {
        Instant now = clock.instant();
        wrong = Trouble.of(faults.get(), switchedTo);
        Optional<AppliedConfiguration> applied = configuration.get();
        running = applied.isPresent() && applied.get().running();
        if (applied.isPresent() && !applied.get().kubeProxy().equals(current) && !heldBack.getAsBoolean()) {
            Instant due = applied.get().since().plus(traits.delay());
            if (!now.isBefore(due)) {
                replacePod(applied.get().kubeProxy(), due);
            }
        }
        advance(now);
        Optional<Instant> crashed = wrong.crashLoop()
                .map(this::latestStart)
                .filter(start -> process != null && start.isAfter(process.startedAt()));
        if (crashed.isPresent() && process != null) {
            int crashes = crashes(process.startedAt(), crashed.get());
            Instant turnBefore =
                    crashed.get().minus(wrong.crashLoop().orElseThrow().period());
            restarts += crashes;
            runBefore = run(crashes == 1 ? process.startedAt() : turnBefore, turnBefore);
            beforeStart(current, crashed.get());
            start(current, crashed.get());
            advance(now);
        }
    }

    /** How often it crashed in between, the last time included. */
    private int crashes(Instant start, Instant lastStart) {
        long period = wrong.crashLoop().orElseThrow().period().toMillis();
        return (int) Math.max(1, Math.ceilDiv(Duration.between(start, lastStart).toMillis(), period));
    }

    private void replacePod(KubeProxyConfig config, Instant at) {
        beforeStart(config, at);
        startPod(config, at);
    }

    private void beforeStart(KubeProxyConfig config, Instant at) {
        advance(at);
        network.disturb(ipvs == null ? traits.plan().services().size() * 10 : ipvs.activeConnections());
        KubeProxyMode mode = config.effective().mode();
        if (mode != current.effective().mode()) {
            switchedTo = mode;
            cutOff = true;
        }
        wrong = Trouble.of(faults.get(), switchedTo);
    }

    private void startPod(KubeProxyConfig config, Instant at) {
        start(config, at);
        if (process != null) {
            pods++;
            podCreatedAt = process.startedAt();
            restarts = 0;
            runBefore = null;
        }
    }

    /** Starts it at {@code at}, or at the last look if that was later. */
    private void start(KubeProxyConfig config, Instant at) {
        Instant begin = at.isAfter(seenAt) ? at : seenAt;
        current = config;
        process = config.effective().enabled()
                ? new KubeProxyProcess(config, traits.software(), begin, firstSync(), traits.speed())
                : null;
        programmed = false;
        if (config.effective().ipvs() == null) {
            ipvs = null;
        }
    }

    private Duration firstSync() {
        long spread = LONGEST_FIRST_SYNC.minus(SHORTEST_FIRST_SYNC).toMillis();
        long millis = SHORTEST_FIRST_SYNC.toMillis() + firstSyncs.nextInt((int) spread);
        return Duration.ofNanos((long) (Duration.ofMillis(millis).toNanos() / traits.speed()));
    }

    private void advance(Instant then) {
        if (process != null) {
            process.advance(then, wrong::fate);
            Optional<Instant> first = process.family(IpFamily.IPv4).first();
            if (first.isPresent() && !programmed) {
                advanceKernel(first.get());
                program(process.config());
            }
        }
        advanceKernel(then);
    }

    /** What kube-proxy's first synchronisation does to the kernel; the virtual services are all IPv4. */
    private void program(KubeProxyConfig config) {
        programmed = true;
        cutOff = false;
        if (config.effective().ipvs() == null) {
            return;
        }
        if (ipvs == null) {
            ipvs = new IpvsTable(traits.plan(), traits.seed(), millis(seenAt));
        }
        ipvs.configure(config.ipvsConfig() == null ? IpvsConfig.UNSET : config.ipvsConfig());
    }

    private void advanceKernel(Instant then) {
        if (!then.isAfter(seenAt)) {
            return;
        }
        if (ipvs != null) {
            ipvs.skipArrivalsUntil(millis(then.minus(MAX_CATCH_UP)));
            ipvs.advance(millis(then));
        }
        network.advance(seenAt, then, wrong);
        seenAt = then;
    }

    private long millis(Instant at) {
        return Math.max(0, Duration.between(bootedAt, at).toMillis());
    }
}
