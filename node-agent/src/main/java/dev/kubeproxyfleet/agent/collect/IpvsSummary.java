package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folds the rows of one table into totals, the busiest services and the worst imbalance. Reused from read to read. */
final class IpvsSummary implements IpvsVisitor {

    private static final int INITIAL_BACKENDS = 64;
    private static final Comparator<TopService> LEAST_BUSY_FIRST = Comparator.<TopService>comparingLong(s -> s.active)
            .thenComparingLong(s -> s.inactive)
            .thenComparingInt(s -> -s.order);

    private final TopService[] top;
    private int topCount;
    /** Index of the least busy of {@link #top} once that is full. */
    private int least;

    private final Map<String, int[]> schedulers = new HashMap<>();
    private final EnumMap<SkipReason, int[]> skipped = new EnumMap<>(SkipReason.class);

    private int tableSize;
    int services;
    int backends;
    int emptyServices;
    int drainingBackends;
    long active;
    long inactive;
    private double worstImbalance;

    private final Histogram backendsPerService = new Histogram(Histogram.DOUBLING_BUCKETS);
    private final Histogram connectionsPerService = new Histogram(Histogram.DOUBLING_BUCKETS);
    private final Histogram imbalancePerService = new Histogram(Imbalance.BUCKETS);

    private final TopService current = new TopService();
    private final TopService mostSkewed = new TopService();
    private boolean inService;
    private int[] weights = new int[INITIAL_BACKENDS];
    private long[] connections = new long[INITIAL_BACKENDS];

    /** @param topServices how many of the busiest services are kept */
    IpvsSummary(int topServices) {
        top = new TopService[topServices];
        Arrays.setAll(top, i -> new TopService());
    }

    void begin() {
        topCount = 0;
        schedulers.clear();
        skipped.clear();
        tableSize = -1;
        services = 0;
        backends = 0;
        emptyServices = 0;
        drainingBackends = 0;
        active = 0;
        inactive = 0;
        worstImbalance = Double.NaN;
        backendsPerService.clear();
        connectionsPerService.clear();
        imbalancePerService.clear();
        inService = false;
    }

    /** Takes the last service into account; call after the last row. */
    void end() {
        closeService();
    }

    @Override
    public void table(int size) {
        tableSize = size;
    }

    @Override
    public void virtualService(VirtualServiceRow service) {
        closeService();
        inService = true;
        current.take(service, services);
        services++;
        schedulers.computeIfAbsent(service.scheduler, name -> new int[1])[0]++;
    }

    @Override
    public void realServer(RealServerRow server) {
        if (current.backends == weights.length) {
            weights = Arrays.copyOf(weights, weights.length * 2);
            connections = Arrays.copyOf(connections, weights.length);
        }
        if (current.backends == 0 && current.protocol == Protocol.FWM) {
            // The table does not tell the address family of a firewall mark.
            current.ipv6 = server.endpoint.ipv6;
        }
        weights[current.backends] = server.weight;
        connections[current.backends] = (long) server.activeConnections + server.inactiveConnections;
        current.backends++;
        current.active += server.activeConnections;
        current.inactive += server.inactiveConnections;
        backends++;
        active += server.activeConnections;
        inactive += server.inactiveConnections;
        if (server.weight == 0 && server.activeConnections > 0) {
            drainingBackends++;
        }
    }

    @Override
    public void skipped(SkipReason reason, int line) {
        skipped.computeIfAbsent(reason, unused -> new int[1])[0]++;
    }

    private void closeService() {
        if (!inService) {
            return;
        }
        inService = false;
        if (current.backends == 0) {
            emptyServices++;
        }
        current.imbalance = Imbalance.of(weights, connections, current.backends);
        backendsPerService.addDoubling(current.backends);
        connectionsPerService.addDoubling(current.active + current.inactive);
        if (!Double.isNaN(current.imbalance)) {
            imbalancePerService.add(Imbalance.bucket(current.imbalance));
        }
        // Persistence sends a client back to its backend, whatever the scheduler: its imbalance says nothing of the
        // scheduler.
        if (!current.persistent
                && !Double.isNaN(current.imbalance)
                && (Double.isNaN(worstImbalance) || current.imbalance > worstImbalance)) {
            worstImbalance = current.imbalance;
            mostSkewed.copy(current);
        }
        offerTop();
    }

