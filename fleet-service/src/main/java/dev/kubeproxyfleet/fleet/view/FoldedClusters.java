package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.view.HistoryPoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the inventory and the nodes say, folded. Not thread-safe: {@link FleetView} guards it. */
final class FoldedClusters {

    private final int historyPoints;
    private final Map<String, ClusterRecord> clusters = new HashMap<>();
    private final Map<String, SubscriptionRecord> subscriptions = new TreeMap<>();
    private final Map<String, ClusterHealth> healths = new HashMap<>();
    private final Map<String, ClusterKubernetes> kubernetes = new HashMap<>();
    private final Map<String, HistoryRing> histories = new HashMap<>();

    FoldedClusters(int historyPoints) {
        this.historyPoints = historyPoints;
    }

    void fold(Change.Cluster change) {
        Maps.put(clusters, change.id(), change.cluster());
    }

    void fold(Change.Subscription change) {
        Maps.put(subscriptions, change.id(), change.subscription());
    }

    void fold(Change.Health change) {
        ClusterHealth health = change.health();
        Maps.put(healths, change.cluster(), health);
        if (health == null) {
            histories.remove(change.cluster());
            return;
        }
        histories
                .computeIfAbsent(change.cluster(), _ -> new HistoryRing(historyPoints))
                .add(new HistoryPoint(
                        health.getAt(),
                        health.getActiveConnections(),
                        health.getInactiveConnections(),
                        health.getConnectionsPerSecond(),
                        health.getImbalance()));
    }

    void fold(Change.Kubernetes change) {
        Maps.put(kubernetes, change.cluster(), change.record());
    }

    Collection<ClusterRecord> all() {
        return clusters.values();
    }

    /** Every subscription, by id. */
    Collection<SubscriptionRecord> subscriptions() {
        return subscriptions.values();
    }

    Optional<ClusterRecord> record(String cluster) {
        return Optional.ofNullable(clusters.get(cluster));
    }

    Optional<ClusterHealth> health(String cluster) {
        return Optional.ofNullable(healths.get(cluster));
    }

    /** {@link FleetView#kubernetes}. */
    Optional<ClusterKubernetes> lastOfKubernetes(String cluster) {
        return Optional.ofNullable(kubernetes.get(cluster));
    }

    /** What the cluster's Kubernetes API says; empty where nobody looks, or another cluster had the id when somebody did. */
    Optional<ClusterKubernetes> kubernetes(ClusterRecord cluster) {
        return Optional.ofNullable(kubernetes.get(cluster.id()))
                .filter(record -> !cluster.isOtherThan(record.getUid()));
    }

    /** The latest points of a cluster's health, oldest first. */
    List<HistoryPoint> history(String cluster) {
        HistoryRing history = histories.get(cluster);
        return history == null ? List.of() : history.points();
    }

    /** {@link FleetView#meant}. */
    MeantCluster meant(String nameOrId) {
        if (nameOrId.startsWith("/")) {
            return new MeantCluster.One(nameOrId.toLowerCase(Locale.ROOT));
        }
        List<String> ids = clusters.values().stream()
                .filter(cluster -> cluster.name().equalsIgnoreCase(nameOrId))
                .map(ClusterRecord::id)
                .sorted()
                .toList();
        return switch (ids.size()) {
            case 0 -> new MeantCluster.None();
            case 1 -> new MeantCluster.One(ids.getFirst());
            default -> new MeantCluster.Several(ids);
        };
    }

    /** Whether the inventory tells which clusters of the subscription are locked. */
    boolean knowsLocks(String subscription) {
        SubscriptionRecord record = subscriptions.get(subscription);
        return record != null && record.readOnlyScopes() != null;
    }

    /** A copy for planning, which later changes do not reach. */
    FleetSnapshot snapshot(List<Claim> claims) {
        return new FleetSnapshot(clusters, subscriptions, healths, kubernetes, claims);
    }
}
