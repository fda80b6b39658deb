package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Place;
import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes a rollout forward as far as it goes: plans it, starts clusters, ends bakes and stages, ends it. */
final class Progress {

    private Progress() {}

    static void plan(Draft draft, Rollout rollout, RolloutState.Planned planned) {
        Rollout.Request request = rollout.request();
        ConfigState config = draft.fleet().config(rollout.id().config()).orElseThrow();
        Scope scope = new Scope(draft, config, request.cause(), request.onlyCluster());
        switch (Planner.plan(
                draft.fleet(), rollout.id().config(), rollout.spec(), request.cause(), scope::takes, draft.now())) {
            case Planner.Plan.NotYet(ReasonCode code, String message) -> {
                RolloutState.Planned waiting = planned.waitFor(code, message);
                if (waiting != planned) {
                    draft.put(rollout.with(waiting));
                }
            }
            case Planner.Plan.Ready ready -> {
                Foreseen foreseen = Foreseen.of(rollout.spec(), ready, draft.fleet(), draft.now());
                List<Stage> stages = stages(draft, rollout, ready, scope);
                draft.put(rollout.planned(planned.start(draft.now()), stages, foreseen.plan()));
                if (rollout.reachesAll()) {
                    draft.put(config.planned());
                }
                draft.audit(Answer.byItself(rollout.id().config(), "Start", draft.now())
                        .done(
                                rollout.id(),
                                AnswerReason.Started,
                                Count.of(foreseen.clusters(), "cluster") + " to change in "
                                        + Count.of(stages.size(), "stage") + ", "
                                        + foreseen.alreadyConverged() + " converged already, "
                                        + ready.skipped().size() + " skipped"));
            }
        }
    }

    private static List<Stage> stages(Draft draft, Rollout rollout, Planner.Plan.Ready plan, Scope scope) {
        Instant now = draft.now();
        ClusterState.Waiting waiting = new ClusterState.Waiting(now, null, null);
        List<Stage> stages = new ArrayList<>();
        int ordinal = 0;
        for (int i = 0; i < plan.parts().size(); i++) {
            Planner.Part part = plan.parts().get(i);
            List<Planner.Taken> clusters = new ArrayList<>(part.clusters());
            clusters.addAll(part.converged());
            Tally tally = new Tally();
            if (i == plan.parts().size() - 1) {
                for (Planner.Skipped skip : plan.skipped()) {
                    ClusterState.Skipped skipped = new ClusterState.Skipped(now, skip.code(), skip.message(), true);
                    tally.change(skipped, 1);
                    draft.put(planned(draft, rollout, skip.cluster(), new Place(i, 0), ordinal++, skipped, scope));
                }
            }
            Map<Integer, Integer> groupSizes = new HashMap<>();
            for (Planner.Taken taken : clusters) {
                tally.change(waiting, 1);
                groupSizes.merge(taken.group(), 1, Integer::sum);
                draft.put(planned(
                        draft, rollout, taken.cluster(), new Place(i, taken.group()), ordinal++, waiting, scope));
            }
            stages.add(Stage.planned(
                    part.spec(), new StageState.Waiting(now), tally.counts(), plan.clustersOf(i), groupSizes));
        }
        return stages;
    }

    private static RolloutCluster planned(
            Draft draft,
            Rollout rollout,
            ClusterRecord cluster,
            Place place,
            int ordinal,
            ClusterState state,
            Scope scope) {
        return RolloutCluster.planned(
                rollout.id(),
                cluster,
                Present.of(rollout, draft, cluster).known(),
                place,
                ordinal,
                state,
                scope.corrections(cluster));
    }

    static void run(Draft draft, Rollout found, int blockedCandidates) {
        Rollout rollout = found;
        while (rollout.state() instanceof RolloutState.Running running) {
            OptionalInt current = rollout.currentStage();
            if (current.isEmpty()) {
                finish(draft, rollout, running);
                return;
            }
            int index = current.getAsInt();
            Stage stage = rollout.stages().get(index);
            if (stage.state() instanceof StageState.Updating && stage.hasExceededFailures()) {
                if (rollout.spec().strategy().onFailure() != OnFailure.Continue) {
                    stopForFailures(draft, rollout, running, stage);
                    return;
                }
            }
            Optional<StageGuard.Stop> failure = StageGuard.failure(rollout, index);
            if (failure.isPresent()) {
                stop(draft, rollout, running, failure.get());
                return;
            }
            if (isAtItsEnd(draft, rollout, index)) {
                rollout = concluded(draft, rollout, index);
                stage = rollout.stages().get(index);
                Optional<StageGuard.Stop> objection = StageGuard.objection(rollout, index);
                if (objection.isPresent()) {
                    stop(draft, rollout, running, objection.get());
                    return;
                }
            }
            StageState next = next(draft, rollout, index);
            if (next != stage.state()) {
                rollout = draft.put(rollout.with(index, stage.with(next)));
                if (next instanceof StageState.Done && stage.counts().total() > 0) {
                    draft.audit(stageDone(rollout, index, draft.now()));
                }
                if (next instanceof StageState.AwaitingApproval awaiting) {
                    draft.audit(approvalAwaited(rollout, index, awaiting));
                }
                continue;
            }
            Rollout started = goOn(draft, rollout, running, index, blockedCandidates);
            if (started.equals(rollout)) {
                return;
            }
            rollout = started;
        }
    }

