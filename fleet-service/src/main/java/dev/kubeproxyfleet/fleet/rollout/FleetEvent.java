package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to the controller from outside, in the one order that its partition gives. */
public sealed interface FleetEvent {

    /**
     * @param source and {@code eventId} together name the event: the same twice is applied once
     * @param reason why, in the actor's words; null if none was given
     */
    record ConfigPublished(
            FleetConfig config,
            String source,
            String eventId,
            String actor,
            @Nullable String reason) implements FleetEvent {

        String identity() {
            return source + " " + eventId;
        }
    }

    /**
     * @param source and {@code eventId} together name the event
     * @param reason why, in the actor's words; null if none was given
     */
    record ConfigDeleted(
            String name,
            String source,
            String eventId,
            String actor,
            @Nullable String reason) implements FleetEvent {

        String identity() {
            return source + " " + eventId;
        }
    }

    /**
     * @param source and {@code eventId} together name the event
     * @param reason why, in the actor's words; null if none was given
     */
    record StrategyPublished(
            FleetStrategy strategy,
            String source,
            String eventId,
            String actor,
            @Nullable String reason) implements FleetEvent {}

    /** @param reason why, in the actor's words; null if none was given */
    record StrategyDeleted(
            String name,
            String source,
            String eventId,
            String actor,
            @Nullable String reason) implements FleetEvent {}

    record CommandGiven(Command command) implements FleetEvent {}

    record OutcomeReported(Outcome outcome) implements FleetEvent {}
}
