package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.ConnectionStates;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes one snapshot of a node at a time. It keeps what rates need of the snapshot before, and its buffers; one instance
 * stands for one agent process of one node. Not thread-safe.
 *
 * <p>What cannot be read is null in the snapshot; reading never throws.
 */
public final class NodeCollector {

    static final String IPVS = "net/ip_vs";
    static final String IPVS_STATS = "net/ip_vs_stats";
    static final String IPVS_CONNECTIONS = "net/ip_vs_conn";
    static final String SNMP = "net/snmp";
    static final String SNMP6 = "net/snmp6";
    static final String VS_CONNTRACK = "sys/net/ipv4/vs/conntrack";
    static final String VS_CONN_REUSE_MODE = "sys/net/ipv4/vs/conn_reuse_mode";
    static final String VS_EXPIRE_NODEST_CONN = "sys/net/ipv4/vs/expire_nodest_conn";
    static final String VS_EXPIRE_QUIESCENT_TEMPLATE = "sys/net/ipv4/vs/expire_quiescent_template";
    static final String CONNTRACK_STAT = "net/stat/nf_conntrack";
    static final String CONNTRACK_COUNT = "sys/net/netfilter/nf_conntrack_count";
    /** One value for all network namespaces: those of containers see it read-only. */
    static final String CONNTRACK_MAX = "sys/net/netfilter/nf_conntrack_max";

    static final String BOOT_ID = "sys/kernel/random/boot_id";

    /** Of the one kernel that all containers share. */
    static final String KERNEL_RELEASE = "sys/kernel/osrelease";

    /** Of a boot id, which is a UUID, and of a kernel's release ({@code __NEW_UTS_LEN}). */
    private static final int MAX_LINE_LENGTH = 64;

    private static final byte[] ENTRIES = Tokens.word("entries");

    private static final String NEW_CONNECTIONS = "new";
    private static final String HELD_CONNECTIONS = "held";

    private static final NetworkState NOTHING_KNOWN =
            new NetworkState(null, null, null, null, null, null, null, null, null, null, null);

    private final CollectorSettings settings;
    private final ProcFiles proc;
    private final KubeProxyReader kubeProxy;
    private final InstantSource clock;
    private final ProcBuffer buffer = new ProcBuffer();
    private final Tokens tokens = new Tokens();
    private final IpvsParser parser = new IpvsParser();
    private final IpvsSummary summary;
    private final ProcBuffer table = new ProcBuffer(ProcBuffer.MAX_TABLE_BYTES, this::rows);
    private IpvsVisitor visitor;
    private final ConnectionSample sample = new ConnectionSample();
    private final ProcBuffer connections = new ProcBuffer(ConnectionSample.MAX_BYTES, sample::next);
    private final ConntrackTotals conntrackTotals = new ConntrackTotals();
    private final IpvsKernel kernel;
    private final ServiceProbe probe;
    private final SkewTracker skewTracker = new SkewTracker();

    private long sequence;
    private volatile long unreadableFiles;
    private final Set<String> unreadable = new TreeSet<>();
    private volatile boolean detailAsked;
    private @Nullable Previous previous;

    private record Previous(String bootId, Instant takenAt, IpvsTotals totals) {}

    /** Without netlink, and without a probe of services. */
    public NodeCollector(CollectorSettings settings, ProcFiles proc, KubeProxyEndpoint kubeProxy, InstantSource clock) {
        this(settings, proc, kubeProxy, IpvsKernel.SILENT, ServiceProbe.NONE, clock);
    }

    public NodeCollector(
            CollectorSettings settings,
            ProcFiles proc,
            KubeProxyEndpoint kubeProxy,
            IpvsKernel kernel,
            ServiceProbe probe,
            InstantSource clock) {
        this.kernel = kernel;
        this.probe = probe;
        this.settings = settings;
        this.proc = proc;
        this.kubeProxy = new KubeProxyReader(kubeProxy);
        this.clock = clock;
        this.summary = new IpvsSummary(settings.topServices());
        this.visitor = summary;
    }

