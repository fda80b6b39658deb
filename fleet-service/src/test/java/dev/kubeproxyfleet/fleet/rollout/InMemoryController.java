package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hosts the core over maps, and can lose what it has not committed. */
final class InMemoryController implements SimulatedController, RolloutDriver.Listener {

    private static final Duration JOIN = Duration.ofSeconds(10);

    private final RevocableFleet fleet = new RevocableFleet();
    private final Retention retention;
    private final Consumer<Step> steps;
    private RolloutDriver driver;

    InMemoryController(Consumer<Step> steps) {
        this(Retention.byDefault(), steps);
    }

    InMemoryController(Retention retention, Consumer<Step> steps) {
        this.retention = retention;
        this.steps = steps;
        this.driver = start();
    }

    private RolloutDriver start() {
        return new RolloutDriver(new RolloutEngine(RolloutEngine.DEFAULT_LAG, retention), fleet, JOIN, this);
    }

    @Override
    public void decided(Decisions decisions) {
        Step step = new Step(
                true,
                List.copyOf(fleet.changedConfigs),
                List.copyOf(fleet.changedRollouts),
                List.copyOf(fleet.changedClusters),
                List.copyOf(fleet.removed.values()),
                decisions.withdrawn(),
                decisions.operations(),
                decisions.audits());
        fleet.forgetChanges();
        steps.accept(step);
    }

    @Override
    public void completed(Collection<Rollout> rollouts, Collection<Standing> configs) {}

    @Override
    public Retention retention() {
        return retention;
    }

    @Override
    public FleetState state() {
        return fleet;
    }

    @Override
    public List<RolloutId> rollouts() {
        return List.copyOf(fleet.rollouts.keySet());
    }

    @Override
    public void listed(String cluster, @Nullable ClusterRecord record) {
        if (record == null) {
            fleet.inventory.remove(cluster);
        } else {
            fleet.inventory.put(cluster, record);
        }
    }

    @Override
    public void listed(SubscriptionRecord subscription) {
        fleet.subscriptions.put(subscription.subscription(), subscription);
    }

    @Override
    public void shown(String cluster, Evidence evidence) {
        fleet.evidence.put(cluster, evidence);
    }

    @Override
    public void shown(String cluster, KubernetesView view) {
        fleet.kubernetes.put(cluster, view);
    }

    @Override
    public void until(Instant now) {}

    @Override
    public void event(FleetEvent event, Instant now) {
        driver.on(event, now);
    }

    @Override
    public void tick(Instant now) {
        driver.tick(now);
    }

    @Override
    public boolean isTransactional() {
        return true;
    }

    @Override
    public void commit() {
        fleet.undo.clear();
    }

    @Override
    public void crash(Instant now) {
        fleet.undo.reversed().forEach(Runnable::run);
        fleet.undo.clear();
        driver = start();
    }

    @Override
    public SimulatedController fork(Consumer<Step> otherSteps) {
        InMemoryController fork = new InMemoryController(retention, otherSteps);
        fork.fleet.takeOver(fleet);
        return fork;
    }

    @Override
    public void close() {}

    /** Remembers what was there before: to undo it, and for those who ask what one decision changed. */
    private static final class RevocableFleet extends InMemoryFleet {
        private final List<Runnable> undo = new ArrayList<>();
        private final List<Change<ConfigState>> changedConfigs = new ArrayList<>();
        private final List<Change<Rollout>> changedRollouts = new ArrayList<>();
        private final List<Change<RolloutCluster>> changedClusters = new ArrayList<>();

        private final Map<RolloutId, Removed> removed = new LinkedHashMap<>();

        private void forgetChanges() {
            removed.clear();
            changedConfigs.clear();
            changedRollouts.clear();
            changedClusters.clear();
        }

        @Override
        public void put(ConfigState config) {
            changedConfigs.add(new Change<>(configs.get(config.name()), config));
            super.put(config);
        }

        @Override
        public void put(Rollout rollout) {
            changedRollouts.add(new Change<>(rollouts.get(rollout.id()), rollout));
            super.put(rollout);
        }

        @Override
        public void put(RolloutCluster cluster) {
            changedClusters.add(new Change<>(
                    rolloutCluster(cluster.rollout(), cluster.cluster()).orElse(null), cluster));
            super.put(cluster);
        }

        @Override
        public void remove(RolloutId id) {
            removed.put(id, new Removed(id, rollouts.get(id), new ArrayList<>()));
            super.remove(id);
        }

        @Override
        public void remove(RolloutId id, String cluster) {
            removed.computeIfAbsent(id, _ -> new Removed(id, null, new ArrayList<>()))
                    .clusters()
                    .add(rolloutCluster(id, cluster).orElseThrow());
            super.remove(id, cluster);
        }

        @Override
        <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
            V before = map.get(key);
            undo.add(() -> super.put(map, key, before));
            super.put(map, key, value);
        }
    }
}
