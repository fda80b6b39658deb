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

    /**
     * Connections that a service needs per backend before an imbalance is told. Below it the last few connections decide: AKS
     * documents the same of LeastConnection with fewer connections than twice the nodes.
     */
    static final int MINIMUM_SAMPLE_PER_BACKEND = 10;

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

    private final TopService current = new TopService();
    private boolean inService;
    private boolean persistent;
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
        persistent = service.persistent;
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
        current.imbalance = imbalance(weights, connections, current.backends);
        // Persistence sends a client back to its backend, whatever the scheduler: its imbalance says nothing of the
        // scheduler.
        if (!persistent && !Double.isNaN(current.imbalance)) {
            worstImbalance =
                    Double.isNaN(worstImbalance) ? current.imbalance : Math.max(worstImbalance, current.imbalance);
        }
        offerTop();
    }

    /**
     * Largest share of one backend over its fair share by weight. Backends of weight 0 take no new connections and are left out.
     *
     * @return 1 is even; NaN with fewer than two backends or fewer than {@link #MINIMUM_SAMPLE_PER_BACKEND} connections each
     */
    static double imbalance(int[] weights, long[] connections, int count) {
        int eligible = 0;
        long totalWeight = 0;
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                eligible++;
                totalWeight += weights[i];
                total += connections[i];
            }
        }
        if (eligible < 2 || total < (long) eligible * MINIMUM_SAMPLE_PER_BACKEND) {
            return Double.NaN;
        }
        double worst = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                worst = Math.max(worst, (double) connections[i] / total * ((double) totalWeight / weights[i]));
            }
        }
        return worst;
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

    /** Busiest first. */
    List<ServiceState> topServices() {
        TopService[] sorted = Arrays.copyOf(top, topCount);
        Arrays.sort(sorted, LEAST_BUSY_FIRST.reversed());
        List<ServiceState> states = new ArrayList<>(topCount);
        for (TopService service : sorted) {
            states.add(service.state());
        }
        return states;
    }

    private static @Nullable Double unlessNaN(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** Copied instead of made anew, so that a table of thousands of services makes no garbage. */
    private static final class TopService {
        private Protocol protocol = Protocol.TCP;
        private long firewallMark;
        private boolean ipv6;
        private long high;
        private long low;
        private int port;
        private String scheduler = "";
        private int backends;
        private long active;
        private long inactive;
        private double imbalance;
        private int order;

        void take(VirtualServiceRow service, int position) {
            protocol = service.protocol;
            firewallMark = service.firewallMark;
            ipv6 = service.endpoint.ipv6;
            high = service.endpoint.high;
            low = service.endpoint.low;
            port = service.endpoint.port;
            scheduler = service.scheduler;
            backends = 0;
            active = 0;
            inactive = 0;
            imbalance = Double.NaN;
            order = position;
        }

        void copy(TopService other) {
            protocol = other.protocol;
            firewallMark = other.firewallMark;
            ipv6 = other.ipv6;
            high = other.high;
            low = other.low;
            port = other.port;
            scheduler = other.scheduler;
            backends = other.backends;
            active = other.active;
            inactive = other.inactive;
            imbalance = other.imbalance;
            order = other.order;
        }

        ServiceState state() {
            String address = protocol == Protocol.FWM ? Long.toString(firewallMark) : Endpoint.text(ipv6, high, low);
            return new ServiceState(
                    protocol.name(), address, port, scheduler, backends, active, inactive, unlessNaN(imbalance));
        }
    }
}