    /** Reads the node as it is now. */
    public NodeStats collect() {
        Instant takenAt = clock.instant();
        unreadable.clear();
        probe.begin();
        // Without one, two snapshots count as of the same boot unless their counters tell otherwise.
        String bootId = line(BOOT_ID);
        IpvsState ipvs = ipvs(bootId, takenAt);
        KernelTimeouts timeouts = ipvs == null ? null : kernel.timeouts().orElse(null);
        kernel.done();
        NetworkState network = network(bootId);
        String kernelRelease = line(KERNEL_RELEASE);
        KubeProxyReader.Answers answers = kubeProxy.read(takenAt);
        KubeProxyState state = answers.state();
        KubeProxySync sync = answers.sync();
        return new NodeStats(
                settings.cluster(),
                settings.node(),
                settings.agentVersion(),
                bootId,
                ++sequence,
                takenAt,
                (int) settings.interval().toMillis(),
                state,
                sync,
                timeouts,
                ipvs,
                network,
                probe.finish(),
                NodeEvidence.of(takenAt, state, sync, timeouts, ipvs, network, unreadable),
                kernelRelease);
    }

    /** The next snapshot describes every service with its real servers, up to a limit; from any thread. */
    public void askForDetail() {
        detailAsked = true;
    }

    /** Files that were there but could not be read or understood, since the start; from any thread. */
    public long unreadableFiles() {
        return unreadableFiles;
    }

    private @Nullable IpvsState ipvs(String bootId, Instant takenAt) {
        Previous before = previous;
        previous = null;
        DetailVisitor detail = detailAsked ? new DetailVisitor(summary) : null;
        detailAsked = false;
        if (!readTable(detail == null ? summary : detail)) {
            skewTracker.reset();
            return null;
        }
        Optional<IpvsTotals> totals = totals();
        totals.ifPresent(now -> previous = new Previous(bootId, takenAt, now));
        boolean booted = before != null && !before.bootId.equals(bootId);
        boolean reset = before != null
                && !booted
                && totals.map(now -> now.resetSince(before.totals)).orElse(false);
        if (booted || reset) {
            skewTracker.reset();
        }
        Optional<SkewTracker.Skews> skews = skewTracker.update(kernel);
        return new IpvsState(
                summary.tableSize(),
                summary.services,
                summary.backends,
                summary.schedulers(),
                summary.active,
                summary.inactive,
                summary.emptyServices,
                summary.drainingBackends,
                totals.map(IpvsTotals::connections).orElse(null),
                totals.map(IpvsTotals::incomingPackets).orElse(null),
                totals.map(IpvsTotals::outgoingPackets).orElse(null),
                totals.map(IpvsTotals::incomingBytes).orElse(null),
                totals.map(IpvsTotals::outgoingBytes).orElse(null),
                totals.map(now -> connectionsPerSecond(before, bootId, takenAt, now))
                        .orElse(null),
                reset,
                skews.isPresent() ? skews.get().worst() : summary.imbalance(),
                skews.isPresent() ? NEW_CONNECTIONS : HELD_CONNECTIONS,
                summary.backendsPerService(),
                summary.connectionsPerService(),
                skews.isPresent() ? skews.get().histogram() : summary.imbalancePerService(),
                settings.connectionStates() ? connectionStates() : null,
                summary.skippedLines(),
                sysctls(),
                detail == null
                        ? summary.topServices(
                                skews.map(SkewTracker.Skews::services).orElse(Map.of()))
                        : detail.services());
    }

    /** Returns whether there is a table, which {@code into} and so the summary were told. */
    private boolean readTable(IpvsVisitor into) {
        visitor = into;
        summary.begin();
        parser.begin();
        if (!read(IPVS, table)) {
            return false;
        }
        rows(table.bytes(), table.length());
        summary.end();
        if (table.overflowed()) {
            summary.skipped(SkipReason.FILE_TOO_LARGE, 0);
        }
        if (!summary.isTable()) {
            notUnderstood(IPVS);
        }
        return summary.isTable();
    }

    private void rows(byte[] bytes, int length) {
        parser.next(bytes, length, visitor);
    }

