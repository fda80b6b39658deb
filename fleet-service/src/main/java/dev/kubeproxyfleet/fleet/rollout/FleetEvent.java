package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;

/** Everything that can happen to the controller from outside, in the one order that its partition gives. */
public sealed interface FleetEvent {

    /** @param source and {@code eventId} together name the event: the same twice is applied once */
    record ConfigPublished(FleetConfig config, String source, String eventId, String actor) implements FleetEvent {

        String identity() {
            return source + " " + eventId;
        }
    }

    /** @param source and {@code eventId} together name the event */
    record ConfigDeleted(String name, String source, String eventId, String actor) implements FleetEvent {

        String identity() {
            return source + " " + eventId;
        }
    }

    /** @param source and {@code eventId} together name the event */
    record StrategyPublished(FleetStrategy strategy, String source, String eventId, String actor)
            implements FleetEvent {}

    record StrategyDeleted(String name, String source, String eventId, String actor) implements FleetEvent {}

    record CommandGiven(Command command) implements FleetEvent {}

    record OutcomeReported(Outcome outcome) implements FleetEvent {}
}
