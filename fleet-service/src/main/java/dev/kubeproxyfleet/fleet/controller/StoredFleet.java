package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The fleet as the state stores hold it. Used by one stream thread at a time, like the stores. */
final class StoredFleet implements FleetState {

    private static final String MANAGED_CLUSTERS = "/managedclusters/";
    private static final byte[] PRESENT = {1};
    private static final char SEPARATOR = '|';

    private final KeyValueStore<String, byte[]> configs;
    private final KeyValueStore<String, byte[]> rollouts;
    private final KeyValueStore<String, byte[]> clusters;
    private final KeyValueStore<String, byte[]> waiting;
    private final KeyValueStore<String, byte[]> inFlight;
    private final KeyValueStore<String, byte[]> writers;
    private final KeyValueStore<String, byte[]> open;
    private final ReadOnlyKeyValueStore<String, byte[]> inventory;
    private final ReadOnlyKeyValueStore<String, byte[]> health;

    StoredFleet(ProcessingContext context) {
        configs = context.getStateStore(Stores.CONFIGS);
        rollouts = context.getStateStore(Stores.ROLLOUTS);
        clusters = context.getStateStore(Stores.CLUSTERS);
        waiting = context.getStateStore(Stores.WAITING);
        inFlight = context.getStateStore(Stores.IN_FLIGHT);
        writers = context.getStateStore(Stores.WRITERS);
        open = context.getStateStore(Stores.OPEN);
        inventory = context.getStateStore(Stores.INVENTORY);
        health = context.getStateStore(Stores.HEALTH);
    }

    // ---- reading ----

    @Override
    public Optional<ConfigState> config(String name) {
        return get(configs, name, ConfigState.class);
    }

    @Override
    public List<ConfigState> configs() {
        return list(configs.all(), Integer.MAX_VALUE, entry -> StateJson.read(entry.value, ConfigState.class));
    }

    @Override
    public Optional<Rollout> rollout(RolloutId id) {
        return get(rollouts, id.toString(), Rollout.class);
    }

    @Override
    public Optional<RolloutCluster> rolloutCluster(RolloutId id, String cluster) {
        return get(clusters, clusterKey(id, cluster), RolloutCluster.class);
    }

    @Override
    public List<RolloutCluster> waiting(RolloutId id, int stage, int limit) {
        return list(
                waiting.prefixScan(waitingPrefix(id, stage), new StringSerializer()),
                limit,
                entry -> rolloutCluster(id, new String(entry.value, StandardCharsets.UTF_8))
                        .orElseThrow());
    }

    @Override
    public List<RolloutCluster> inFlight(RolloutId id) {
        String prefix = id.toString() + SEPARATOR;
        return list(
                inFlight.prefixScan(prefix, new StringSerializer()),
                Integer.MAX_VALUE,
                entry ->
                        rolloutCluster(id, entry.key.substring(prefix.length())).orElseThrow());
    }

    @Override
    public Optional<RolloutId> writer(String cluster) {
        return Optional.ofNullable(writers.get(cluster))
                .flatMap(id -> RolloutId.parse(new String(id, StandardCharsets.UTF_8)));
    }

    @Override
    public List<ClusterRecord> clusters() {
        return list(
                inventory.all(),
                Integer.MAX_VALUE,
                StoredFleet::isCluster,
                entry -> StateJson.read(entry.value, ClusterRecord.class));
    }

    @Override
    public Optional<ClusterRecord> cluster(String cluster) {
        return get(inventory, cluster, ClusterRecord.class);
    }

    @Override
    public List<SubscriptionRecord> subscriptions() {
        return list(
                inventory.all(),
                Integer.MAX_VALUE,
                entry -> !isCluster(entry),
                entry -> StateJson.read(entry.value, SubscriptionRecord.class));
    }

    @Override
    public Optional<SubscriptionRecord> subscription(String id) {
        return get(inventory, "/subscriptions/" + id, SubscriptionRecord.class);
    }

    @Override
    public Evidence evidence(String cluster) {
        byte[] stored = value(health, cluster);
        return stored == null ? Evidence.NONE : evidence(stored);
    }

