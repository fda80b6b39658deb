package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.intake.ForeignEnvelope;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Reads a JSON message of one type into an event; what cannot be read goes to {@code rejected} and stops nothing. */
final class MessageReader<T> extends ContextualProcessor<byte[], byte[], Object, Object> {

    private final Class<T> type;
    private final Function<T, FleetEvent> event;

    private MessageReader(Class<T> type, Function<T, FleetEvent> event) {
        this.type = type;
        this.event = event;
    }

    static MessageReader<Command> commands() {
        return new MessageReader<>(Command.class, FleetEvent.CommandGiven::new);
    }

    static MessageReader<Outcome> outcomes() {
        return new MessageReader<>(Outcome.class, FleetEvent.OutcomeReported::new);
    }

    @Override
    public void process(Record<byte[], byte[]> message) {
        Rejections rejections = new Rejections(context());
        if (message.value() == null) {
            rejections.reject(message, "UnexpectedTombstone", "this topic takes no tombstones", "");
            return;
        }
        Optional<ForeignEnvelope> foreign = ForeignEnvelope.of(message.value(), message.headers());
        if (foreign.isPresent()) {
            rejections.reject(message, foreign.get().code(), foreign.get().message(), "");
            return;
        }
        T read;
        try {
            read = Json.MAPPER.readValue(message.value(), type);
        } catch (IOException | RuntimeException e) {
            // Records refuse what is missing in their own ways.
            rejections.reject(message, "NotReadable", "not a " + type.getSimpleName() + ": " + e.getMessage(), "");
            return;
        }
        if (read == null) {
            rejections.reject(message, "NotReadable", "not a " + type.getSimpleName() + ": null", "");
            return;
        }
        context().forward(message.withKey("").withValue(event.apply(read)), "controller");
    }
}
