package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Decides what every event means for every rollout. Stateless: the same state, event and time give the same decisions.
 *
 * <p>Two steps, each applied before the next is decided: {@link #on} records what happened, {@link #advance} does what has
 * become possible since, called again until it decides nothing. What always holds: never more than {@code maxConcurrent} clusters of a stage in flight, never two
 * writers of one cluster, no stage before the one before it is Done, and no start after too many failures, a pause or an end.
 */
public final class RolloutEngine {

    /** Blocked clusters that an event looks at again on the way; a tick looks at all of them. */
    public static final int BLOCKED_CANDIDATES_PER_EVENT = 100;

    static final String CONTROLLER = "controller";

    /** Records one event. */
    public Decisions on(FleetState fleet, FleetEvent event, Instant now) {
        Draft draft = new Draft(fleet);
        switch (event) {
            case FleetEvent.ConfigPublished published -> publish(draft, published, now);
            case FleetEvent.ConfigDeleted deleted -> delete(draft, deleted, now);
            case FleetEvent.CommandGiven given -> command(draft, given.command(), now);
            case FleetEvent.OutcomeReported reported -> outcome(draft, reported.outcome(), now);
        }
        return draft.decisions();
    }

    /** Looks again at what is in flight: evidence that has arrived, deadlines that have passed. */
    public Decisions observe(FleetState fleet, RolloutId id, Instant now) {
        Draft draft = new Draft(fleet);
        for (RolloutCluster cluster : fleet.inFlight(id)) {
            if (cluster.state() instanceof ClusterState.Verifying verifying) {
                draft.rollout(id).ifPresent(rollout -> verify(draft, rollout, cluster, verifying, now));
            }
        }
        return draft.decisions();
    }

    /** Takes clusters that have appeared since the plan into the last stage, where the rollout wants newcomers. */
    public Decisions join(FleetState fleet, RolloutId id, Instant now) {
        Draft draft = new Draft(fleet);
        Rollout rollout = fleet.rollout(id).orElseThrow();
        boolean joins =
                rollout.state() instanceof RolloutState.Running || rollout.state() instanceof RolloutState.Paused;
        if (joins && rollout.spec().newClusters() == FleetConfig.NewClusters.Join) {
            Selection selection = new Selection(rollout.spec().selector());
            int last = rollout.stages().size() - 1;
            for (ClusterRecord cluster : fleet.clusters()) {
                if (selection.test(cluster)
                        && fleet.rolloutCluster(id, cluster.id()).isEmpty()) {
                    ClusterState.Waiting waiting = new ClusterState.Waiting(now, null, null);
                    Stage stage = rollout.stages().get(last);
                    draft.plan(new RolloutCluster(id, cluster.id(), last, nextOrdinal(rollout), 0, waiting, null));
                    rollout = rollout.with(last, stage.joined(waiting));
                    draft.put(rollout);
                }
            }
        }
        return draft.decisions();
    }

    /**
     * Does whatever has become possible: plans, starts clusters, ends bakes and stages, ends the rollout.
     *
     * @param blockedCandidates how many clusters to look at that cannot start
     */
    public Decisions advance(FleetState fleet, RolloutId id, int blockedCandidates, Instant now) {
        Draft draft = new Draft(fleet);
        draft.rollout(id).ifPresent(rollout -> {
            switch (rollout.state()) {
                case RolloutState.Planned planned -> plan(draft, rollout, planned, now);
                case RolloutState.Running running -> run(draft, rollout, running, blockedCandidates, now);
                case RolloutState.Paused _, RolloutState.Ended _ -> {}
            }
        });
        return draft.decisions();
    }

    // ---- what people say ----

    private static void publish(Draft draft, FleetEvent.ConfigPublished event, Instant now) {
        String name = event.config().name();
        ConfigState config = draft.fleet().config(name).orElseGet(() -> ConfigState.unknown(name));
        Answer answer = new Answer(event.eventId(), name, "Publish", event.actor(), null, now);
        if (config.hasApplied(event.identity())) {
            draft.audit(answer.unchanged(
                    config.latestRollout(), "DuplicateEvent", "event " + event.eventId() + " was applied before"));
            return;
        }
        if (event.config().spec().equals(config.spec())) {
            draft.put(config.unchanged(event.identity()));
            draft.audit(answer.unchanged(
                    config.latestRollout(), "NothingChanged", "the spec is that of generation " + config.generation()));
            return;
        }
        ConfigState accepted = config.accept(event.config().spec(), event.identity());
        RolloutId id = accepted.latestRollout();
        endLatest(draft, config, state -> state.supersede(id, now), now);
        draft.put(accepted);
        draft.put(new Rollout(
                id,
                event.config().spec(),
                event.actor(),
                now,
                new RolloutState.Planned(now, "InventoryPending", "its clusters are being chosen"),
                List.of(),
                0));
        draft.audit(answer.done(
                id,
                "RolloutPlanned",
                "rollout " + id + " to "
                        + event.config().spec().kubeProxy().effective().describe()));
    }

    private static void delete(Draft draft, FleetEvent.ConfigDeleted event, Instant now) {
        Optional<ConfigState> config = draft.fleet().config(event.name()).filter(found -> found.spec() != null);
        Answer answer = new Answer(event.eventId(), event.name(), "Delete", event.actor(), null, now);
        if (config.isEmpty()) {
            draft.audit(answer.unchanged(null, "UnknownConfig", "there is no config " + event.name()));
            return;
        }
        endLatest(draft, config.get(), state -> state.abort("the config was deleted", now), now);
        draft.put(config.get().delete(event.identity()));
        draft.audit(answer.done(
                config.get().latestRollout(), "ConfigDeleted", "its clusters are released and keep what they run"));
    }

    private interface Ending {
        RolloutState.Ended of(RolloutState.Active state);
    }

    /** What is being written ends and is recorded; what only waits for evidence is given up to the successor. */
    private static void endLatest(Draft draft, ConfigState config, Ending ending, Instant now) {
        if (config.generation() == 0) {
            return;
        }
        RolloutId id = config.latestRollout();
        Rollout rollout = draft.rollout(id).orElseThrow();
        if (!(rollout.state() instanceof RolloutState.Active active)) {
            return;
        }
        RolloutState.Ended ended = ending.of(active);
        Rollout changed = rollout.with(ended);
        draft.put(changed);
        if (ended instanceof RolloutState.Superseded superseded) {
            for (RolloutCluster cluster : draft.fleet().inFlight(id)) {
                if (cluster.state() instanceof ClusterState.Verifying verifying) {
                    changed = draft.move(
                            changed,
                            cluster,
                            cluster.with(
                                    verifying.skip("Superseded", "applied, then left to " + superseded.by(), now)));
                }
            }
        }
    }

    private static void command(Draft draft, Command command, Instant now) {
        Answer answer = new Answer(
                command.id(), command.config(), command.action().name(), command.actor(), command.reason(), now);
        Optional<ConfigState> config = draft.fleet().config(command.config()).filter(found -> found.generation() > 0);
        if (config.isEmpty()) {
            draft.audit(answer.refused(null, "UnknownConfig", "there is no config " + command.config()));
            return;
        }
        RolloutId id = config.get().latestRollout();
        if (config.get().hasApplied(command.id())) {
            draft.audit(
                    answer.unchanged(id, "DuplicateCommand", "command " + command.id() + " was carried out before"));
            return;
        }
        draft.put(config.get().unchanged(command.id()));
        if (command.rollout() != null && !command.rollout().equals(id.toString())) {
            draft.audit(answer.refused(
                    id, "NotTheLatestRollout", command.rollout() + " is not the latest rollout, " + id + " is"));
            return;
        }
        Rollout rollout = draft.rollout(id).orElseThrow();
        switch (command.action()) {
            case Pause -> pause(draft, rollout, command, answer, now);
            case Resume -> resume(draft, rollout, answer, now);
            case Abort -> abort(draft, rollout, command, answer, now);
            case Approve -> approve(draft, rollout, answer, now);
        }
    }

    private static void pause(Draft draft, Rollout rollout, Command command, Answer answer, Instant now) {
        switch (rollout.state()) {
            case RolloutState.Running running -> {
                draft.put(rollout.with(running.pause(
                        "PausedByOperator", "paused by " + command.actor() + because(command.reason()), now)));
                draft.audit(answer.done(
                        rollout.id(),
                        "Paused",
                        "no further cluster starts; " + rollout.inFlight() + " in flight will end"));
            }
            case RolloutState.Paused _ ->
                draft.audit(answer.unchanged(rollout.id(), "AlreadyPaused", "it is paused already"));
            case RolloutState.Planned planned ->
                draft.audit(answer.refused(rollout.id(), "NotRunning", "it has not started: " + planned.message()));
            case RolloutState.Ended _ -> draft.audit(answer.refused(rollout.id(), "Ended", "it has ended"));
        }
    }

    private static void resume(Draft draft, Rollout rollout, Answer answer, Instant now) {
        switch (rollout.state()) {
            case RolloutState.Paused paused -> {
                Rollout resumed = rollout.with(paused.resume(now));
                OptionalInt current = resumed.currentStage();
                if (current.isPresent()) {
                    Stage stage = resumed.stages().get(current.getAsInt());
                    resumed = resumed.with(current.getAsInt(), stage.acceptingFailures());
                }
                draft.put(resumed);
                draft.audit(answer.done(rollout.id(), "Resumed", "clusters start again, failures so far accepted"));
            }
            case RolloutState.Running _, RolloutState.Planned _ ->
                draft.audit(answer.unchanged(rollout.id(), "NotPaused", "it is not paused"));
            case RolloutState.Ended _ -> draft.audit(answer.refused(rollout.id(), "Ended", "it has ended"));
        }
    }

    private static void abort(Draft draft, Rollout rollout, Command command, Answer answer, Instant now) {
        switch (rollout.state()) {
            case RolloutState.Active active -> {
                draft.put(rollout.with(active.abort("aborted by " + command.actor() + because(command.reason()), now)));
                draft.audit(answer.done(
                        rollout.id(),
                        "Aborted",
                        "no further cluster starts; " + rollout.inFlight()
                                + " in flight will end; changed clusters keep what they run"));
            }
            case RolloutState.Aborted _ ->
                draft.audit(answer.unchanged(rollout.id(), "AlreadyAborted", "it was aborted already"));
            case RolloutState.Succeeded _, RolloutState.Failed _, RolloutState.Superseded _ ->
                draft.audit(answer.refused(rollout.id(), "Ended", "it has ended"));
        }
    }

    private static void approve(Draft draft, Rollout rollout, Answer answer, Instant now) {
        OptionalInt current = rollout.currentStage();
        if (!(rollout.state() instanceof RolloutState.Ended)
                && current.isPresent()
                && rollout.stages().get(current.getAsInt()).state() instanceof StageState.AwaitingApproval awaiting) {
            Stage stage = rollout.stages().get(current.getAsInt());
            draft.put(rollout.with(current.getAsInt(), stage.with(awaiting.approve(now))));
            draft.audit(answer.done(
                    rollout.id(),
                    "Approved",
                    awaiting.approval() == Approval.before
                            ? "stage " + stage.spec().name() + " starts"
                            : "stage " + stage.spec().name() + " is done"));
            return;
        }
        draft.audit(answer.refused(rollout.id(), "NotAwaitingApproval", "no stage of it awaits approval"));
    }

    private static String because(@Nullable String reason) {
        return reason == null || reason.isBlank() ? "" : ": " + reason;
    }

    // ---- what the azure worker says ----

    /** An outcome of another attempt, or of a cluster that is not being written, changes nothing. */
    private static void outcome(Draft draft, Outcome outcome, Instant now) {
        RolloutId id = new RolloutId(outcome.config(), outcome.generation());
        Optional<Rollout> rollout = draft.rollout(id);
        Optional<RolloutCluster> cluster = draft.cluster(id, outcome.cluster());
        if (rollout.isEmpty()
                || cluster.isEmpty()
                || !(cluster.get().state() instanceof ClusterState.Updating updating)
                || updating.attempt() != outcome.attempt()) {
            return;
        }
        RolloutCluster before = cluster.get();
        RolloutCluster after = after(rollout.get(), before, updating, outcome, now);
        Rollout changed = draft.move(rollout.get(), before, after);
        if (!(after.state() instanceof ClusterState.Updating)) {
            draft.withdraw(outcome.cluster());
        }
        if (after.state() instanceof ClusterState.Skipped) {
            draft.put(changed.withUnplannedSkip());
        }
    }

    private static RolloutCluster after(
            Rollout rollout, RolloutCluster cluster, ClusterState.Updating updating, Outcome outcome, Instant now) {
        return switch (outcome.result()) {
            case Outcome.Waiting(String code, String message) -> cluster.with(updating.waitFor(code, message));
            case Outcome.Failed(String code, String message) -> cluster.with(updating.fail(code, message, now));
            case Outcome.Skipped(String code, String message) -> cluster.with(updating.skip(code, message, now));
            case Outcome.Gone _ -> cluster.with(updating.skip("ClusterGone", "the cluster no longer exists", now));
            case Outcome.Applied applied ->
                cluster.appliedOver(applied.before(), applied(rollout, updating, applied, outcome.at(), now));
        };
    }

    private static ClusterState applied(
            Rollout rollout, ClusterState.Updating updating, Outcome.Applied applied, Instant at, Instant now) {
        String word = applied.changed() ? "Azure changed it" : "Azure had it already";
        if (rollout.state() instanceof RolloutState.Superseded superseded) {
            return updating.skip("Superseded", word + ", then left to " + superseded.by(), now);
        }
        EffectiveKubeProxy desired = rollout.spec().kubeProxy().effective();
        if (!desired.enabled()) {
            return updating.converge(word + "; nodes without kube-proxy have nothing to show", now);
        }
        if (!rollout.spec().strategy().gate().needsNodeEvidence()) {
            return updating.converge(word + "; the gate asks for no evidence from nodes", now);
        }
        return updating.verify(at, word + "; waiting for its nodes to show it", now);
    }

    // ---- what the nodes show ----

    private static void verify(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Verifying verifying, Instant now) {
        FleetState fleet = draft.fleet();
        Optional<ClusterRecord> record = fleet.cluster(cluster.cluster());
        if (record.isEmpty()) {
            Rollout changed = draft.move(
                    rollout, cluster, cluster.with(verifying.skip("ClusterGone", "the cluster no longer exists", now)));
            draft.put(changed.withUnplannedSkip());
            return;
        }
        Verification verification = Verification.of(
                rollout.spec().kubeProxy().effective(),
                fleet.evidence(cluster.cluster()),
                record.get().nodeCount(),
                rollout.spec().strategy().gate().coverage(),
                verifying.appliedAt());
        ClusterState next = verification.isProven()
                ? verifying.converge(verification.describe(), now)
                : now.isAfter(verifying.deadline())
                        ? verifying.fail(verification.failureCode(), "at its deadline " + verification.describe(), now)
                        : verifying.observe(verification.describe());
        if (next != verifying) {
            draft.move(rollout, cluster, cluster.with(next));
        }
    }

    // ---- what has become possible ----

    private static void plan(Draft draft, Rollout rollout, RolloutState.Planned planned, Instant now) {
        switch (Planner.plan(rollout, draft.fleet(), now)) {
            case Planner.Plan.NotYet(String code, String message) -> {
                RolloutState.Planned waiting = planned.waitFor(code, message);
                if (waiting != planned) {
                    draft.put(rollout.with(waiting));
                }
            }
            case Planner.Plan.Ready(List<Stage> stages, List<RolloutCluster> clusters) -> {
                clusters.forEach(draft::plan);
                draft.put(rollout.planned(planned.start(now), stages));
            }
        }
    }

    private static void run(
            Draft draft, Rollout found, RolloutState.Running running, int blockedCandidates, Instant now) {
        Rollout rollout = found;
        while (true) {
            OptionalInt current = rollout.currentStage();
            if (current.isEmpty()) {
                finish(draft, rollout, running, now);
                return;
            }
            int index = current.getAsInt();
            Stage stage = rollout.stages().get(index);
            if (stage.state() instanceof StageState.Updating
                    && stage.hasExceededFailures()
                    && rollout.spec().strategy().onFailure() == OnFailure.Pause) {
                draft.put(rollout.with(running.pause("MaxFailuresExceeded", tooManyFailures(stage), now)));
                draft.audit(new Answer(null, rollout.id().config(), "Pause", CONTROLLER, null, now)
                        .done(rollout.id(), "MaxFailuresExceeded", tooManyFailures(stage)));
                return;
            }
            StageState next = next(stage, now);
            if (next != stage.state()) {
                rollout = rollout.with(index, stage.with(next));
                draft.put(rollout);
                continue;
            }
            Rollout started = next instanceof StageState.Updating
                    ? startClusters(draft, rollout, index, blockedCandidates, now)
                    : rollout;
            if (started.equals(rollout)) {
                return;
            }
            rollout = started;
        }
    }

    private static String tooManyFailures(Stage stage) {
        return stage.counts().failed() + " clusters failed in stage "
                + stage.spec().name() + ", which tolerates " + stage.maxFailures();
    }

    /** The state that follows by itself; the same state where something or someone is waited for. */
    private static StageState next(Stage stage, Instant now) {
        return switch (stage.state()) {
            case StageState.Waiting waiting when stage.counts().total() == 0 -> waiting.skipEmpty(now);
            case StageState.Waiting waiting
            when stage.spec().approval() == Approval.before -> waiting.awaitApproval(now);
            case StageState.Waiting waiting -> waiting.start(now);
            case StageState.Updating updating when !stage.isFinished() -> updating;
            case StageState.Updating updating
            when stage.spec().bake().isPositive() -> updating.bake(stage.spec().bake(), now);
            case StageState.Updating updating
            when stage.spec().approval() == Approval.after -> updating.awaitApproval(now);
            case StageState.Updating updating -> updating.finish(now);
            case StageState.Baking baking when !baking.isOver(now) -> baking;
            case StageState.Baking baking when stage.spec().approval() == Approval.after -> baking.awaitApproval(now);
            case StageState.Baking baking -> baking.finish(now);
            case StageState.AwaitingApproval awaiting -> awaiting;
            case StageState.Done done -> done;
        };
    }

    private static Rollout startClusters(Draft draft, Rollout found, int index, int blockedCandidates, Instant now) {
        Rollout rollout = found;
        int room = rollout.stages().get(index).maxConcurrent()
                - rollout.stages().get(index).inFlight();
        if (room <= 0) {
            return rollout;
        }
        Precedence precedence = new Precedence(
                rollout.id().config(), rollout.spec().priority(), draft.fleet().configs());
        for (RolloutCluster cluster : draft.waiting(rollout.id(), index, room + blockedCandidates)) {
            if (room == 0) {
                break;
            }
            ClusterState.Waiting waiting = (ClusterState.Waiting) cluster.state();
            switch (verdict(draft, rollout, cluster, precedence)) {
                case Preflight.Verdict.Go _ -> {
                    rollout = start(draft, rollout, cluster, waiting, now);
                    room--;
                }
                case Preflight.Verdict.Wait(String code, String message) -> {
                    ClusterState.Waiting next = waiting.waitFor(code, message, now);
                    if (next != waiting) {
                        rollout = draft.move(rollout, cluster, cluster.with(next));
                    }
                }
                case Preflight.Verdict.Skip(String code, String message) -> {
                    rollout = draft.move(rollout, cluster, cluster.with(waiting.skip(code, message, now)))
                            .withUnplannedSkip();
                    draft.put(rollout);
                }
            }
        }
        return rollout;
    }

    private static Preflight.Verdict verdict(
            Draft draft, Rollout rollout, RolloutCluster cluster, Precedence precedence) {
        Optional<RolloutId> writer = draft.writer(cluster.cluster());
        if (writer.isPresent()) {
            return new Preflight.Verdict.Wait(
                    "OperationInFlight", "an operation of rollout " + writer.get() + " runs on it");
        }
        return draft.fleet()
                .cluster(cluster.cluster())
                .map(record -> Planner.verdict(record, rollout, draft.fleet(), precedence))
                .orElseGet(() -> new Preflight.Verdict.Skip("ClusterGone", "the cluster no longer exists"));
    }

    private static Rollout start(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Waiting waiting, Instant now) {
        int attempt = cluster.attempt() + 1;
        Instant deadline = now.plus(rollout.spec().strategy().deadline());
        draft.issue(new Operation(
                rollout.id().config(),
                rollout.id().toString(),
                rollout.id().generation(),
                cluster.cluster(),
                attempt,
                rollout.spec().kubeProxy(),
                now,
                deadline));
        return draft.move(rollout, cluster, cluster.started(waiting.start(attempt, deadline, now)));
    }

    private static void finish(Draft draft, Rollout rollout, RolloutState.Running running, Instant now) {
        int failed = rollout.stages().stream()
                .mapToInt(stage -> stage.counts().failed())
                .sum();
        int converged = rollout.stages().stream()
                .mapToInt(stage -> stage.counts().converged())
                .sum();
        boolean strictlySucceeded = failed == 0 && rollout.unplannedSkips() == 0;
        String message = converged + " clusters converged, " + failed + " failed, " + rollout.unplannedSkips()
                + " were skipped for reasons that the plan had not shown";
        RolloutState.Ended ended =
                strictlySucceeded ? running.succeed(now) : running.fail("ClustersNotConverged", message, now);
        draft.put(rollout.with(ended));
        Answer answer = new Answer(null, rollout.id().config(), "Finish", CONTROLLER, null, now);
        draft.audit(answer.done(rollout.id(), strictlySucceeded ? "Succeeded" : "ClustersNotConverged", message));
    }

    private static int nextOrdinal(Rollout rollout) {
        return rollout.stages().stream()
                .mapToInt(stage -> stage.counts().total())
                .sum();
    }

    /** Audit records that share who asked what, and when. */
    private record Answer(
            @Nullable String requestId,
            String config,
            String action,
            String actor,
            @Nullable String reason,
            Instant now) {

        AuditRecord done(RolloutId rollout, String code, String message) {
            return record(rollout, Verdict.Done, code, message);
        }

        AuditRecord unchanged(@Nullable RolloutId rollout, String code, String message) {
            return record(rollout, Verdict.Unchanged, code, message);
        }

        AuditRecord refused(@Nullable RolloutId rollout, String code, String message) {
            return record(rollout, Verdict.Refused, code, message);
        }

        private AuditRecord record(@Nullable RolloutId rollout, Verdict verdict, String code, String message) {
            return new AuditRecord(
                    requestId,
                    config,
                    rollout == null ? null : rollout.toString(),
                    action,
                    actor,
                    reason,
                    verdict,
                    code,
                    message,
                    now);
        }
    }
}
