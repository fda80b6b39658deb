package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hosts the core over maps, as the controller's processor does over its stores. */
final class InMemoryController implements SimulatedController {

    private static final Duration JOIN = Duration.ofSeconds(10);

    private final InMemoryFleet fleet = new InMemoryFleet();
    private final RolloutEngine engine = new RolloutEngine();
    private final Consumer<Step> steps;
    private final List<Runnable> undo = new ArrayList<>();
    private Instant nextJoin = Instant.EPOCH;

    InMemoryController(Consumer<Step> steps) {
        this.steps = steps;
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
    public void until(Instant now) {}

    @Override
    public void event(FleetEvent event, Instant now) {
        decide(() -> engine.on(fleet, event, now), now);
    }

    @Override
    public void tick(Instant now) {
        boolean join = !now.isBefore(nextJoin);
        if (join) {
            nextJoin = now.plus(JOIN);
        }
        List<RolloutId> open = fleet.rollouts.values().stream()
                .filter(Rollout::isOpen)
                .map(Rollout::id)
                .sorted(Comparator.comparing(RolloutId::toString))
                .toList();
        for (RolloutId id : open) {
            apply(engine.observe(fleet, id, now));
            if (join) {
                apply(engine.join(fleet, id, now));
            }
            advance(id, Integer.MAX_VALUE / 2, now);
        }
        if (join) {
            decide(() -> engine.upkeep(fleet, now), now);
        }
    }

    private void decide(Supplier<Decisions> decision, Instant now) {
        Decisions decisions = decision.get();
        apply(decisions);
        Set<RolloutId> touched = new LinkedHashSet<>();
        decisions.rollouts().forEach(rollout -> touched.add(rollout.id()));
        touched.forEach(id -> advance(id, RolloutEngine.BLOCKED_CANDIDATES_PER_EVENT, now));
    }

    private void advance(RolloutId id, int blockedCandidates, Instant now) {
        Decisions decisions;
        do {
            decisions = engine.advance(fleet, id, blockedCandidates, now);
            apply(decisions);
        } while (!decisions.isEmpty());
    }

    private void apply(Decisions decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        List<Change<ConfigState>> configs = decisions.configs().stream()
                .map(config -> change(fleet.configs, config.name(), config))
                .toList();
        decisions.strategies().forEach(strategy -> change(fleet.strategies, strategy.name(), strategy));
        List<Change<Rollout>> rollouts = decisions.rollouts().stream()
                .map(rollout -> change(fleet.rollouts, rollout.id(), rollout))
                .toList();
        List<Change<RolloutCluster>> clusters = decisions.clusters().stream()
                .map(cluster -> change(
                        fleet.clusters.computeIfAbsent(cluster.rollout(), _ -> new LinkedHashMap<>()),
                        cluster.cluster(),
                        cluster))
                .toList();
        for (String cluster : decisions.withdrawn()) {
            restoreLater(fleet.operations, cluster);
        }
        for (Operation operation : decisions.operations()) {
            restoreLater(fleet.operations, operation.cluster());
        }
        fleet.apply(decisions);
        fleet.audits.clear();
        steps.accept(new Step(
                true, configs, rollouts, clusters, decisions.withdrawn(), decisions.operations(), decisions.audits()));
    }

    private <K, V> Change<V> change(Map<K, V> map, K key, V after) {
        return new Change<>(restoreLater(map, key), after);
    }

    private <K, V> @Nullable V restoreLater(Map<K, V> map, K key) {
        V before = map.get(key);
        undo.add(() -> {
            if (before == null) {
                map.remove(key);
            } else {
                map.put(key, before);
            }
        });
        return before;
    }

    @Override
    public boolean isTransactional() {
        return true;
    }

    @Override
    public void commit() {
        undo.clear();
    }

    @Override
    public void crash(Instant now) {
        undo.reversed().forEach(Runnable::run);
        undo.clear();
        nextJoin = Instant.EPOCH;
    }

    @Override
    public SimulatedController fork(Consumer<Step> otherSteps) {
        InMemoryController fork = new InMemoryController(otherSteps);
        fork.fleet.takeOver(fleet);
        fork.nextJoin = nextJoin;
        return fork;
    }

    @Override
    public void close() {}
}
