package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.health.HealthEvidence;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesEvidence;
import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.FleetStore;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.StrategyState;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The fleet as the state stores hold it. Used by one stream thread at a time, like the stores. */
final class StoredFleet implements FleetStore {

    private static final String MANAGED_CLUSTERS = "/managedclusters/";
    private static final byte[] PRESENT = {1};

    /** What the resource id of a cluster starts with, after the rollout's id. */
    private static final char CLUSTER_START = '/';

    /** Configs kept in memory: more than most fleets have. */
    private static final int RECENT_CONFIGS = 64;

    /** Rollouts kept in memory: more than can be active at once, for most fleets. */
    private static final int RECENT_ROLLOUTS = 64;

    /** Clusters of rollouts kept in memory: more than are in flight at once, for most fleets. */
    private static final int RECENT_CLUSTERS = 4_096;

    private final KeyValueStore<String, byte[]> strategies;
    private final KeyValueStore<String, byte[]> storedConfigs;
    private final RecentStates<ConfigState> configs;
    private final KeyValueStore<String, byte[]> storedRollouts;
    private final RecentStates<Rollout> rollouts;
    private final RecentStates<RolloutCluster> clusters;
    private final KeyValueStore<String, byte[]> storedClusters;
    private final KeyValueStore<String, byte[]> latest;
    private final KeyValueStore<String, byte[]> writers;
    private final OpenRollouts open;
    private final KeyValueStore<String, byte[]> drifted;
    private final ReadOnlyKeyValueStore<String, byte[]> inventory;
    private final ReadRecords<ClusterRecord> clusterRecords;
    private final ReadRecords<SubscriptionRecord> subscriptionRecords;
    private final StoredEvidence<Evidence> evidence;
    private final StoredEvidence<KubernetesView> kubernetes;

    /** Of open rollouts: what has ended is asked for seldom, and may have many clusters. */
    private final Map<RolloutId, ClusterLists> lists = new HashMap<>();

    private @Nullable List<Claim> claims;

    /** Whether rollouts are removed that a version before 0.2.0 counts on: see {@link StateFormat}. */
    private boolean gaps;

    StoredFleet(ProcessingContext context, ControllerCounters counters) {
        clusterRecords = new ReadRecords<>(ClusterRecord.class, Topic.CLUSTERS, ClusterRecord::id, counters);
        subscriptionRecords =
                new ReadRecords<>(SubscriptionRecord.class, Topic.CLUSTERS, SubscriptionRecord::key, counters);
        strategies = context.getStateStore(Stores.STRATEGIES);
        storedConfigs = context.getStateStore(Stores.CONFIGS);
        configs = new RecentStates<>(storedConfigs, ConfigState.class, RECENT_CONFIGS);
        storedRollouts = context.getStateStore(Stores.ROLLOUTS);
        rollouts = new RecentStates<>(storedRollouts, Rollout.class, RECENT_ROLLOUTS);
        storedClusters = context.getStateStore(Stores.CLUSTERS);
        clusters = new RecentStates<>(storedClusters, RolloutCluster.class, RECENT_CLUSTERS);
        latest = context.getStateStore(Stores.LATEST);
        writers = context.getStateStore(Stores.WRITERS);
        open = new OpenRollouts(context.getStateStore(Stores.OPEN));
        drifted = context.getStateStore(Stores.DRIFTED);
        inventory = context.getStateStore(Stores.INVENTORY);
        evidence = new StoredEvidence<>(
                context.getStateStore(Stores.HEALTH),
                Topic.CLUSTER_HEALTH,
                (key, value) -> AvroReader.clusterHealth(key, value).map(HealthEvidence::of),
                AvroReader.CLUSTER_HEALTH::objection,
                Evidence.NONE,
                counters);
        kubernetes = new StoredEvidence<>(
                context.getStateStore(Stores.KUBERNETES),
                Topic.CLUSTER_KUBERNETES,
                (key, value) -> AvroReader.clusterKubernetes(key, value).map(KubernetesEvidence::of),
                AvroReader.CLUSTER_KUBERNETES::objection,
                KubernetesView.NONE,
                counters);
    }

