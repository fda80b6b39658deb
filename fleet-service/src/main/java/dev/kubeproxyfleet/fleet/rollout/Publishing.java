package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes configs and strategies in, and makes rollouts of them. */
final class Publishing {

    private Publishing() {}

    static void publish(Draft draft, FleetEvent.ConfigPublished event) {
        String name = event.config().name();
        FleetConfig.Spec spec = event.config().spec();
        ConfigState config = draft.fleet().config(name).orElseGet(() -> ConfigState.unknown(name));
        Answer answer = new Answer(event.eventId(), name, null, "Publish", event.actor(), event.reason(), draft.now());
        if (config.hasApplied(event.identity())) {
            draft.audit(duplicate(answer, config, event.eventId()));
            return;
        }
        if (spec.equals(config.spec())) {
            draft.put(config.unchanged(event.identity()).confirmedBy(event.source()));
            draft.audit(answer.unchanged(
                    config.latestId(),
                    AnswerReason.NothingChanged,
                    "the spec is that of " + config.latestId() + "; to roll it out once more, rerun it"));
            return;
        }
        if (config.spec() != null
                && config.spec().desired().kind() != spec.desired().kind()) {
            draft.put(config.unchanged(event.identity()));
            draft.audit(answer.refused(
                    config.latestId(),
                    AnswerReason.KindChanged,
                    "config " + name + " gives clusters "
                            + config.spec().desired().describe()
                            + ", and cannot give them another kind of thing; take another name, or delete it first"));
            return;
        }
        Optional<FleetConfig.Spec> resolved = resolve(draft, spec);
        if (resolved.isEmpty()) {
            draft.put(config.unchanged(event.identity()));
            draft.audit(answer.refused(config.latestId(), RequestReason.UnknownStrategy, unknownStrategy(spec)));
            return;
        }
        ConfigState accepted = config.accept(spec, event.identity()).comingFrom(event.source(), event.actor());
        RolloutId id = start(draft, config, accepted, Cause.Publish, null, resolved.get(), event.actor());
        draft.audit(answer.done(
                id,
                AnswerReason.RolloutPlanned,
                "rollout " + id + " to " + spec.desired().describe() + madeWay(draft, config)));
    }

    /** What became of the rollout before, for the answer. */
    private static String madeWay(Draft draft, ConfigState before) {
        RolloutId latest = before.latestId();
        return latest == null
                ? ""
                : draft.rollout(latest)
                        .filter(rollout -> rollout.state() instanceof RolloutState.Superseded)
                        .map(rollout -> "; " + latest + " has ended for it"
                                + (rollout.inFlight() == 0
                                        ? ""
                                        : "; what is in flight there goes first, clusters: " + rollout.inFlight()))
                        .orElse("");
    }

    private static AuditRecord duplicate(Answer answer, ConfigState config, String eventId) {
        return answer.unchanged(
                config.latestId(), AnswerReason.DuplicateEvent, "event " + eventId + " was applied before");
    }

    static void delete(Draft draft, FleetEvent.ConfigDeleted event) {
        Optional<ConfigState> known = draft.fleet().config(event.name());
        Answer answer =
                new Answer(event.eventId(), event.name(), null, "Delete", event.actor(), event.reason(), draft.now());
        if (known.filter(found -> found.hasApplied(event.identity())).isPresent()) {
            draft.audit(duplicate(answer, known.get(), event.eventId()));
            return;
        }
        Optional<ConfigState> config = known.filter(found -> found.spec() != null);
        if (config.isEmpty()) {
            draft.audit(answer.unchanged(null, RequestReason.UnknownConfig, "there is no config " + event.name()));
            return;
        }
        // An earlier one may be on its way back, or be sent there, as long as it is not released too.
        for (long generation = config.get().fullGeneration();
                generation <= config.get().generation();
                generation++) {
            draft.rollout(new RolloutId(event.name(), generation)).ifPresent(rollout -> {
                RolloutState state = rollout.state() instanceof RolloutState.Active active
                        ? active.abort(
                                RolloutReason.ConfigDeleted, "the config was deleted " + answer.by(), draft.now())
                        : rollout.state();
                draft.put(rollout.with(state).release());
            });
        }
        draft.put(config.get().delete(event.identity()).comingFrom(event.source(), event.actor()));
        draft.audit(answer.done(
                config.get().latestRollout(),
                RolloutReason.ConfigDeleted,
                "its clusters are released and keep what they run"));
    }

