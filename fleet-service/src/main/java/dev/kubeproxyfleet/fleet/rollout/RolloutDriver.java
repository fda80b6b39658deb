package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The loop around the core: asks the {@link RolloutEngine}, applies what it decided to a store, and asks again until nothing
 * more is decided. Whoever hosts the core hosts it by this class, and adds a store and a clock.
 *
 * <p>Used by one thread at a time. Where a call throws, the driver and the store must not be used any more.
 */
public final class RolloutDriver {

    /** Blocked clusters that an event, or a tick between two joins, looks at again on the way. */
    private static final int BLOCKED_CANDIDATES_PER_EVENT = 100;

    private static final int ALL_CANDIDATES = 1_000_000;

    /** Configs that a tick looks at for rollouts that are no longer kept; it ends with the first that has one. */
    private static final int CONFIGS_PER_TICK = 10;

    /** Learns what was decided. */
    public interface Listener {

        /** One decision that the store has taken in already; there is something in it. */
        void decided(Decisions decisions);

        /**
         * An event or a tick has come to its end.
         *
         * @param rollouts those that changed, as it left them: what came in between was true for no moment
         * @param configs those whose own state or whose rollouts changed, as it left them
         */
        void completed(Collection<Rollout> rollouts, Collection<Standing> configs);
    }

    private final RolloutEngine engine;
    private final FleetStore store;
    private final Duration joinInterval;
    private final Listener listener;
    private final Map<RolloutId, Rollout> changed = new LinkedHashMap<>();
    private final Set<String> touchedConfigs = new LinkedHashSet<>();
    private final Deque<String> toRetain = new ArrayDeque<>();
    private Instant nextJoin = Instant.EPOCH;

    /** @param joinInterval how often all clusters are looked at: for those that have appeared, are ready again or have drifted */
    public RolloutDriver(RolloutEngine engine, FleetStore store, Duration joinInterval, Listener listener) {
        this.engine = engine;
        this.store = store;
        this.joinInterval = joinInterval;
        this.listener = listener;
    }

    /** Takes one event in, and does what it makes possible. */
    public void on(FleetEvent event, Instant now) {
        decide(engine.on(store, event, null, now), now);
        complete();
    }

    /**
     * Takes in one event for which the service has vouched; one that is older than what was taken before is refused.
     *
     * @param at when it vouched
     */
    public void onVouched(FleetEvent event, Instant at, Instant now) {
        decide(engine.on(store, event, at, now), now);
        complete();
    }

    /** Answers an event that is not taken: whoever may not ask for it has asked. @param message one sentence for people */
    public void refuse(FleetEvent event, ReasonCode code, String message, Instant now) {
        apply(engine.refuse(store, event, code, message, now));
        complete();
    }

    /** Does what the time that has passed makes possible. The first tick looks at all clusters. */
    public void tick(Instant now) {
        boolean join = !now.isBefore(nextJoin);
        if (join) {
            nextJoin = now.plus(joinInterval);
        }
        for (RolloutId id : store.open()) {
            apply(engine.observe(store, id, now));
            if (join) {
                apply(engine.join(store, id, now));
            }
            if (join || !engine.canWait(store, id)) {
                advance(id, join ? ALL_CANDIDATES : BLOCKED_CANDIDATES_PER_EVENT, now);
            }
        }
        if (join) {
            decide(engine.upkeep(store, now), now);
        }
        retain(now, join);
        complete();
    }

    /** One config after the other, in one step a tick at most. */
    private void retain(Instant now, boolean join) {
        if (join && toRetain.isEmpty()) {
            store.configs().forEach(config -> toRetain.add(config.name()));
        }
        for (int i = 0; i < CONFIGS_PER_TICK && !toRetain.isEmpty(); i++) {
            String config = toRetain.remove();
            Decisions decisions = engine.retain(store, config, now);
            if (!decisions.isEmpty()) {
                apply(decisions);
                toRetain.addFirst(config);
                return;
            }
        }
    }

    /**
     * The store has come back from a backup: nothing goes on before a person says so. To be called before anything else is.
     *
     * @param takenAt when the backup was taken
     */
    public void restored(Instant takenAt, Instant now) {
        apply(engine.hold(store, takenAt, now));
        apply(engine.holdBack(store, takenAt, now));
        complete();
    }

    private void decide(Decisions decisions, Instant now) {
        apply(decisions);
        List<RolloutId> touched = decisions.rollouts().stream().map(Rollout::id).toList();
        touched.forEach(id -> advance(id, BLOCKED_CANDIDATES_PER_EVENT, now));
    }

    private void advance(RolloutId id, int blockedCandidates, Instant now) {
        Decisions decisions;
        do {
            decisions = engine.advance(store, id, blockedCandidates, now);
            apply(decisions);
        } while (!decisions.isEmpty());
    }

    private void apply(Decisions decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        for (ConfigState config : decisions.configs()) {
            store.put(config);
            touchedConfigs.add(config.name());
        }
        for (StrategyState strategy : decisions.strategies()) {
            store.put(strategy);
            store.configs().stream()
                    .filter(config -> config.refersTo(strategy.name()))
                    .forEach(config -> touchedConfigs.add(config.name()));
        }
        for (Rollout rollout : decisions.rollouts()) {
            store.put(rollout);
            changed.put(rollout.id(), rollout);
            touchedConfigs.add(rollout.id().config());
        }
        decisions.clusters().forEach(store::put);
        for (Decisions.Removal removal : decisions.removals()) {
            if (removal.begins()) {
                store.remove(removal.rollout());
            }
            removal.clusters().forEach(cluster -> store.remove(removal.rollout(), cluster));
        }
        decisions.withdrawn().forEach(store::release);
        for (Operation operation : decisions.operations()) {
            store.claim(operation.cluster(), new RolloutId(operation.config(), operation.generation()));
        }
        listener.decided(decisions);
    }

    private void complete() {
        List<Standing> configs = touchedConfigs.stream()
                .flatMap(config -> Standing.of(store, config).stream())
                .toList();
        listener.completed(List.copyOf(changed.values()), configs);
        changed.clear();
        touchedConfigs.clear();
    }
}
