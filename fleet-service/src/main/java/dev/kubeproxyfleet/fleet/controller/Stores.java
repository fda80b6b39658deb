package dev.kubeproxyfleet.fleet.controller;

import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The controller's state stores: what it knows, and the indexes that keep an event's cost independent of the fleet. */
final class Stores {

    /** Strategy name → StrategyState. */
    static final String STRATEGIES = "strategies";

    /** Config name → ConfigState. */
    static final String CONFIGS = "configs";

    /** Rollout id → Rollout. */
    static final String ROLLOUTS = "rollouts";

    /** Rollout id and cluster → RolloutCluster. */
    static final String CLUSTERS = "rollout-clusters";

    /** Rollout id, stage, group, blocked or not, ordinal → cluster: the queues of clusters in state Waiting. */
    static final String WAITING = "waiting";

    /** Rollout id and cluster → nothing: clusters in state Updating or Verifying. */
    static final String IN_FLIGHT = "in-flight";

    /** Rollout id and position, newest first → cluster: clusters changed and not begun to be rolled back. */
    static final String CHANGED = "changed";

    /** Rollout id and cluster → nothing: clusters skipped for a reason that may pass by itself. */
    static final String DEFERRED = "deferred";

    /** Config name and cluster → rollout id: the config's latest rollout that has the cluster. */
    static final String LATEST = "latest";

    /** Cluster → rollout id: whose operation may be writing to it. */
    static final String WRITERS = "writers";

    /** Rollout id → nothing: rollouts that a tick must look at. */
    static final String OPEN = "open";

    static final List<String> ALL = List.of(
            STRATEGIES, CONFIGS, ROLLOUTS, CLUSTERS, WAITING, IN_FLIGHT, CHANGED, DEFERRED, LATEST, WRITERS, OPEN);

    /** Global: the topic {@code clusters} as it is. */
    static final String INVENTORY = "inventory";

    /** Global: the topic {@code cluster-health} as it is. */
    static final String HEALTH = "health";

    private Stores() {}

    static StoreBuilder<KeyValueStore<String, byte[]>> builder(String name) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name),
                Serdes.String(),
                Serdes.ByteArray());
    }
}
