package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Origin;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes what a person asks for to its topic; each call returns once the brokers have it. */
interface EventPublisher {

    /** CloudEvents attribute {@code source} of what does not come from elsewhere. */
    String SOURCE = "/fleet-service/api";

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
     * @param origin where in Git it stands; null if it does not come from there
     * @param id of the event; the answer carries it
     */
    record Asked(
            @Nullable Origin origin,
            String id,
            String actor,
            @Nullable String reason,
            Instant at) {

        /** CloudEvents attribute {@code source}. */
        String source() {
            return origin == null ? SOURCE : origin.source();
        }
    }
}
