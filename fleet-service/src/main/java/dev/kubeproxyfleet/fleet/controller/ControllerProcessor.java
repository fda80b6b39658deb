package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.RolloutDriver;
import dev.kubeproxyfleet.fleet.rollout.RolloutEngine;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/** Hosts the core on Kafka Streams: its stores, its clock, and the topics that tell what it decided. */
final class ControllerProcessor implements Processor<String, Arrival, String, byte[]> {

    private static final Logger LOG = Logger.getLogger(ControllerProcessor.class);

    private final ControllerTopology.Timing timing;
    private final Entrance entrance;
    private final EventForwarder.Factory forwarders;
    private final ControllerCounters counters;
    private final DecisionTraces traces;
    private ProcessorContext<String, byte[]> context;
    private StateFormat format;
    private StoredFleet fleet;
    private RolloutDriver driver;

    /** The fields set by {@link #init} are set before anything is processed; Kafka Streams promises that. */
    @SuppressWarnings("NullAway.Init")
    ControllerProcessor(
            ControllerTopology.Timing timing,
            Entrance entrance,
            EventForwarder.Factory forwarders,
            ControllerCounters counters,
            DecisionTraces traces) {
        this.timing = timing;
        this.entrance = entrance;
        this.forwarders = forwarders;
        this.counters = counters;
        this.traces = traces;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
        context = processorContext;
        format = new StateFormat(processorContext.getStateStore(Stores.FORMAT));
        fleet = new StoredFleet(processorContext, counters);
        driver = new RolloutDriver(
                new RolloutEngine(timing.lag(), timing.retention()),
                fleet,
                timing.join(),
                new Announcer(fleet, forwarders.create(processorContext)));
        processorContext.schedule(timing.tick(), PunctuationType.WALL_CLOCK_TIME, _ -> tick());
    }

    @Override
    public void process(Record<String, Arrival> received) {
        Arrival arrival = received.value();
        traces.decide(context, received.withValue(arrival.event()), () -> {
            begin();
            entrance.objection(arrival, fleet)
                    .ifPresentOrElse(refused -> refuse(arrival.event(), refused), () -> take(arrival));
            end();
        });
    }

    private void take(Arrival arrival) {
        if (arrival.warrant() instanceof Warrant.Vouched(Instant at)) {
            driver.onVouched(arrival.event(), at, now());
        } else {
            driver.on(arrival.event(), now());
        }
    }

    private void refuse(FleetEvent event, Entrance.Refused why) {
        RecordMetadata origin = context.recordMetadata().orElseThrow();
        LOG.warnf(
                "refused a record topic=%s partition=%d offset=%d code=%s: %s",
                origin.topic(), origin.partition(), origin.offset(), why.code(), why.message());
        driver.refuse(event, why.code(), why.message(), now());
    }

    private void tick() {
        begin();
        driver.tick(now());
        end();
    }

    /** Before anything else is decided, and in the same transaction. */
    private void begin() {
        format.restoredFrom().ifPresent(takenAt -> {
            driver.restored(takenAt, now());
            fleet.flush();
        });
        format.write();
    }

    private void end() {
        fleet.flush();
        if (fleet.hasGaps()) {
            format.raise();
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