    private Optional<IpvsTotals> totals() {
        if (!read(IPVS_STATS)) {
            return Optional.empty();
        }
        Optional<IpvsTotals> totals = IpvsTotals.parse(tokens, buffer);
        if (totals.isEmpty()) {
            notUnderstood(IPVS_STATS);
        }
        return totals;
    }

    private @Nullable ConnectionStates connectionStates() {
        sample.begin();
        if (!read(IPVS_CONNECTIONS, connections)) {
            return null;
        }
        sample.next(connections.bytes(), connections.length());
        return sample.states(!connections.overflowed());
    }

    private IpvsSysctls sysctls() {
        return new IpvsSysctls(
                sysctl(VS_CONNTRACK),
                sysctl(VS_CONN_REUSE_MODE),
                sysctl(VS_EXPIRE_NODEST_CONN),
                sysctl(VS_EXPIRE_QUIESCENT_TEMPLATE));
    }

    private @Nullable Integer sysctl(String path) {
        Long value = read(path) ? NetworkCounters.number(tokens, buffer) : null;
        return value == null || value > Integer.MAX_VALUE ? null : Integer.valueOf(value.intValue());
    }

    private static @Nullable Double connectionsPerSecond(
            @Nullable Previous before, String bootId, Instant takenAt, IpvsTotals now) {
        if (before == null || !before.bootId.equals(bootId) || now.resetSince(before.totals)) {
            return null;
        }
        long millis = Duration.between(before.takenAt, takenAt).toMillis();
        // A clock that was set back tells no time.
        return millis <= 0 ? null : (now.connections() - before.totals.connections()) * 1000.0 / millis;
    }

    private @Nullable NetworkState network(String bootId) {
        Long count = null;
        ConntrackTotals.Totals conntrack = ConntrackTotals.Totals.UNKNOWN;
        if (read(CONNTRACK_STAT)) {
            conntrack = conntrackTotals.update(tokens, buffer, bootId);
            count = NetworkCounters.conntrackShared(tokens, buffer, ENTRIES);
        }
        if (count == null && read(CONNTRACK_COUNT)) {
            count = NetworkCounters.number(tokens, buffer);
        }
        Long max = read(CONNTRACK_MAX) ? NetworkCounters.number(tokens, buffer) : null;
        TcpCounters tcp = TcpCounters.UNKNOWN;
        IcmpCounters icmp = IcmpCounters.UNKNOWN;
        if (read(SNMP)) {
            tcp = TcpCounters.parse(tokens, buffer);
            icmp = IcmpCounters.parse(tokens, buffer);
        }
        IcmpCounters icmp6 = read(SNMP6) ? IcmpCounters.parse6(tokens, buffer) : IcmpCounters.UNKNOWN;
        NetworkState state = new NetworkState(
                count,
                max,
                conntrack.insertFailed(),
                conntrack.drop(),
                tcp.attemptFails(),
                tcp.estabResets(),
                tcp.retransSegs(),
                tcp.outRsts(),
                icmp.outDestUnreachs(),
                icmp6.outDestUnreachs(),
                IcmpCounters.sum(icmp.rateLimited(), icmp6.rateLimited()));
        return state.equals(NOTHING_KNOWN) ? null : state;
    }

    /** The one line of a file; empty if it is not known. */
    private String line(String path) {
        // Behind the longest one stands the end of the line.
        if (!read(path) || buffer.length() > MAX_LINE_LENGTH + 1) {
            return "";
        }
        return new String(buffer.bytes(), 0, buffer.length(), StandardCharsets.US_ASCII).strip();
    }

    private boolean read(String path) {
        return read(path, buffer);
    }

    private boolean read(String path, ProcBuffer into) {
        into.clear();
        return switch (proc.read(path, into)) {
            case READ -> true;
            case ABSENT -> false;
            case UNREADABLE -> {
                notUnderstood(path);
                yield false;
            }
        };
    }

    private void notUnderstood(String path) {
        unreadable.add(path);
        unreadableFiles++;
    }
}
