package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an event that the service has vouched for from being applied once more, when its id is no longer remembered: what was vouched for
 * before the latest of the same name and topic is refused.
 *
 * <p>Ids are not remembered of strategies, and of configs only the latest; so there the order is strict, and whoever asks twice at once,
 * by replicas whose clocks differ, may have to ask again. Gates are answered beside people, so commands have some room.
 */
final class Vouching {

    /** How much later than a later one a command may come; fewer come within it than ids are remembered. */
    static final Duration ROOM = Duration.ofMinutes(1);

    private Vouching() {}

    /** Why it is not applied; empty if it is. @param at when the service vouched for it */
    static Optional<String> objection(FleetState fleet, FleetEvent event, Instant at) {
        return Optional.ofNullable(latest(fleet, event))
                .filter(latest -> at.isBefore(event instanceof FleetEvent.CommandGiven ? latest.minus(ROOM) : latest))
                .map(latest -> "it was asked for at " + at + ", and what was asked for at " + latest
                        + " has been taken since; if it is still wanted, ask again");
    }

    private static @Nullable Instant latest(FleetState fleet, FleetEvent event) {
        return switch (event) {
            case FleetEvent.ConfigPublished published ->
                vouched(fleet.config(published.config().name())).desired();
            case FleetEvent.ConfigDeleted deleted ->
                vouched(fleet.config(deleted.name())).desired();
            case FleetEvent.CommandGiven(Command command) ->
                vouched(fleet.config(command.config())).commands();
            case FleetEvent.StrategyPublished published ->
                vouchedAt(fleet.strategyState(published.strategy().name()));
            case FleetEvent.StrategyDeleted deleted -> vouchedAt(fleet.strategyState(deleted.name()));
            case FleetEvent.OutcomeReported _ -> null;
        };
    }

    private static ConfigState.Vouched vouched(Optional<ConfigState> config) {
        return config.map(ConfigState::vouched).orElse(ConfigState.Vouched.NEVER);
    }

    private static @Nullable Instant vouchedAt(Optional<StrategyState> strategy) {
        return strategy.map(StrategyState::vouchedAt).orElse(null);
    }

    /** Remembers when the service vouched for the event that was applied; never later than now, whatever its clock says. */
    static void remember(Draft draft, FleetEvent event, Instant vouchedAt) {
        Instant at = vouchedAt.isAfter(draft.now()) ? draft.now() : vouchedAt;
        switch (event) {
            case FleetEvent.ConfigPublished published ->
                desired(draft, published.config().name(), at);
            case FleetEvent.ConfigDeleted deleted -> desired(draft, deleted.name(), at);
            case FleetEvent.CommandGiven(Command command) ->
                draft.config(command.config()).ifPresent(config -> {
                    ConfigState.Vouched before = vouched(Optional.of(config));
                    if (isLater(at, before.commands())) {
                        draft.put(config.with(new ConfigState.Vouched(before.desired(), at)));
                    }
                });
            case FleetEvent.StrategyPublished published ->
                strategy(draft, published.strategy().name(), at);
            case FleetEvent.StrategyDeleted deleted -> strategy(draft, deleted.name(), at);
            case FleetEvent.OutcomeReported _ -> {}
        }
    }

    private static void desired(Draft draft, String name, Instant at) {
        draft.config(name).ifPresent(config -> {
            ConfigState.Vouched before = vouched(Optional.of(config));
            if (isLater(at, before.desired())) {
                draft.put(config.with(new ConfigState.Vouched(at, before.commands())));
            }
        });
    }

    private static void strategy(Draft draft, String name, Instant at) {
        draft.strategyState(name)
                .filter(strategy -> isLater(at, strategy.vouchedAt()))
                .ifPresent(strategy -> draft.put(new StrategyState(name, strategy.spec(), at)));
    }

    private static boolean isLater(Instant at, @Nullable Instant before) {
        return before == null || at.isAfter(before);
    }

    /** The answer to an event that is not taken; it changes nothing, and is not remembered. */
    static AuditRecord refusal(FleetEvent event, ReasonCode code, String message, Instant now) {
        return answer(event, now).refused(null, code, message);
    }

    private static Answer answer(FleetEvent event, Instant now) {
        return switch (event) {
            case FleetEvent.ConfigPublished it ->
                new Answer(it.eventId(), it.config().name(), null, "Publish", it.actor(), it.reason(), now);
            case FleetEvent.ConfigDeleted it ->
                new Answer(it.eventId(), it.name(), null, "Delete", it.actor(), it.reason(), now);
            case FleetEvent.StrategyPublished it ->
                new Answer(
                        it.eventId(),
                        FleetStrategy.KEY_PREFIX + it.strategy().name(),
                        null,
                        "Publish",
                        it.actor(),
                        it.reason(),
                        now);
            case FleetEvent.StrategyDeleted it ->
                new Answer(
                        it.eventId(),
                        FleetStrategy.KEY_PREFIX + it.name(),
                        null,
                        "Delete",
                        it.actor(),
                        it.reason(),
                        now);
            case FleetEvent.CommandGiven(Command it) ->
                new Answer(it.id(), it.config(), it.cluster(), it.action().name(), it.actor(), it.reason(), now);
            case FleetEvent.OutcomeReported it ->
                throw new IllegalArgumentException("nobody asks for an outcome: " + it);
        };
    }
}
