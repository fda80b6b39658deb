package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stores as maps. */
class InMemoryFleet implements FleetStore {

    final Map<String, ConfigState> configs = new LinkedHashMap<>();
    final Map<String, StrategyState> strategies = new LinkedHashMap<>();
    final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    final Map<RolloutId, Map<String, RolloutCluster>> clusters = new HashMap<>();
    final Map<String, ClusterRecord> inventory = new LinkedHashMap<>();
    final Map<String, SubscriptionRecord> subscriptions = new LinkedHashMap<>();
    final Map<String, Evidence> evidence = new HashMap<>();
    final Map<String, KubernetesView> kubernetes = new HashMap<>();
    final Map<String, RolloutId> writers = new HashMap<>();

    void takeOver(InMemoryFleet other) {
        configs.putAll(other.configs);
        strategies.putAll(other.strategies);
        rollouts.putAll(other.rollouts);
        other.clusters.forEach((rollout, ofRollout) -> clusters.put(rollout, new LinkedHashMap<>(ofRollout)));
        inventory.putAll(other.inventory);
        subscriptions.putAll(other.subscriptions);
        evidence.putAll(other.evidence);
        kubernetes.putAll(other.kubernetes);
        writers.putAll(other.writers);
    }

    Collection<RolloutCluster> clustersOf(RolloutId id) {
        return clusters.getOrDefault(id, Map.of()).values();
    }

    @Override
    public Optional<ConfigState> config(String name) {
        return Optional.ofNullable(configs.get(name));
    }

    @Override
    public List<ConfigState> configs() {
        return List.copyOf(configs.values());
    }

    @Override
    public Optional<Rollout> rollout(RolloutId id) {
        return Optional.ofNullable(rollouts.get(id));
    }

    @Override
    public Optional<RolloutCluster> rolloutCluster(RolloutId id, String cluster) {
        return Optional.ofNullable(clusters.getOrDefault(id, Map.of()).get(cluster));
    }

    @Override
    public List<Claim> claims() {
        return configs.values().stream()
                .filter(config -> config.spec() != null)
                .map(config -> new Claim(
                        config.name(),
                        config.spec().desired().kind(),
                        config.spec().priority(),
                        config.spec().selector()))
                .toList();
    }

    @Override
    public KubernetesView kubernetes(String cluster) {
        return kubernetes.getOrDefault(cluster, KubernetesView.NONE);
    }

    @Override
    public Optional<StrategyState> strategyState(String name) {
        return Optional.ofNullable(strategies.get(name));
    }

    @Override
    public List<RolloutCluster> rolloutClusters(RolloutId id) {
        return List.copyOf(clustersOf(id));
    }

    @Override
    public List<String> clusterNames(RolloutId id, int limit) {
        return clusters.getOrDefault(id, Map.of()).keySet().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public List<RolloutId> rollouts(String config) {
        return rollouts.keySet().stream()
                .filter(id -> id.config().equals(config))
                .sorted(Comparator.comparing(RolloutId::generation))
                .toList();
    }

    @Override
    public List<RolloutCluster> settling(RolloutId id) {
        return clustersOf(id).stream().filter(RolloutCluster::isSettling).toList();
    }

    @Override
    public List<RolloutCluster> deferred(RolloutId id) {
        return clustersOf(id).stream().filter(RolloutCluster::isDeferred).toList();
    }

    @Override
    public List<RolloutCluster> changed(RolloutId id, int limit) {
        return clustersOf(id).stream()
                .filter(RolloutCluster::isChanged)
                .sorted(Comparator.comparing(InMemoryFleet::position).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<RolloutCluster> drifted() {
        return clusters.values().stream()
                .flatMap(ofRollout -> ofRollout.values().stream())
                .filter(RolloutCluster::hasDrifted)
                .toList();
    }

    @Override
    public Optional<RolloutId> latest(String config, String cluster) {
        return clusters.entrySet().stream()
                .filter(entry -> entry.getKey().config().equals(config)
                        && entry.getValue().containsKey(cluster))
                .map(Map.Entry::getKey)
                .max(Comparator.comparing(RolloutId::generation));
    }

    @Override
    public List<RolloutCluster> waiting(RolloutId id, int stage, int group, int limit) {
        return clustersOf(id).stream()
                .filter(cluster -> cluster.place().stage() == stage
                        && cluster.place().group() == group
                        && cluster.state() instanceof ClusterState.Waiting)
                .sorted(Comparator.<RolloutCluster, Boolean>comparing(
                                cluster -> ((ClusterState.Waiting) cluster.state()).code() != null)
                        .thenComparing(RolloutCluster::ordinal))
                .limit(limit)
                .toList();
    }

    @Override
    public List<RolloutCluster> inFlight(RolloutId id) {
        return clustersOf(id).stream()
                .filter(cluster -> cluster.state() instanceof ClusterState.InFlight)
                .toList();
    }

    @Override
    public Optional<RolloutId> writer(String cluster) {
        return Optional.ofNullable(writers.get(cluster));
    }

    @Override
    public Iterable<ClusterRecord> clusters() {
        return List.copyOf(inventory.values());
    }

    @Override
    public Optional<ClusterRecord> cluster(String cluster) {
        return Optional.ofNullable(inventory.get(cluster));
    }

    @Override
    public List<SubscriptionRecord> subscriptions() {
        return List.copyOf(subscriptions.values());
    }

    @Override
    public Optional<SubscriptionRecord> subscription(String id) {
        return Optional.ofNullable(subscriptions.get(id));
    }

    @Override
    public Evidence evidence(String cluster) {
        return evidence.getOrDefault(cluster, Evidence.NONE);
    }

    // ---- writing ----

    @Override
    public List<RolloutId> open() {
        return rollouts.values().stream()
                .filter(Rollout::isOpen)
                .map(Rollout::id)
                .sorted(Comparator.comparing(RolloutId::toString))
                .toList();
    }

    @Override
    public List<RolloutId> open(String config) {
        return open().stream().filter(id -> id.config().equals(config)).toList();
    }

    @Override
    public void put(ConfigState config) {
        put(configs, config.name(), config);
    }

    @Override
    public void put(StrategyState strategy) {
        put(strategies, strategy.name(), strategy);
    }

    @Override
    public void put(Rollout rollout) {
        put(rollouts, rollout.id(), rollout);
    }

    @Override
    public void put(RolloutCluster cluster) {
        put(clusters.computeIfAbsent(cluster.rollout(), _ -> new LinkedHashMap<>()), cluster.cluster(), cluster);
    }

    @Override
    public void remove(RolloutId id) {
        put(rollouts, id, null);
    }

    @Override
    public void remove(RolloutId id, String cluster) {
        put(clusters.getOrDefault(id, new LinkedHashMap<>()), cluster, null);
    }

    @Override
    public void claim(String cluster, RolloutId writer) {
        put(writers, cluster, writer);
    }

    @Override
    public void release(String cluster) {
        put(writers, cluster, null);
    }

    /**
     * Every write comes here.
     *
     * @param value null takes the key away
     */
    <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** Of its change among those of its rollout, from 1; 0 if there is none. */
    static int position(RolloutCluster cluster) {
        return switch (cluster.change()) {
            case RolloutCluster.Change.None _ -> 0;
            case RolloutCluster.Change.Made made -> made.position();
            case RolloutCluster.Change.TakenBack takenBack -> takenBack.position();
        };
    }
}
