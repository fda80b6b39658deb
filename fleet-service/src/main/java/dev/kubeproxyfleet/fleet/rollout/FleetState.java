package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.List;
import java.util.Optional;

/**
 * What the core may look at: a read-only view of the stores, stable while one event is decided.
 *
 * <p>Every look-up but {@link #clusters()} and {@link #subscriptions()} costs the same whatever the size of the fleet.
 */
public interface FleetState {

    Optional<ConfigState> config(String name);

    List<ConfigState> configs();

    Optional<Rollout> rollout(RolloutId id);

    Optional<RolloutCluster> rolloutCluster(RolloutId id, String cluster);

    /** Clusters of a stage in state Waiting, those that nothing blocks first, then by ordinal; {@code limit} at most. */
    List<RolloutCluster> waiting(RolloutId id, int stage, int limit);

    /** Clusters of a rollout in state Updating or Verifying. */
    List<RolloutCluster> inFlight(RolloutId id);

    /** The rollout whose operation may be writing to the cluster. */
    Optional<RolloutId> writer(String cluster);

    /** The whole inventory. */
    Iterable<ClusterRecord> clusters();

    Optional<ClusterRecord> cluster(String cluster);

    List<SubscriptionRecord> subscriptions();

    Optional<SubscriptionRecord> subscription(String id);

    Evidence evidence(String cluster);
}
