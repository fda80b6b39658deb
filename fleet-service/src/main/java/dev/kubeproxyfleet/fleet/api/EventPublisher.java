package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.message.Command;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes what a person asks for to its topic; each call returns once the brokers have it. */
interface EventPublisher {

    /**
     * Publishes what is desired under {@code key}.
     *
     * @param document in its canonical form; null withdraws what is there
     * @throws IOException if Kafka did not take it; the message says what to check
     */
    void desire(String key, @Nullable JsonNode document, Asked asked) throws IOException;

    void command(Command command) throws IOException;

    /**
     * Who asked for a configuration, why and when.
     *
     * @param id of the event; the answer carries it
     */
    record Asked(String id, String actor, @Nullable String reason, Instant at) {}
}
