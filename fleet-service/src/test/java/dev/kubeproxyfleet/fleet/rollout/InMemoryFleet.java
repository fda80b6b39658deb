package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stores as maps. Applies decisions as the controller does, and keeps what was sent. */
final class InMemoryFleet implements FleetState {

    final Map<String, ConfigState> configs = new LinkedHashMap<>();
    final Map<String, StrategyState> strategies = new LinkedHashMap<>();
    final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    final Map<RolloutId, Map<String, RolloutCluster>> clusters = new HashMap<>();
    final Map<String, ClusterRecord> inventory = new LinkedHashMap<>();
    final Map<String, SubscriptionRecord> subscriptions = new LinkedHashMap<>();
    final Map<String, Evidence> evidence = new HashMap<>();
    final Map<String, Operation> operations = new LinkedHashMap<>();
    final List<AuditRecord> audits = new ArrayList<>();

    void apply(Decisions decisions) {
        decisions.configs().forEach(config -> configs.put(config.name(), config));
        decisions.strategies().forEach(strategy -> strategies.put(strategy.name(), strategy));
        decisions.rollouts().forEach(rollout -> rollouts.put(rollout.id(), rollout));
        decisions
                .clusters()
                .forEach(cluster -> clusters.computeIfAbsent(cluster.rollout(), _ -> new LinkedHashMap<>())
                        .put(cluster.cluster(), cluster));
        decisions.withdrawn().forEach(operations::remove);
        decisions.operations().forEach(operation -> operations.put(operation.cluster(), operation));
        audits.addAll(decisions.audits());
    }

    void takeOver(InMemoryFleet other) {
        configs.putAll(other.configs);
        strategies.putAll(other.strategies);
        rollouts.putAll(other.rollouts);
        other.clusters.forEach((rollout, ofRollout) -> clusters.put(rollout, new LinkedHashMap<>(ofRollout)));
        inventory.putAll(other.inventory);
        subscriptions.putAll(other.subscriptions);
        evidence.putAll(other.evidence);
        operations.putAll(other.operations);
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
                        config.name(), config.spec().priority(), config.spec().selector()))
                .toList();
    }

    @Override
    public Optional<Strategy> strategy(String name) {
        return Optional.ofNullable(strategies.get(name)).map(StrategyState::spec);
    }

    @Override
    public List<RolloutCluster> rolloutClusters(RolloutId id) {
        return List.copyOf(clustersOf(id));
    }

    @Override
    public List<RolloutCluster> deferred(RolloutId id) {
        return clustersOf(id).stream().filter(RolloutCluster::isDeferred).toList();
    }

    @Override
    public List<RolloutCluster> changed(RolloutId id, int limit) {
        return clustersOf(id).stream()
                .filter(RolloutCluster::isChanged)
                .sorted(Comparator.comparing(RolloutCluster::change).reversed())
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
                .filter(cluster -> cluster.stage() == stage
                        && cluster.group() == group
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
        return Optional.ofNullable(operations.get(cluster))
                .map(operation -> new RolloutId(operation.config(), operation.generation()));
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
}
