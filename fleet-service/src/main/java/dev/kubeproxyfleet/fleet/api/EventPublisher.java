package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.Command;
import java.io.IOException;
import java.time.Instant;

/** Writes what a person asks for to its topic; each call returns once the brokers have it. */
interface EventPublisher {

    /** @throws IOException if Kafka did not take it; the message says what to check */
    void publish(FleetConfig config, Asked asked) throws IOException;

    /** Withdraws the config of this name. */
    void withdraw(String config, Asked asked) throws IOException;

    void command(Command command) throws IOException;

    /**
     * Who asked for a configuration, and when.
     *
     * @param id of the event; the answer carries it
     */
    record Asked(String id, String actor, Instant at) {}
}
