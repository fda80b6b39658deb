package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decisions in the making: what one event has changed so far, laid over the state that it found. */
final class Draft {

    private record ClusterKey(RolloutId rollout, String cluster) {}

    private final FleetState fleet;
    private final Instant now;
    private final Duration lag;
    private final Map<String, ConfigState> configs = new LinkedHashMap<>();
    private final Map<String, StrategyState> strategies = new LinkedHashMap<>();
    private final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    private final Map<RolloutId, Optional<Rollout>> read = new HashMap<>();
    private final Map<ClusterKey, RolloutCluster> clusters = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Set<String> withdrawn = new HashSet<>();
    private final List<Decisions.Removal> removals = new ArrayList<>();
    private final List<AuditRecord> audits = new ArrayList<>();

    Draft(FleetState fleet, Instant now, Duration lag) {
        this.fleet = fleet;
        this.now = now;
        this.lag = lag;
    }

    FleetState fleet() {
        return fleet;
    }

    /** When the event is decided. */
    Instant now() {
        return now;
    }

    /** How long the inventory may show what was true before, and the azure worker may be silent beyond a deadline. */
    Duration lag() {
        return lag;
    }

    Optional<Rollout> rollout(RolloutId id) {
        return Optional.ofNullable(rollouts.get(id)).or(() -> read.computeIfAbsent(id, fleet::rollout));
    }

    Optional<RolloutCluster> cluster(RolloutId id, String cluster) {
        return Optional.ofNullable(clusters.get(new ClusterKey(id, cluster)))
                .or(() -> fleet.rolloutCluster(id, cluster));
    }

    Optional<ConfigState> config(String name) {
        return Optional.ofNullable(configs.get(name)).or(() -> fleet.config(name));
    }

    Optional<StrategyState> strategyState(String name) {
        return Optional.ofNullable(strategies.get(name)).or(() -> fleet.strategyState(name));
    }

    Optional<Strategy> strategy(String name) {
        return fleet.strategy(name);
    }

    /** Whether this event has changed the cluster already. */
    boolean hasTouched(RolloutCluster cluster) {
        return clusters.containsKey(new ClusterKey(cluster.rollout(), cluster.cluster()));
    }

    /** The rollout whose operation may be writing to the cluster, this event's own operations included. */
    Optional<RolloutId> writer(String cluster) {
        Operation issued = operations.get(cluster);
        if (issued != null) {
            return Optional.of(new RolloutId(issued.config(), issued.generation()));
        }
        return withdrawn.contains(cluster) ? Optional.empty() : fleet.writer(cluster);
    }

    void put(ConfigState config) {
        configs.put(config.name(), config);
    }

    void put(StrategyState strategy) {
        strategies.put(strategy.name(), strategy);
    }

    Rollout put(Rollout rollout) {
        Rollout timed = rollout.timed(now);
        rollouts.put(timed.id(), timed);
        return timed;
    }

    /** Stores a cluster; its stage counts it already, as what it is. */
    void put(RolloutCluster cluster) {
        clusters.put(new ClusterKey(cluster.rollout(), cluster.cluster()), cluster);
    }

    /** Stores a cluster's next state or place and moves it in the counts. */
    Rollout move(Rollout rollout, RolloutCluster from, RolloutCluster to) {
        if (from.hasDrifted() && !to.hasDrifted()) {
            // Converged is left on the way back only.
            audit(DriftJudge.record(from, ClusterReason.DriftEnded, rollout.id() + " goes back", now));
        }
        put(to);
        return put(rollout.moved(from, to));
    }

    void issue(Operation operation) {
        operations.put(operation.cluster(), operation);
    }

    void withdraw(String cluster) {
        withdrawn.add(cluster);
    }

    void remove(Decisions.Removal removal) {
        removals.add(removal);
    }

    void audit(AuditRecord audit) {
        audits.add(audit);
    }

    Decisions decisions() {
        return new Decisions(
                List.copyOf(configs.values()),
                List.copyOf(strategies.values()),
                List.copyOf(rollouts.values()),
                List.copyOf(clusters.values()),
                List.copyOf(operations.values()),
                withdrawn.stream().sorted().toList(),
                removals,
                audits);
    }
}
