package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * What the core may look at: a read-only view of the stores, stable while one event is decided.
 *
 * <p>Every look-up costs the same whatever the size of the fleet, but those of all clusters, of all subscriptions, and of all
 * clusters of a rollout.
 */
public interface FleetState extends Inventory {

    Optional<ConfigState> config(String name);

    List<ConfigState> configs();

    /** A strategy that is stored, or was. */
    Optional<StrategyState> strategyState(String name);

    /** A stored strategy. */
    default Optional<Strategy> strategy(String name) {
        return strategyState(name).map(StrategyState::spec);
    }

    Optional<Rollout> rollout(RolloutId id);

    /** Rollouts of a config that are kept, the oldest first. */
    List<RolloutId> rollouts(String config);

    /** Rollouts of a config that time can change: {@link Rollout#isOpen()}; in the order of their ids as text. */
    List<RolloutId> open(String config);

    Optional<RolloutCluster> rolloutCluster(RolloutId id, String cluster);

    /** Every cluster of a rollout. */
    List<RolloutCluster> rolloutClusters(RolloutId id);

    /** ARM ids of clusters that a rollout has or had, if it is being removed; {@code limit} at most. */
    List<String> clusterNames(RolloutId id, int limit);

    /** Clusters of a stage's group in state Waiting, those that nothing blocks first, then by ordinal; {@code limit} at most. */
    List<RolloutCluster> waiting(RolloutId id, int stage, int group, int limit);

    /** Clusters of a rollout in state Updating or Verifying. */
    List<RolloutCluster> inFlight(RolloutId id);

    /** Clusters of a rollout of which it is still to be told what their change cost: {@link RolloutCluster#isSettling()}. */
    List<RolloutCluster> settling(RolloutId id);

    /** Clusters of a rollout that were skipped for a reason that may pass by itself: {@link RolloutCluster#isDeferred()}. */
    List<RolloutCluster> deferred(RolloutId id);

    /** Clusters that a rollout has changed and not begun to roll back, the newest first; {@code limit} at most. */
    List<RolloutCluster> changed(RolloutId id, int limit);

    /** Clusters, of whatever rollout, that were judged to have drifted: {@link RolloutCluster#hasDrifted()}. */
    List<RolloutCluster> drifted();

    /** The latest rollout of a config that has the cluster. */
    Optional<RolloutId> latest(String config, String cluster);

    /** The rollout whose operation may be writing to the cluster. */
    Optional<RolloutId> writer(String cluster);
}
