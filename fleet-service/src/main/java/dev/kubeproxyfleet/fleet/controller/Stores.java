package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.topic.ControllerState;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The controller's state stores. */
final class Stores {

    /** Strategy name → StrategyState. */
    static final String STRATEGIES = "strategies";

    /** Config name → ConfigState. */
    static final String CONFIGS = "configs";

    /** Rollout id → Rollout. */
    static final String ROLLOUTS = "rollouts";

    /** Rollout id and cluster → RolloutCluster. */
    static final String CLUSTERS = "rollout-clusters";

    /** Config name and cluster → rollout id: the config's latest rollout that has the cluster. */
    static final String LATEST = "latest";

    /** Cluster → rollout id: whose operation may be writing to it. */
    static final String WRITERS = "writers";

    /** Rollout id → nothing: rollouts that a tick must look at. */
    static final String OPEN = "open";

    /** Rollout id and cluster → nothing: clusters that were judged to have drifted. */
    static final String DRIFTED = "drifted";

    /** See {@link StateFormat}. */
    static final String FORMAT = ControllerState.FORMAT_STORE;

    static final List<String> ALL =
            List.of(STRATEGIES, CONFIGS, ROLLOUTS, CLUSTERS, LATEST, WRITERS, OPEN, DRIFTED, FORMAT);

    /** Global: the topic {@code clusters} as it is. */
    static final String INVENTORY = "inventory";

    /** Global: the topic {@code cluster-health} as it is. */
    static final String HEALTH = "health";

    /** Global: the topic {@code cluster-kubernetes} as it is. */
    static final String KUBERNETES = "kubernetes";

    private Stores() {}

    static StoreBuilder<KeyValueStore<String, byte[]>> builder(String name) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name),
                Serdes.String(),
                Serdes.ByteArray());
    }
}
