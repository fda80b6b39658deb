package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is said to be possible is done when it is asked for, and what is said not to be is answered with the reason that was said. */
final class ActionPromises {

    /** Answers that only a look at all clusters gives. */
    private static final Set<ReasonCode> OF_CLUSTERS =
            Set.of(AnswerReason.NothingToRetry, AnswerReason.CannotRetry, AnswerReason.NothingToRollBack);

    /** Answers to the retry of one cluster that only a look at the inventory gives. */
    private static final Set<ReasonCode> OF_INVENTORY = Set.of(AnswerReason.CannotRetry, RequestReason.UnknownCluster);

    /** How many clusters of a rollout are asked about. */
    private static final int CLUSTERS = 5;

    private static final String ASKED = "what can be asked";

    private final Seen seen;
    private final Map<RolloutId, List<Optional<Refusal>>> said = new HashMap<>();

    ActionPromises(Seen seen) {
        this.seen = seen;
    }

    /** Asks everything of the rollouts of a config that people are told something new about, and does nothing of it. */
    void check(FleetState fleet, String config, Instant now) {
        Standing standing = Standing.of(fleet, config).orElseThrow();
        standing.rollouts().stream()
                .map(rollout -> new Possibilities(standing, rollout))
                .filter(this::isNew)
                .forEach(possibilities -> check(fleet, possibilities, now));
    }

    private boolean isNew(Possibilities possibilities) {
        List<Optional<Refusal>> now = Stream.of(Command.Action.values())
                .map(possibilities::objectionByName)
                .toList();
        return !now.equals(said.put(possibilities.rollout().id(), now));
    }

    private void check(FleetState fleet, Possibilities possibilities, Instant now) {
        for (Command.Action action : Command.Action.values()) {
            Optional<Refusal> objection = possibilities.objectionByName(action);
            AuditRecord answer = ask(
                    fleet, possibilities.rollout(), action, action == Command.Action.Skip ? Fleets.id(0) : null, now);
            boolean asSaid = objection
                    .map(refusal -> refusal.verdict() == answer.verdict()
                            && refusal.code().equals(answer.code())
                            && refusal.message().equals(answer.message()))
                    .orElseGet(() -> answer.verdict() == AuditRecord.Verdict.Done
                            || OF_CLUSTERS.contains(answer.code())
                            || action == Command.Action.Skip);
            if (!asSaid) {
                throw new SimulationFailure("%s of %s: said was %s, and answered %s"
                        .formatted(action, possibilities.rollout(), objection, answer));
            }
            seen.count("promise that " + action + (objection.isEmpty() ? " is possible" : " is not possible"));
        }
        fleet.rolloutClusters(possibilities.rollout().id()).stream()
                .limit(CLUSTERS)
                .forEach(cluster -> check(fleet, possibilities, cluster, now));
    }

    /** What is said of one cluster holds where nothing is said against it of the rollout. */
    private void check(FleetState fleet, Possibilities possibilities, RolloutCluster cluster, Instant now) {
        for (Command.Action action : cluster.actions()) {
            if (possibilities.objectionByName(action).isPresent()) {
                continue;
            }
            AuditRecord answer = ask(fleet, possibilities.rollout(), action, cluster.cluster(), now);
            boolean asSaid = answer.verdict() == AuditRecord.Verdict.Done
                    || (action == Command.Action.Retry && OF_INVENTORY.contains(answer.code()));
            if (!asSaid) {
                throw new SimulationFailure("%s of %s in %s: said was that it is possible, and answered %s"
                        .formatted(action, cluster, possibilities.rollout(), answer));
            }
            seen.count("promise that " + action + " of one cluster is possible");
        }
    }

    private static AuditRecord ask(
            FleetState fleet, Rollout rollout, Command.Action action, @Nullable String cluster, Instant now) {
        Draft draft = new Draft(fleet, now, RolloutEngine.DEFAULT_LAG);
        Steering.command(
                draft,
                new Command(
                        ASKED,
                        rollout.id().config(),
                        rollout.id().toString(),
                        action,
                        cluster,
                        gate(rollout, action),
                        action == Command.Action.Answer ? GateVerdict.Pass : null,
                        "bob",
                        "because",
                        now));
        return draft.decisions().audits().stream()
                .filter(audit -> ASKED.equals(audit.requestId()))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable String gate(Rollout rollout, Command.Action action) {
        return switch (action) {
            case Override -> StageGate.names(rollout).stream().findFirst().orElse(null);
            case Answer -> StageGate.answered(rollout).stream().findFirst().orElse(null);
            case Pause, Resume, Abort, Approve, Reject, Retry, Skip, Promote, Rollback, Rerun -> null;
        };
    }
}
