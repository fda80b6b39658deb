package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import java.util.ArrayList;
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
    private final Map<String, ConfigState> configs = new LinkedHashMap<>();
    private final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    private final Map<ClusterKey, RolloutCluster> clusters = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Set<String> withdrawn = new HashSet<>();
    private final List<AuditRecord> audits = new ArrayList<>();

    Draft(FleetState fleet) {
        this.fleet = fleet;
    }

    FleetState fleet() {
        return fleet;
    }

    Optional<Rollout> rollout(RolloutId id) {
        return Optional.ofNullable(rollouts.get(id)).or(() -> fleet.rollout(id));
    }

    Optional<RolloutCluster> cluster(RolloutId id, String cluster) {
        return Optional.ofNullable(clusters.get(new ClusterKey(id, cluster)))
                .or(() -> fleet.rolloutCluster(id, cluster));
    }

    /** Clusters still waiting that were so before this event, by ordinal. */
    List<RolloutCluster> waiting(RolloutId id, int stage, int limit) {
        return fleet.waiting(id, stage, limit).stream()
                .filter(found -> !clusters.containsKey(new ClusterKey(id, found.cluster())))
                .toList();
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

    void put(Rollout rollout) {
        rollouts.put(rollout.id(), rollout);
    }

    /** Stores a new cluster of a rollout; its stage counts it already. */
    void plan(RolloutCluster cluster) {
        clusters.put(new ClusterKey(cluster.rollout(), cluster.cluster()), cluster);
    }

    /** Stores a cluster's next state and moves it in its stage's counts. */
    Rollout move(Rollout rollout, RolloutCluster from, RolloutCluster to) {
        clusters.put(new ClusterKey(to.rollout(), to.cluster()), to);
        Rollout counted =
                rollout.with(to.stage(), rollout.stages().get(to.stage()).moved(from.state(), to.state()));
        put(counted);
        return counted;
    }

    void issue(Operation operation) {
        operations.put(operation.cluster(), operation);
    }

    void withdraw(String cluster) {
        withdrawn.add(cluster);
    }

    void audit(AuditRecord audit) {
        audits.add(audit);
    }

    Decisions decisions() {
        return new Decisions(
                List.copyOf(configs.values()),
                List.copyOf(rollouts.values()),
                List.copyOf(clusters.values()),
                List.copyOf(operations.values()),
                withdrawn.stream().sorted().toList(),
                audits);
    }
}
