package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.intake.AskedTexts;
import dev.kubeproxyfleet.fleet.intake.ForeignEnvelope;
import dev.kubeproxyfleet.fleet.intake.Intake;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ContextualProcessor;

/** Reads a JSON message of one type into an event; what cannot be read goes to {@code rejected} and stops nothing. */
final class MessageReader<T extends Record> extends ContextualProcessor<byte[], byte[], Object, Object> {

    private final Class<T> type;
    private final Function<T, Optional<Intake.Received.Rejected>> refusal;
    private final BiFunction<T, org.apache.kafka.streams.processor.api.Record<byte[], byte[]>, Arrival> arrival;

    private MessageReader(
            Class<T> type,
            Function<T, Optional<Intake.Received.Rejected>> refusal,
            BiFunction<T, org.apache.kafka.streams.processor.api.Record<byte[], byte[]>, Arrival> arrival) {
        this.type = type;
        this.refusal = refusal;
        this.arrival = arrival;
    }

    static MessageReader<Command> commands(Vouchers vouchers) {
        return new MessageReader<>(Command.class, AskedTexts::refusal, (command, message) -> {
            Warrant warrant = vouchers.check(
                    Statement.of(command, message.key(), message.value()),
                    EventHeaders.voucher(message.headers()).orElse(null));
            return new Arrival(
                    new FleetEvent.CommandGiven(command.by(warrant.actor(command.actor(), command.actor()))), warrant);
        });
    }

    static MessageReader<Outcome> outcomes() {
        return new MessageReader<>(
                Outcome.class,
                _ -> Optional.empty(),
                (outcome, _) -> new Arrival(new FleetEvent.OutcomeReported(outcome), new Warrant.NotAsked()));
    }

    @Override
    public void process(org.apache.kafka.streams.processor.api.Record<byte[], byte[]> message) {
        Rejections rejections = new Rejections(context());
        if (message.value() == null) {
            rejections.reject(message, RecordReason.UnexpectedTombstone, "this topic takes no tombstones", "");
            return;
        }
        if (message.value().length > Topic.ASKED_MAX_BYTES) {
            rejections.reject(
                    message,
                    DocumentReason.TooLarge,
                    "the record's value has " + message.value().length + " bytes; at most " + Topic.ASKED_MAX_BYTES
                            + " are allowed",
                    "");
            return;
        }
        Optional<ForeignEnvelope> foreign = ForeignEnvelope.of(message.value(), message.headers());
        if (foreign.isPresent()) {
            rejections.reject(message, foreign.get().code(), foreign.get().message(), "");
            return;
        }
        T read;
        try {
            read = Contract.read(message.value(), type);
        } catch (IOException | RuntimeException e) {
            // Records refuse what is missing in their own ways.
            rejections.reject(
                    message, RecordReason.NotReadable, "not a " + type.getSimpleName() + ": " + e.getMessage(), "");
            return;
        }
        Optional<Intake.Received.Rejected> refused = refusal.apply(read);
        if (refused.isPresent()) {
            Intake.Received.Rejected why = refused.get();
            rejections.reject(message, why.code(), why.message(), why.path());
            return;
        }
        context().forward(message.withKey("").withValue(arrival.apply(read, message)), "controller");
    }
}
