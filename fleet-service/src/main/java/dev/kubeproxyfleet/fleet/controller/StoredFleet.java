package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.StrategyState;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

    /** What the resource id of a cluster starts with, after the rollout's id. */
    private static final char CLUSTER_START = '/';

    /** Has one digit more than any int. */
    private static final long SORTABLE = 10_000_000_000L;

    /** Rollouts kept in memory: more than can be active at once, for most fleets. */
    private static final int RECENT_ROLLOUTS = 64;

    /** Clusters of rollouts kept in memory: more than are in flight at once, for most fleets. */
    private static final int RECENT_CLUSTERS = 4_096;

    private final KeyValueStore<String, byte[]> strategies;
    private final KeyValueStore<String, byte[]> configs;
    private final RecentStates<Rollout> rollouts;
    private final RecentStates<RolloutCluster> clusters;
    private final KeyValueStore<String, byte[]> storedClusters;
    private final KeyValueStore<String, byte[]> waiting;
    private final KeyValueStore<String, byte[]> inFlight;
    private final KeyValueStore<String, byte[]> changed;
    private final KeyValueStore<String, byte[]> deferred;
    private final KeyValueStore<String, byte[]> latest;
    private final KeyValueStore<String, byte[]> writers;
    private final KeyValueStore<String, byte[]> open;
    private final ReadOnlyKeyValueStore<String, byte[]> inventory;
    private final ReadOnlyKeyValueStore<String, byte[]> health;
    private final ReadRecords<ClusterRecord> clusterRecords = new ReadRecords<>(ClusterRecord.class);
    private final ReadRecords<SubscriptionRecord> subscriptionRecords = new ReadRecords<>(SubscriptionRecord.class);
    private final List<Index> indexes;
    private @Nullable List<Claim> claims;

    StoredFleet(ProcessingContext context) {
        strategies = context.getStateStore(Stores.STRATEGIES);
        configs = context.getStateStore(Stores.CONFIGS);
        rollouts = new RecentStates<>(context.getStateStore(Stores.ROLLOUTS), Rollout.class, RECENT_ROLLOUTS);
        storedClusters = context.getStateStore(Stores.CLUSTERS);
        clusters = new RecentStates<>(storedClusters, RolloutCluster.class, RECENT_CLUSTERS);
        waiting = context.getStateStore(Stores.WAITING);
        inFlight = context.getStateStore(Stores.IN_FLIGHT);
        changed = context.getStateStore(Stores.CHANGED);
        deferred = context.getStateStore(Stores.DEFERRED);
        latest = context.getStateStore(Stores.LATEST);
        writers = context.getStateStore(Stores.WRITERS);
        open = context.getStateStore(Stores.OPEN);
        inventory = context.getStateStore(Stores.INVENTORY);
        health = context.getStateStore(Stores.HEALTH);
        indexes = List.of(
                new Index(
                        waiting,
                        cluster -> cluster.state() instanceof ClusterState.Waiting,
                        StoredFleet::waitingKey,
                        true),
                new Index(changed, RolloutCluster::isChanged, StoredFleet::changedKey, true),
                new Index(
                        inFlight,
                        cluster -> cluster.state() instanceof ClusterState.InFlight,
                        StoredFleet::markKey,
                        false),
                new Index(deferred, RolloutCluster::isDeferred, StoredFleet::markKey, false));
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

    /** Every event asks for them, and only a changed config changes them. */
    @Override
    public List<Claim> claims() {
        if (claims == null) {
            claims = configs().stream()
                    .flatMap(config -> Stream.ofNullable(config.spec())
                            .map(spec -> new Claim(config.name(), spec.priority(), spec.selector())))
                    .toList();
        }
        return claims;
    }

    @Override
    public Optional<Strategy> strategy(String name) {
        return get(strategies, name, StrategyState.class).map(StrategyState::spec);
    }

    @Override
    public Optional<Rollout> rollout(RolloutId id) {
        return rollouts.get(id.toString());
    }

    @Override
    public Optional<RolloutCluster> rolloutCluster(RolloutId id, String cluster) {
        return clusters.get(clusterKey(id, cluster));
    }

    @Override
    public List<RolloutCluster> rolloutClusters(RolloutId id) {
        return list(
                storedClusters.prefixScan(id.toString() + CLUSTER_START, new StringSerializer()),
                Integer.MAX_VALUE,
                entry -> StateJson.read(entry.value, RolloutCluster.class));
    }

    @Override
    public List<RolloutCluster> waiting(RolloutId id, int stage, int group, int limit) {
        return named(waiting, id, waitingPrefix(id, stage, group), limit);
    }

    @Override
    public List<RolloutCluster> inFlight(RolloutId id) {
        return marked(inFlight, id);
    }

    @Override
    public List<RolloutCluster> deferred(RolloutId id) {
        return marked(deferred, id);
    }

    @Override
    public List<RolloutCluster> changed(RolloutId id, int limit) {
        return named(changed, id, id.toString() + SEPARATOR, limit);
    }

    @Override
    public Optional<RolloutId> latest(String config, String cluster) {
        return id(latest.get(config + cluster));
    }

    /** Clusters of a rollout that an index names in its values. */
    private List<RolloutCluster> named(KeyValueStore<String, byte[]> index, RolloutId id, String prefix, int limit) {
        return list(
                index.prefixScan(prefix, new StringSerializer()),
                limit,
                entry -> rolloutCluster(id, new String(entry.value, StandardCharsets.UTF_8))
                        .orElseThrow());
    }

    /** Clusters of a rollout that an index names in its keys. */
    private List<RolloutCluster> marked(KeyValueStore<String, byte[]> index, RolloutId id) {
        String prefix = id.toString() + SEPARATOR;
        return list(
                index.prefixScan(prefix, new StringSerializer()),
                Integer.MAX_VALUE,
                entry ->
                        rolloutCluster(id, entry.key.substring(prefix.length())).orElseThrow());
    }

    @Override
    public Optional<RolloutId> writer(String cluster) {
        return id(writers.get(cluster));
    }

    @Override
    public List<ClusterRecord> clusters() {
        Set<String> present = new HashSet<>();
        List<ClusterRecord> found = list(inventory.all(), Integer.MAX_VALUE, StoredFleet::isCluster, entry -> {
            present.add(entry.key);
            return clusterRecords.read(entry.key, entry.value);
        });
        clusterRecords.retain(present);
        return found;
    }

    @Override
    public Optional<ClusterRecord> cluster(String cluster) {
        return Optional.ofNullable(value(inventory, cluster)).map(stored -> clusterRecords.read(cluster, stored));
    }

    @Override
    public List<SubscriptionRecord> subscriptions() {
        return list(
                inventory.all(),
                Integer.MAX_VALUE,
                entry -> !isCluster(entry),
                entry -> subscriptionRecords.read(entry.key, entry.value));
    }

    @Override
    public Optional<SubscriptionRecord> subscription(String id) {
        String key = "/subscriptions/" + id;
        return Optional.ofNullable(value(inventory, key)).map(stored -> subscriptionRecords.read(key, stored));
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
        claims = null;
    }

    void put(StrategyState strategy) {
        strategies.put(strategy.name(), StateJson.write(strategy));
    }

    void put(Rollout rollout) {
        String id = rollout.id().toString();
        boolean wasOpen = rollouts.get(id).filter(Rollout::isOpen).isPresent();
        rollouts.keep(id, rollout);
        if (rollout.isOpen() && !wasOpen) {
            open.put(id, PRESENT);
        } else if (wasOpen && !rollout.isOpen()) {
            open.delete(id);
        }
    }

    /** Stores the cluster and moves it between the indexes. */
    void put(RolloutCluster next) {
        RolloutId id = next.rollout();
        byte[] name = next.cluster().getBytes(StandardCharsets.UTF_8);
        RolloutCluster previous = rolloutCluster(id, next.cluster()).orElse(null);
        clusters.put(clusterKey(id, next.cluster()), next);
        for (Index index : indexes) {
            index.move(previous, next, name);
        }
        if (previous == null) {
            latest.put(id.config() + next.cluster(), id.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Completes what an event has put: a rollout that it changed several times is stored once. */
    void flush() {
        rollouts.flush();
    }

    /**
     * A store of some of the clusters of rollouts.
     *
     * @param lists whether a cluster belongs into it
     */
    private record Index(
            KeyValueStore<String, byte[]> store,
            Predicate<RolloutCluster> lists,
            Function<RolloutCluster, String> key,
            boolean named) {

        /** Writes only what changes. */
        private void move(@Nullable RolloutCluster previous, RolloutCluster next, byte[] name) {
            String before = previous == null || !lists.test(previous) ? null : key.apply(previous);
            String after = lists.test(next) ? key.apply(next) : null;
            if (Objects.equals(before, after)) {
                return;
            }
            if (before != null) {
                store.delete(before);
            }
            if (after != null) {
                store.put(after, named ? name : PRESENT);
            }
        }
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

    private static String waitingPrefix(RolloutId id, int stage, int group) {
        return id.toString() + SEPARATOR + stage + SEPARATOR + group + SEPARATOR;
    }

    private static String waitingKey(RolloutCluster cluster) {
        boolean blocked = cluster.state() instanceof ClusterState.Waiting state && state.code() != null;
        return waitingPrefix(cluster.rollout(), cluster.stage(), cluster.group())
                + (blocked ? 1 : 0)
                + SEPARATOR
                + sortable(cluster.ordinal());
    }

    private static String changedKey(RolloutCluster cluster) {
        return cluster.rollout().toString() + SEPARATOR + sortable(Integer.MAX_VALUE - cluster.change());
    }

    private static String markKey(RolloutCluster cluster) {
        return cluster.rollout().toString() + SEPARATOR + cluster.cluster();
    }

    /** A number from 0 so that text order is its order. */
    private static String sortable(int number) {
        return String.valueOf(SORTABLE + number);
    }

    private static Optional<RolloutId> id(byte @Nullable [] stored) {
        return Optional.ofNullable(stored).flatMap(text -> RolloutId.parse(new String(text, StandardCharsets.UTF_8)));
    }

    private static boolean isCluster(KeyValue<String, byte[]> entry) {
        return entry.key.contains(MANAGED_CLUSTERS);
    }

    private static Evidence evidence(byte[] stored) {
        try {
            ClusterHealth health = ClusterHealth.fromByteBuffer(ByteBuffer.wrap(stored));
            return new Evidence(
                    health.getNodesReporting(),
                    health.getActiveConnections(),
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
            Predicate<KeyValue<String, byte[]>> wanted,
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