    private void offerTop() {
        if (topCount < top.length) {
            top[topCount++].copy(current);
            if (topCount == top.length) {
                findLeast();
            }
        } else if (topCount > 0 && LEAST_BUSY_FIRST.compare(current, top[least]) > 0) {
            top[least].copy(current);
            findLeast();
        }
    }

    private void findLeast() {
        least = 0;
        for (int i = 1; i < topCount; i++) {
            if (LEAST_BUSY_FIRST.compare(top[i], top[least]) < 0) {
                least = i;
            }
        }
    }

    /** Whether the file was an IPVS table at all. */
    boolean isTable() {
        return tableSize >= 0;
    }

    int tableSize() {
        return tableSize;
    }

    @Nullable
    Double imbalance() {
        return unlessNaN(worstImbalance);
    }

    Map<String, Integer> schedulers() {
        Map<String, Integer> counts = new HashMap<>();
        schedulers.forEach((name, count) -> counts.put(name, count[0]));
        return counts;
    }

    Map<String, Integer> skippedLines() {
        Map<String, Integer> counts = new HashMap<>();
        skipped.forEach((reason, count) -> counts.put(reason.code(), count[0]));
        return counts;
    }

    List<Integer> backendsPerService() {
        return backendsPerService.toList();
    }

    List<Integer> connectionsPerService() {
        return connectionsPerService.toList();
    }

    List<Integer> imbalancePerService() {
        return imbalancePerService.toList();
    }

    /**
     * Busiest first; the last place is that of the most uneven service if it is not among them.
     *
     * @param skews of new connections, where they are known
     */
    List<ServiceState> topServices(Map<ServiceKey, SkewTracker.Skew> skews) {
        TopService[] sorted = Arrays.copyOf(top, topCount);
        Arrays.sort(sorted, LEAST_BUSY_FIRST.reversed());
        if (!Double.isNaN(worstImbalance)
                && topCount > 0
                && Arrays.stream(sorted).noneMatch(service -> service.order == mostSkewed.order)) {
            sorted[topCount - 1] = mostSkewed;
        }
        List<ServiceState> states = new ArrayList<>(topCount);
        for (TopService service : sorted) {
            states.add(service.state(skews.get(service.key())));
        }
        return states;
    }

    private static @Nullable Double unlessNaN(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** Copied instead of made anew, so that a table of thousands of services makes no garbage. */
    private static final class TopService {
        private Protocol protocol = Protocol.TCP;
        private boolean ipv6;
        private long high;
        private long low;
        private int port;
        private String scheduler = "";
        private boolean persistent;
        private boolean onePacket;
        private int backends;
        private long active;
        private long inactive;
        private double imbalance;
        private int order;

        void take(VirtualServiceRow service, int position) {
            protocol = service.protocol;
            boolean mark = protocol == Protocol.FWM;
            ipv6 = !mark && service.endpoint.ipv6;
            high = mark ? 0 : service.endpoint.high;
            low = mark ? service.firewallMark : service.endpoint.low;
            port = service.endpoint.port;
            scheduler = service.scheduler;
            persistent = service.persistent;
            onePacket = service.onePacket;
            backends = 0;
            active = 0;
            inactive = 0;
            imbalance = Double.NaN;
            order = position;
        }

        void copy(TopService other) {
            protocol = other.protocol;
            ipv6 = other.ipv6;
            high = other.high;
            low = other.low;
            port = other.port;
            scheduler = other.scheduler;
            persistent = other.persistent;
            onePacket = other.onePacket;
            backends = other.backends;
            active = other.active;
            inactive = other.inactive;
            imbalance = other.imbalance;
            order = other.order;
        }

        ServiceKey key() {
            return new ServiceKey(protocol, ipv6, high, low, port);
        }

        ServiceState state(SkewTracker.@Nullable Skew skew) {
            return new ServiceState(
                    protocol.name(),
                    protocol == Protocol.FWM ? Long.toString(low) : Endpoint.text(ipv6, high, low),
                    port,
                    scheduler,
                    persistent,
                    onePacket,
                    backends,
                    active,
                    inactive,
                    skew == null ? unlessNaN(imbalance) : Double.valueOf(skew.imbalance()),
                    skew == null ? null : Long.valueOf(skew.newConnections()),
                    List.of());
        }
    }
}