    /** Starts clusters, or says what the stage waits for. */
    private static Rollout goOn(
            Draft draft, Rollout rollout, RolloutState.Running running, int index, int blockedCandidates) {
        Stage stage = rollout.stages().get(index);
        return switch (stage.state()) {
            case StageState.Updating _ -> Starts.some(draft, rollout, running, index, blockedCandidates);
            case StageState.AwaitingApproval awaiting
            when awaiting.approval() == Approval.after && StageProof.isMissing(rollout, index) ->
                Starts.held(draft, rollout, running, RolloutReason.StageProvedNothing, StageProof.missing(stage));
            case StageState.Baking baking
            when baking.isOver(draft.now())
                    && StageGuard.awaited(rollout, index).isPresent() ->
                Starts.held(
                        draft,
                        rollout,
                        running,
                        RolloutReason.GateAwaited,
                        StageGuard.awaited(rollout, index).orElseThrow());
            case StageState.Waiting _, StageState.AwaitingApproval _, StageState.Baking _, StageState.Done _ ->
                Starts.released(draft, rollout, running);
        };
    }

    private static AuditRecord stageDone(Rollout rollout, int index, Instant now) {
        Stage stage = rollout.stages().get(index);
        return Answer.byItself(rollout.id().config(), "StageDone", now)
                .done(
                        rollout.id(),
                        AnswerReason.StageDone,
                        "stage " + stage.spec().name() + " is done: "
                                + Count.of(stage.counts().converged(), "cluster") + " converged, "
                                + stage.counts().failed() + " failed, "
                                + stage.counts().skipped() + " skipped"
                                + StageGuard.summary(rollout, index)
                                + Costs.summary(stage));
    }

    private static AuditRecord approvalAwaited(Rollout rollout, int index, StageState.AwaitingApproval awaiting) {
        Stage stage = rollout.stages().get(index);
        String what = StageProof.isMissing(rollout, index)
                ? StageProof.missing(stage)
                : "stage " + stage.spec().name()
                        + switch (awaiting.approval()) {
                            case before -> " begins once it is approved";
                            case after -> " is finished, and is done once it is approved";
                        };
        return Answer.byItself(rollout.id().config(), "AwaitApproval", awaiting.since())
                .done(rollout.id(), AnswerReason.ApprovalAwaited, what);
    }

    private static void stopForFailures(Draft draft, Rollout rollout, RolloutState.Running running, Stage stage) {
        stop(
                draft,
                rollout,
                running,
                new StageGuard.Stop(
                        rollout.spec().strategy().onFailure(),
                        RolloutReason.MaxFailuresExceeded,
                        Count.of(stage.counts().failed(), "cluster") + " failed in stage "
                                + stage.spec().name() + ", which tolerates " + stage.maxFailures()));
    }

    private static void stop(Draft draft, Rollout rollout, RolloutState.Running running, StageGuard.Stop stop) {
        ReasonCode code = stop.code();
        String message = stop.message();
        RolloutId id = rollout.id();
        if (stop.how() == OnFailure.Rollback) {
            draft.put(rollout.with(running.rollBack(code, message, draft.now())));
            draft.audit(Answer.byItself(id.config(), "Rollback", draft.now()).done(id, code, message));
        } else if (rollout.request().cause() == Cause.CatchUp) {
            // A newcomer that fails must not hold what keeps the other clusters as they should be.
            draft.put(rollout.with(running.fail(code, message, draft.now())));
            draft.audit(Answer.byItself(id.config(), "Finish", draft.now()).done(id, code, message));
        } else {
            draft.put(rollout.with(running.pause(code, message, draft.now())));
            draft.audit(Answer.byItself(id.config(), "Pause", draft.now()).done(id, code, message));
        }
    }

