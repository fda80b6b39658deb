package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.intake.Intake;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Lets {@link Intake} read what users published, and sends it on or to {@code rejected}. */
final class IntakeProcessor extends ContextualProcessor<byte[], byte[], Object, Object> {

    private final Strategy defaults;
    private final Vouchers vouchers;

    IntakeProcessor(Strategy defaults, Vouchers vouchers) {
        this.defaults = defaults;
        this.vouchers = vouchers;
    }

    @Override
    public void process(Record<byte[], byte[]> received) {
        String position = context()
                .recordMetadata()
                .map(IntakeProcessor::position)
                .orElseThrow(() -> new IllegalStateException("a record of a source topic without a position"));
        switch (Intake.read(received.key(), received.value(), received.headers(), position, defaults, vouchers)) {
            case Intake.Received.Accepted(FleetEvent event, Warrant warrant) ->
                context().forward(received.withKey("").withValue(new Arrival(event, warrant)), "controller");
            case Intake.Received.Rejected(ReasonCode code, String path, String message) ->
                new Rejections(context()).reject(received, code, message, path);
        }
    }

    private static String position(RecordMetadata origin) {
        return origin.topic() + "-" + origin.partition() + "-" + origin.offset();
    }
}