    // ---- reading ----

    @Override
    public Optional<ConfigState> config(String name) {
        return configs.get(name);
    }

    @Override
    public List<ConfigState> configs() {
        return Entries.list(storedConfigs.all(), entry -> StateJson.read(entry.value, ConfigState.class));
    }

    /** Every event asks for them, and only a changed config changes them. */
    @Override
    public List<Claim> claims() {
        if (claims == null) {
            claims = configs().stream()
                    .flatMap(config -> Stream.ofNullable(config.spec())
                            .map(spec ->
                                    new Claim(config.name(), spec.desired().kind(), spec.priority(), spec.selector())))
                    .toList();
        }
        return claims;
    }

    @Override
    public Optional<StrategyState> strategyState(String name) {
        return get(strategies, name, StrategyState.class);
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
        return Entries.list(
                Entries.startingWith(storedClusters, id.toString() + CLUSTER_START),
                entry -> StateJson.read(entry.value, RolloutCluster.class));
    }

    @Override
    public List<RolloutCluster> waiting(RolloutId id, int stage, int group, int limit) {
        return named(id, lists(id).waiting(stage, group, limit));
    }

    @Override
    public List<RolloutCluster> inFlight(RolloutId id) {
        return named(id, lists(id).inFlight());
    }

    @Override
    public List<RolloutCluster> settling(RolloutId id) {
        return named(id, lists(id).settling());
    }

    @Override
    public List<RolloutCluster> deferred(RolloutId id) {
        return named(id, lists(id).deferred());
    }

    @Override
    public List<RolloutCluster> changed(RolloutId id, int limit) {
        return named(id, lists(id).changed(limit));
    }

    private List<RolloutCluster> named(RolloutId id, Collection<String> names) {
        return names.stream()
                .map(name -> rolloutCluster(id, name).orElseThrow())
                .toList();
    }

    /** Looks at all clusters of an open rollout the first time that it is asked for. */
    private ClusterLists lists(RolloutId id) {
        ClusterLists known = lists.get(id);
        if (known != null) {
            return known;
        }
        ClusterLists made = new ClusterLists();
        rolloutClusters(id).forEach(cluster -> made.move(null, cluster));
        if (rollout(id).filter(Rollout::isOpen).isPresent()) {
            lists.put(id, made);
        }
        return made;
    }

    @Override
    public List<RolloutCluster> drifted() {
        return Entries.list(drifted.all(), entry -> clusters.get(entry.key).orElseThrow());
    }

    @Override
    public Optional<RolloutId> latest(String config, String cluster) {
        return id(latest.get(config + cluster));
    }

    @Override
    public Optional<RolloutId> writer(String cluster) {
        return id(writers.get(cluster));
    }

    @Override
    public List<ClusterRecord> clusters() {
        Set<String> present = new HashSet<>();
        List<Optional<ClusterRecord>> found = Entries.list(inventory.all(), StoredFleet::isCluster, entry -> {
            present.add(entry.key);
            return clusterRecords.read(entry.key, entry.value);
        });
        clusterRecords.retain(present);
        return found.stream().flatMap(Optional::stream).toList();
    }

    @Override
    public Optional<ClusterRecord> cluster(String cluster) {
        return Optional.ofNullable(value(inventory, cluster)).flatMap(stored -> clusterRecords.read(cluster, stored));
    }