    /** Rollouts that time can change. */
    List<RolloutId> open() {
        return list(
                open.all(),
                Integer.MAX_VALUE,
                entry -> RolloutId.parse(entry.key).orElseThrow());
    }

    // ---- writing ----

    void put(ConfigState config) {
        configs.put(config.name(), StateJson.write(config));
    }

    void put(Rollout rollout) {
        String id = rollout.id().toString();
        rollouts.put(id, StateJson.write(rollout));
        mark(open, id, rollout.isOpen());
    }

    /** Stores the cluster and moves it between the indexes. */
    void put(RolloutCluster next) {
        RolloutId id = next.rollout();
        rolloutCluster(id, next.cluster()).ifPresent(previous -> {
            if (previous.state() instanceof ClusterState.Waiting) {
                waiting.delete(waitingKey(previous));
            }
        });
        clusters.put(clusterKey(id, next.cluster()), StateJson.write(next));
        if (next.state() instanceof ClusterState.Waiting) {
            waiting.put(waitingKey(next), next.cluster().getBytes(StandardCharsets.UTF_8));
        }
        mark(inFlight, id.toString() + SEPARATOR + next.cluster(), next.state() instanceof ClusterState.InFlight);
    }

    void claim(String cluster, RolloutId writer) {
        writers.put(cluster, writer.toString().getBytes(StandardCharsets.UTF_8));
    }

    void release(String cluster) {
        writers.delete(cluster);
    }

    // ---- keys and values ----

    private static String clusterKey(RolloutId id, String cluster) {
        return id + cluster;
    }

    private static String waitingPrefix(RolloutId id, int stage) {
        return id.toString() + SEPARATOR + String.format("%04d", stage) + SEPARATOR;
    }

    private static String waitingKey(RolloutCluster cluster) {
        boolean blocked = cluster.state() instanceof ClusterState.Waiting state && state.code() != null;
        return waitingPrefix(cluster.rollout(), cluster.stage())
                + (blocked ? 1 : 0)
                + SEPARATOR
                + String.format("%08d", cluster.ordinal());
    }

    private static void mark(KeyValueStore<String, byte[]> index, String key, boolean present) {
        if (present) {
            index.put(key, PRESENT);
        } else {
            index.delete(key);
        }
    }

    private static boolean isCluster(KeyValue<String, byte[]> entry) {
        return entry.key.contains(MANAGED_CLUSTERS);
    }

    private static Evidence evidence(byte[] stored) {
        try {
            ClusterHealth health = ClusterHealth.fromByteBuffer(ByteBuffer.wrap(stored));
            return new Evidence(
                    health.getNodesReporting(),
                    health.getObserved().stream()
                            .map(observed -> new Evidence.Observed(
                                    observed.getMode(),
                                    observed.getScheduler(),
                                    observed.getTcpTimeoutSeconds(),
                                    observed.getTcpFinTimeoutSeconds(),
                                    observed.getUdpTimeoutSeconds(),
                                    observed.getNodes(),
                                    observed.getOldestSnapshotAt()))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("a cluster-health record that this version cannot read", e);
        }
    }

    private static <T> Optional<T> get(ReadOnlyKeyValueStore<String, byte[]> store, String key, Class<T> type) {
        return Optional.ofNullable(value(store, key)).map(stored -> StateJson.read(stored, type));
    }

    private static byte @Nullable [] value(ReadOnlyKeyValueStore<String, byte[]> store, String key) {
        return store.get(key);
    }

    private static <T> List<T> list(
            KeyValueIterator<String, byte[]> entries, int limit, Function<KeyValue<String, byte[]>, T> read) {
        return list(entries, limit, _ -> true, read);
    }

    private static <T> List<T> list(
            KeyValueIterator<String, byte[]> entries,
            int limit,
            java.util.function.Predicate<KeyValue<String, byte[]>> wanted,
            Function<KeyValue<String, byte[]>, T> read) {
        List<T> found = new ArrayList<>();
        try (entries) {
            while (entries.hasNext() && found.size() < limit) {
                KeyValue<String, byte[]> entry = entries.next();
                if (wanted.test(entry)) {
                    found.add(read.apply(entry));
                }
            }
        }
        return found;
    }
}
