package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Decisions;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutDriver;
import dev.kubeproxyfleet.fleet.rollout.RolloutEngine;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Instant;
import java.util.Collection;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Hosts the core on Kafka Streams: its stores, its clock, and the topics that tell what it decided. */
final class ControllerProcessor implements Processor<String, FleetEvent, String, byte[]> {

    private final ControllerTopology.Timing timing;
    private final EventForwarder.Factory forwarders;
    private final ControllerCounters counters;
    private ProcessorContext<String, byte[]> context;
    private StoredFleet fleet;
    private RolloutDriver driver;

    /** The fields set by {@link #init} are set before anything is processed; Kafka Streams promises that. */
    @SuppressWarnings("NullAway.Init")
    ControllerProcessor(
            ControllerTopology.Timing timing, EventForwarder.Factory forwarders, ControllerCounters counters) {
        this.timing = timing;
        this.forwarders = forwarders;
        this.counters = counters;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        fleet = new StoredFleet(processorContext, counters);
        driver = new RolloutDriver(
                new RolloutEngine(timing.lag()),
                fleet,
                timing.join(),
                new Announcer(fleet, forwarders.create(processorContext)));
        processorContext.schedule(timing.tick(), PunctuationType.WALL_CLOCK_TIME, _ -> tick());
    }

    @Override
    public void process(Record<String, FleetEvent> event) {
        driver.on(event.value(), now());
        fleet.flush();
    }

    private void tick() {
        driver.tick(now());
        fleet.flush();
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    /** Tells the topics what was decided. */
    private record Announcer(StoredFleet fleet, EventForwarder forwarder) implements RolloutDriver.Listener {

        @Override
        public void decided(Decisions decisions) {
            for (RolloutCluster cluster : decisions.clusters()) {
                RolloutClusterStatus status =
                        Statuses.of(fleet.rollout(cluster.rollout()).orElseThrow(), cluster);
                forwarder.forward(Topic.ROLLOUT_CLUSTERS, status.key(), status);
            }
            decisions.withdrawn().forEach(cluster -> forwarder.tombstone(Topic.OPERATIONS, cluster));
            decisions
                    .operations()
                    .forEach(operation -> forwarder.forward(Topic.OPERATIONS, operation.cluster(), operation));
            decisions.audits().forEach(audit -> forwarder.forward(Topic.AUDIT, audit.config(), audit));
        }

        @Override
        public void completed(Collection<Rollout> changed) {
            changed.forEach(
                    rollout -> forwarder.forward(Topic.ROLLOUTS, rollout.id().toString(), Statuses.of(rollout)));
        }
    }
}