    @Override
    public List<SubscriptionRecord> subscriptions() {
        return Entries.list(
                        inventory.all(),
                        entry -> !isCluster(entry),
                        entry -> subscriptionRecords.read(entry.key, entry.value))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public Optional<SubscriptionRecord> subscription(String id) {
        String key = "/subscriptions/" + id;
        return Optional.ofNullable(value(inventory, key)).flatMap(stored -> subscriptionRecords.read(key, stored));
    }

    @Override
    public Evidence evidence(String cluster) {
        return evidence.of(cluster);
    }

    @Override
    public KubernetesView kubernetes(String cluster) {
        return kubernetes.of(cluster);
    }

    @Override
    public List<RolloutId> open() {
        return open.all();
    }

    @Override
    public List<RolloutId> open(String config) {
        return open.of(config);
    }

    /** Those that the event at hand has begun come with its end. */
    @Override
    public List<RolloutId> rollouts(String config) {
        return Entries.list(Entries.startingWith(storedRollouts, config + '.'), entry -> RolloutId.parse(entry.key))
                .stream()
                .flatMap(Optional::stream)
                .filter(id -> id.config().equals(config))
                .sorted(Comparator.comparing(RolloutId::generation))
                .toList();
    }

    @Override
    public List<String> clusterNames(RolloutId id, int limit) {
        return Entries.endings(storedClusters, id.toString() + CLUSTER_START, limit).stream()
                .map(name -> CLUSTER_START + name)
                .toList();
    }

    // ---- writing ----

    @Override
    public void put(ConfigState config) {
        configs.put(config.name(), config);
        claims = null;
    }

    @Override
    public void put(StrategyState strategy) {
        strategies.put(strategy.name(), StateJson.write(strategy));
    }

    @Override
    public void put(Rollout rollout) {
        String id = rollout.id().toString();
        boolean wasOpen = rollouts.get(id).filter(Rollout::isOpen).isPresent();
        rollouts.keep(id, rollout);
        if (rollout.isOpen() && !wasOpen) {
            open.add(id);
        } else if (wasOpen && !rollout.isOpen()) {
            open.remove(id);
            lists.remove(rollout.id());
        }
    }

    /** Stores the cluster and moves it between the lists. */
    @Override
    public void put(RolloutCluster next) {
        RolloutId id = next.rollout();
        RolloutCluster previous = rolloutCluster(id, next.cluster()).orElse(null);
        ClusterLists following = previous == null ? lists(id) : lists.get(id);
        if (following != null) {
            following.move(previous, next);
        }
        String key = clusterKey(id, next.cluster());
        clusters.put(key, next);
        boolean hadDrifted = previous != null && previous.hasDrifted();
        if (next.hasDrifted() && !hadDrifted) {
            drifted.put(key, PRESENT);
        } else if (hadDrifted && !next.hasDrifted()) {
            drifted.delete(key);
        }
        if (previous == null) {
            latest.put(id.config() + next.cluster(), Entries.bytes(id.toString()));
        }
    }

    @Override
    public void remove(RolloutId id) {
        gaps |= config(id.config())
                .filter(config -> config.spec() == null || id.generation() >= config.fullGeneration())
                .isPresent();
        rollouts.remove(id.toString());
    }

    @Override
    public void remove(RolloutId id, String cluster) {
        String key = clusterKey(id, cluster);
        clusters.remove(key);
        drifted.delete(key);
        if (latest(id.config(), cluster).filter(id::equals).isPresent()) {
            latest.delete(id.config() + cluster);
        }
    }

    boolean hasGaps() {
        return gaps;
    }

    /** Completes what an event has put: a rollout that it changed several times is stored once. */
    void flush() {
        rollouts.flush();
    }

    @Override
    public void claim(String cluster, RolloutId writer) {
        writers.put(cluster, Entries.bytes(writer.toString()));
    }

    @Override
    public void release(String cluster) {
        writers.delete(cluster);
    }

    // ---- keys and values ----

    private static String clusterKey(RolloutId id, String cluster) {
        return id + cluster;
    }

    private static Optional<RolloutId> id(byte @Nullable [] stored) {
        return Optional.ofNullable(stored).flatMap(text -> RolloutId.parse(new String(text, StandardCharsets.UTF_8)));
    }

    private static boolean isCluster(KeyValue<String, byte[]> entry) {
        return entry.key.contains(MANAGED_CLUSTERS);
    }

    private static <T> Optional<T> get(ReadOnlyKeyValueStore<String, byte[]> store, String key, Class<T> type) {
        return Optional.ofNullable(value(store, key)).map(stored -> StateJson.read(stored, type));
    }

    private static byte @Nullable [] value(ReadOnlyKeyValueStore<String, byte[]> store, String key) {
        return store.get(key);
    }
}
