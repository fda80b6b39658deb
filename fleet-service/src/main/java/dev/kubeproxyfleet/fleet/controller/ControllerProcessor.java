package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Decisions;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutEngine;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Takes events in their order, lets the core decide, and applies what it decided before it looks at the next. */
final class ControllerProcessor implements Processor<String, FleetEvent, String, byte[]> {

    private static final int ALL_CANDIDATES = 1_000_000;

    private final RolloutEngine engine;
    private final ControllerTopology.Timing timing;
    private final EventForwarder.Factory forwarders;
    private final ControllerCounters counters;
    private ProcessorContext<String, byte[]> context;
    private StoredFleet fleet;
    private EventForwarder forwarder;
    private Instant nextJoin = Instant.EPOCH;

    /** Rollouts that the event at hand has changed, as it has them now. */
    private final Map<RolloutId, Rollout> changed = new LinkedHashMap<>();

    /** The fields set by {@link #init} are set before anything is processed; Kafka Streams promises that. */
    @SuppressWarnings("NullAway.Init")
    ControllerProcessor(
            ControllerTopology.Timing timing, EventForwarder.Factory forwarders, ControllerCounters counters) {
        this.counters = counters;
        this.timing = timing;
        this.engine = new RolloutEngine(timing.lag());
        this.forwarders = forwarders;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        fleet = new StoredFleet(processorContext, counters);
        forwarder = forwarders.create(processorContext);
        processorContext.schedule(timing.tick(), PunctuationType.WALL_CLOCK_TIME, _ -> tick());
    }

    @Override
    public void process(Record<String, FleetEvent> event) {
        Instant now = now();
        decide(engine.on(fleet, event.value(), now), now);
        complete();
    }

    private void tick() {
        Instant now = now();
        boolean join = !now.isBefore(nextJoin);
        if (join) {
            nextJoin = now.plus(timing.join());
        }
        for (RolloutId id : fleet.open()) {
            apply(engine.observe(fleet, id, now));
            if (join) {
                apply(engine.join(fleet, id, now));
            }
            if (join || !engine.canWait(fleet, id)) {
                advance(id, join ? ALL_CANDIDATES : RolloutEngine.BLOCKED_CANDIDATES_PER_EVENT, now);
            }
        }
        if (join) {
            decide(engine.upkeep(fleet, now), now);
        }
        complete();
    }

    private void decide(Decisions decisions, Instant now) {
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
        decisions.configs().forEach(fleet::put);
        decisions.strategies().forEach(fleet::put);
        for (Rollout rollout : decisions.rollouts()) {
            fleet.put(rollout);
            changed.put(rollout.id(), rollout);
        }
        for (RolloutCluster cluster : decisions.clusters()) {
            fleet.put(cluster);
            RolloutClusterStatus status =
                    Statuses.of(fleet.rollout(cluster.rollout()).orElseThrow(), cluster);
            forwarder.forward(Topic.ROLLOUT_CLUSTERS, status.key(), status);
        }
        for (String cluster : decisions.withdrawn()) {
            fleet.release(cluster);
            forwarder.tombstone(Topic.OPERATIONS, cluster);
        }
        for (Operation operation : decisions.operations()) {
            fleet.claim(operation.cluster(), new RolloutId(operation.config(), operation.generation()));
            forwarder.forward(Topic.OPERATIONS, operation.cluster(), operation);
        }
        List<AuditRecord> audits = decisions.audits();
        audits.forEach(audit -> forwarder.forward(Topic.AUDIT, audit.config(), audit));
    }

    /** Stores what the event changed, and tells how it left each rollout: what came in between was true for no moment. */
    private void complete() {
        fleet.flush();
        changed.values()
                .forEach(rollout ->
                        forwarder.forward(Topic.ROLLOUTS, rollout.id().toString(), Statuses.of(rollout)));
        changed.clear();
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
