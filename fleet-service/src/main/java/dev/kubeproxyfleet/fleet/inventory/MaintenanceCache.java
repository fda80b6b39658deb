package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Maintenance windows of a subscription's clusters: no LIST shows them, so each is read by itself, seldom. Thread-safe. */
final class MaintenanceCache {

    /** A cluster whose windows are to be read. */
    record Due(String cluster, String region) {}

    /** @param windows null if they have never been read */
    private record Known(String region, @Nullable List<MaintenanceWindow> windows, Instant nextRead) {}

    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** @param published what others have read before */
    MaintenanceCache(Collection<Published> published) {
        for (Published record : published) {
            if (record instanceof Published.Cluster(ClusterRecord cluster)) {
                known.put(cluster.id(), new Known(cluster.location(), cluster.maintenanceWindows(), Instant.MIN));
            }
        }
    }

    /** The clusters with their windows, as far as these are known. */
    List<ClusterRecord> complete(List<ClusterRecord> clusters) {
        return clusters.stream()
                .map(cluster -> {
                    Known found =
                            known.computeIfAbsent(cluster.id(), id -> new Known(cluster.location(), null, Instant.MIN));
                    return cluster.withMaintenanceWindows(found.windows());
                })
                .toList();
    }

    /** Forgets all others. */
    void retain(List<ClusterRecord> clusters) {
        Set<String> there = clusters.stream().map(ClusterRecord::id).collect(Collectors.toSet());
        known.keySet().retainAll(there);
    }

    /** What is to be read at {@code now}: first what has never been, then what is oldest. */
    List<Due> due(Instant now) {
        return known.entrySet().stream()
                .filter(entry -> !entry.getValue().nextRead().isAfter(now))
                .sorted(Comparator.comparing((Map.Entry<String, Known> entry) ->
                                entry.getValue().windows() != null)
                        .thenComparing(entry -> entry.getValue().nextRead())
                        .thenComparing(Map.Entry::getKey))
                .map(entry -> new Due(entry.getKey(), entry.getValue().region()))
                .toList();
    }

    /** @return whether they are other than they were */
    boolean read(Due due, List<MaintenanceWindow> windows, Instant nextRead) {
        Known before = known.replace(due.cluster(), new Known(due.region(), List.copyOf(windows), nextRead));
        return before != null && !windows.equals(before.windows());
    }

    /** They could not be read; what was known stays. */
    void failed(Due due, Duration pause, Instant now) {
        known.computeIfPresent(
                due.cluster(), (cluster, before) -> new Known(before.region(), before.windows(), now.plus(pause)));
    }
}