    /** Whether the stage has been watched for as long as it is: by a bake, or without one. */
    private static boolean isAtItsEnd(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        return switch (stage.state()) {
            case StageState.Updating _ -> stage.isFinished() && !bakes(draft, rollout, index);
            case StageState.Baking baking ->
                baking.isOver(draft.now())
                        && StageGuard.unanswered(rollout, index).isEmpty();
            case StageState.Waiting _, StageState.AwaitingApproval _, StageState.Done _ -> false;
        };
    }

    private static Rollout concluded(Draft draft, Rollout rollout, int index) {
        Stage looked = ProofGate.look(draft, rollout, index);
        Stage concluded = ProofGate.isAwaited(looked)
                ? looked
                : StageGuard.conclude(rollout.with(index, looked), index, draft.now());
        return concluded.equals(rollout.stages().get(index)) ? rollout : draft.put(rollout.with(index, concluded));
    }

    /** The state that follows by itself; the same state where something or someone is waited for. */
    private static StageState next(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        Instant now = draft.now();
        return switch (stage.state()) {
            case StageState.Waiting waiting when stage.isFinished() -> waiting.skipEmpty(now);
            case StageState.Waiting waiting
            when stage.spec().approval() == Approval.before -> waiting.awaitApproval(now);
            case StageState.Waiting waiting -> waiting.start(now);
            case StageState.Updating updating when !stage.isFinished() -> updating;
            case StageState.Updating updating
            when bakes(draft, rollout, index) -> updating.bake(stage.spec().bake(), now);
            case StageState.Updating updating
            when StageProof.asksAPerson(rollout, index) -> updating.awaitApproval(now);
            case StageState.Updating updating -> updating.finish(now);
            case StageState.Baking baking
            when !baking.isOver(now) || StageGuard.awaited(rollout, index).isPresent() -> baking;
            case StageState.Baking baking when StageProof.asksAPerson(rollout, index) -> baking.awaitApproval(now);
            case StageState.Baking baking -> baking.finish(now);
            case StageState.AwaitingApproval awaiting -> awaiting;
            case StageState.Done done -> done;
        };
    }

    /** Where nothing was changed there is nothing that could show; what an operator skips may have been changed before. */
    private static boolean bakes(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        boolean lasts = stage.spec().bake().isPositive()
                || !rollout.spec().gate().external().isEmpty();
        return lasts
                && (!stage.isAllSkipped()
                        || draft.fleet().changed(rollout.id(), Integer.MAX_VALUE).stream()
                                .anyMatch(cluster -> cluster.place().stage() == index));
    }

    private static void finish(Draft draft, Rollout rollout, RolloutState.Running running) {
        int failed = rollout.stages().stream()
                .mapToInt(stage -> stage.counts().failed())
                .sum();
        int converged = rollout.stages().stream()
                .mapToInt(stage -> stage.counts().converged())
                .sum();
        boolean succeeded = failed == 0 && rollout.totals().unforeseenSkips() == 0;
        String message = Count.of(converged, "cluster") + " converged, " + failed + " failed"
                + plannedAndSkipped(draft, rollout);
        RolloutState.Ended ended = succeeded
                ? running.succeed(draft.now())
                : running.fail(RolloutReason.ClustersNotConverged, message, draft.now());
        draft.put(rollout.with(ended));
        draft.audit(Answer.byItself(rollout.id().config(), "Finish", draft.now())
                .done(rollout.id(), succeeded ? RolloutReason.Succeeded : RolloutReason.ClustersNotConverged, message));
    }

    /** What the plan had meant to change and was left alone all the same, by name as far as a sentence goes. */
    private static String plannedAndSkipped(Draft draft, Rollout rollout) {
        if (rollout.stages().stream().allMatch(stage -> stage.counts().skipped() == 0)) {
            return "";
        }
        List<String> left = draft.fleet().rolloutClusters(rollout.id()).stream()
                .map(cluster -> draft.cluster(rollout.id(), cluster.cluster()).orElse(cluster))
                .flatMap(cluster -> cluster.state() instanceof ClusterState.Skipped skipped && !skipped.planned()
                        ? Stream.of(cluster.name() + " (" + skipped.code() + ")")
                        : Stream.empty())
                .sorted()
                .toList();
        if (left.isEmpty()) {
            return "";
        }
        int more = left.size() - Warnings.EXAMPLES;
        return ", " + left.size() + " skipped that the plan had not left out: "
                + left.stream().limit(Warnings.EXAMPLES).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