    static void publish(Draft draft, FleetEvent.StrategyPublished event) {
        FleetStrategy strategy = event.strategy();
        Answer answer = answer(draft, event.eventId(), strategy.name(), "Publish", event.actor(), event.reason());
        if (draft.strategy(strategy.name()).filter(strategy.spec()::equals).isPresent()) {
            draft.audit(answer.unchanged(null, AnswerReason.NothingChanged, "the strategy is stored so already"));
            return;
        }
        draft.put(strategy(draft, strategy.name(), strategy.spec()));
        draft.audit(answer.done(
                null,
                AnswerReason.StrategyStored,
                "rollouts from now on can use it; those that have begun keep what they have"));
    }

    static void delete(Draft draft, FleetEvent.StrategyDeleted event) {
        Answer answer = answer(draft, event.eventId(), event.name(), "Delete", event.actor(), event.reason());
        if (draft.strategy(event.name()).isEmpty()) {
            draft.audit(answer.unchanged(null, RequestReason.UnknownStrategy, "there is no strategy " + event.name()));
            return;
        }
        draft.put(strategy(draft, event.name(), null));
        List<String> users = draft.fleet().configs().stream()
                .filter(config -> config.refersTo(event.name()))
                .map(ConfigState::name)
                .sorted()
                .toList();
        draft.audit(answer.done(
                null,
                AnswerReason.StrategyDeleted,
                "rollouts that have begun keep their copy"
                        + (users.isEmpty()
                                ? ""
                                : "; no rerun or retry of " + String.join(", ", users)
                                        + " can begin before it is stored again")));
    }

    private static StrategyState strategy(Draft draft, String name, @Nullable Strategy spec) {
        return new StrategyState(
                name,
                spec,
                draft.strategyState(name).map(StrategyState::vouchedAt).orElse(null));
    }

    private static Answer answer(
            Draft draft, String eventId, String strategy, String action, String actor, @Nullable String reason) {
        return new Answer(eventId, FleetStrategy.KEY_PREFIX + strategy, null, action, actor, reason, draft.now());
    }

    /** The spec with the strategy that it refers to; empty if that is not stored. */
    static Optional<FleetConfig.Spec> resolve(Draft draft, FleetConfig.Spec spec) {
        if (spec.strategyRef() == null) {
            return Optional.of(spec);
        }
        Optional<Strategy> stored = draft.strategy(spec.strategyRef());
        return stored.map(spec::resolved);
    }

    static String unknownStrategy(FleetConfig.Spec spec) {
        return "there is no strategy " + spec.strategyRef()
                + "; publish it first, or give strategy instead of strategyRef";
    }

    /** Begins the latest rollout of {@code next}; the one before it, if any, makes way. */
    static RolloutId start(
            Draft draft,
            ConfigState before,
            ConfigState next,
            Cause cause,
            @Nullable String onlyCluster,
            FleetConfig.Spec resolved,
            String actor) {
        RolloutId id = next.latestRollout();
        List<RolloutId> ahead = makeWay(draft, before, id);
        draft.put(next);
        draft.put(Rollout.requested(id, ahead, new Rollout.Request(cause, onlyCluster, resolved, actor, draft.now())));
        return id;
    }

    /** What is being written ends and is recorded; what only waits for evidence is given up to the successor. */
    private static List<RolloutId> makeWay(Draft draft, ConfigState config, RolloutId successor) {
        RolloutId latest = config.latestId();
        if (latest == null) {
            return List.of();
        }
        Set<RolloutId> earlier =
                new LinkedHashSet<>(draft.rollout(latest).map(Rollout::ahead).orElse(List.of()));
        for (long generation = config.fullGeneration(); generation <= latest.generation(); generation++) {
            earlier.add(new RolloutId(config.name(), generation));
        }
        List<RolloutId> ahead = new ArrayList<>();
        for (RolloutId id : earlier) {
            draft.rollout(id)
                    .filter(Rollout::isOpen)
                    .filter(rollout -> makeWay(draft, rollout, successor).inFlight() > 0)
                    .ifPresent(_ -> ahead.add(id));
        }
        return ahead;
    }

    private static Rollout makeWay(Draft draft, Rollout rollout, RolloutId successor) {
        RolloutId id = rollout.id();
        Rollout changed = rollout;
        if (changed.state() instanceof RolloutState.Active active) {
            changed = draft.put(changed.with(active.supersede(successor, draft.now())));
        }
        for (RolloutCluster cluster : draft.fleet().inFlight(id)) {
            if (cluster.state() instanceof ClusterState.Verifying verifying) {
                changed = draft.move(
                        changed,
                        cluster,
                        cluster.with(verifying.skip(
                                ClusterReason.Superseded, "applied, then left to " + successor, draft.now())));
            }
        }
        return changed;
    }
}
