package dev.kubeproxyfleet.agent.collect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How unevenly <em>new</em> connections land, from the kernel's counters. One dump of the services tells which of them are
 * busy; real servers are asked for only of those, so that a snapshot costs one dump and at most {@link #MAX_TRACKED} more
 * whatever the size of the table. A service's sample grows over snapshots until it is large enough. Not thread-safe.
 */
final class SkewTracker {

    /** Services whose real servers are watched at a time. */
    static final int MAX_TRACKED = 64;

    /** A sample that is not large enough after so many snapshots is given up: it would mix old times with new ones. */
    static final int LONGEST_WINDOW = 30;

    /** A service displaces a watched one that is less than this many times as busy. */
    private static final int DISPLACE = 2;

    /** @param newConnections that the imbalance was computed of */
    record Skew(long newConnections, double imbalance) {}

    /** @param services those whose sample came to be large enough with this snapshot, persistent ones too */
    record Skews(Map<ServiceKey, Skew> services, @Nullable Double worst, List<Integer> histogram) {}

    private record Server(int weight, long connections) {}

    private static final class Watched {
        private final boolean persistent;
        private final long total;
        private final Map<ServerKey, Server> servers;
        private int age;
        private long busy;

        Watched(boolean persistent, long total, Map<ServerKey, Server> servers, long busy) {
            this.persistent = persistent;
            this.total = total;
            this.servers = servers;
            this.busy = busy;
        }
    }

    private record Service(boolean persistent, long total) {}

    private record Candidate(ServiceKey key, Service service, long connections) {}

    private boolean began;
    private Map<ServiceKey, Service> before = new HashMap<>();
    private final Map<ServiceKey, Watched> watched = new HashMap<>();
    private final Histogram histogram = new Histogram(Imbalance.BUCKETS);

    /** Forgets all counters; call when they began anew. */
    void reset() {
        began = false;
        before = new HashMap<>();
        watched.clear();
    }

    /** Empty if the kernel did not answer, or not before: differences are unknown then. */
    Optional<Skews> update(IpvsKernel kernel) {
        Map<ServiceKey, Service> now = new HashMap<>();
        boolean answered = kernel.services(
                (key, persistent, connections) -> now.putIfAbsent(key, new Service(persistent, connections)));
        if (!answered) {
            reset();
            return Optional.empty();
        }
        boolean first = !began;
        began = true;
        Map<ServiceKey, Skew> skews = evaluate(kernel, now);
        watchBusiest(kernel, now, first);
        before = now;
        return first ? Optional.empty() : Optional.of(summary(skews));
    }

    private Map<ServiceKey, Skew> evaluate(IpvsKernel kernel, Map<ServiceKey, Service> now) {
        Map<ServiceKey, Skew> skews = new HashMap<>();
        Map<ServiceKey, Watched> renewed = new HashMap<>();
        for (Iterator<Map.Entry<ServiceKey, Watched>> i = watched.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<ServiceKey, Watched> entry = i.next();
            ServiceKey key = entry.getKey();
            Watched baseline = entry.getValue();
            Service service = now.get(key);
            Service last = before.get(key);
            baseline.busy = service == null || last == null ? baseline.busy : service.total - last.total;
            if (++baseline.age > LONGEST_WINDOW || (service != null && service.total < baseline.total)) {
                i.remove();
                continue;
            }
            if (service == null || service.total - baseline.total < 2L * Imbalance.MINIMUM_SAMPLE_PER_BACKEND) {
                continue;
            }
            Map<ServerKey, Server> servers = servers(kernel, key);
            if (servers == null) {
                continue;
            }
            Skew skew = skew(baseline.servers, servers);
            if (skew == null || !Double.isNaN(skew.imbalance)) {
                renewed.put(key, new Watched(service.persistent, service.total, servers, baseline.busy));
            }
            if (skew != null && !Double.isNaN(skew.imbalance)) {
                skews.put(key, skew);
            }
        }
        watched.putAll(renewed);
        return skews;
    }

    /** Null if the two sets cannot be compared: a real server came, went, or was counted anew. */
    private static @Nullable Skew skew(Map<ServerKey, Server> then, Map<ServerKey, Server> now) {
        if (!then.keySet().equals(now.keySet())) {
            return null;
        }
        int[] weights = new int[now.size()];
        long[] connections = new long[now.size()];
        int count = 0;
        long sum = 0;
        for (Map.Entry<ServerKey, Server> entry : now.entrySet()) {
            Server old = then.get(entry.getKey());
            Server server = entry.getValue();
            if (old == null || server.connections < old.connections || server.weight != old.weight) {
                return null;
            }
            weights[count] = server.weight;
            connections[count] = server.connections - old.connections;
            sum += connections[count++];
        }
        return new Skew(sum, Imbalance.of(weights, connections, count));
    }

    private void watchBusiest(IpvsKernel kernel, Map<ServiceKey, Service> now, boolean first) {
        List<Candidate> candidates = new ArrayList<>();
        now.forEach((key, service) -> {
            Service last = before.get(key);
            long connections = last == null ? (first ? service.total : 0) : service.total - last.total;
            if (connections > 0 && !watched.containsKey(key)) {
                candidates.add(new Candidate(key, service, connections));
            }
        });
        candidates.sort(Comparator.comparingLong(Candidate::connections).reversed());
        int taken = 0;
        for (Candidate candidate : candidates) {
            if (taken == MAX_TRACKED || (watched.size() >= MAX_TRACKED && !makeRoom(candidate.connections))) {
                return;
            }
            Map<ServerKey, Server> servers = servers(kernel, candidate.key);
            taken++;
            if (servers != null && servers.size() > 1) {
                watched.put(
                        candidate.key,
                        new Watched(
                                candidate.service.persistent,
                                candidate.service.total,
                                servers,
                                first ? 0 : candidate.connections));
            }
        }
    }

    private boolean makeRoom(long connections) {
        Map.Entry<ServiceKey, Watched> quietest = null;
        for (Map.Entry<ServiceKey, Watched> entry : watched.entrySet()) {
            if (quietest == null || entry.getValue().busy < quietest.getValue().busy) {
                quietest = entry;
            }
        }
        if (quietest == null || connections <= DISPLACE * quietest.getValue().busy) {
            return false;
        }
        watched.remove(quietest.getKey());
        return true;
    }

    private static @Nullable Map<ServerKey, Server> servers(IpvsKernel kernel, ServiceKey key) {
        Map<ServerKey, Server> servers = new HashMap<>();
        boolean answered = kernel.servers(
                key, (server, weight, connections) -> servers.putIfAbsent(server, new Server(weight, connections)));
        return answered ? servers : null;
    }

    private Skews summary(Map<ServiceKey, Skew> skews) {
        histogram.clear();
        Double worst = null;
        for (Map.Entry<ServiceKey, Skew> entry : skews.entrySet()) {
            double imbalance = entry.getValue().imbalance;
            Watched service = watched.get(entry.getKey());
            histogram.add(Imbalance.bucket(imbalance));
            // Persistence sends a client back to its backend, whatever the scheduler.
            if (service != null && !service.persistent) {
                worst = worst == null ? imbalance : Math.max(worst, imbalance);
            }
        }
        return new Skews(skews, worst, histogram.toList());
    }
}
