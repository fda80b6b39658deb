package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Change;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Step;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must always hold, checked after every decision: by recounting, by the rules written down a second time, and by what
 * is true in the simulated world.
 */
final class Promises {

    /** How old the controller's picture of the world may be; agents and listings of the simulated world keep to it. */
    private static final Duration LAG = Scope.INVENTORY_LAG;

    private static final Set<String> HARMLESS = Set.of(
            "ClusterStopped",
            "ClusterNotReady",
            "ClusterBusy",
            "ClusterGone",
            "NoLongerSelected",
            "LowerPriority",
            "SkippedByOperator",
            "Superseded");

    private final SimulatedController controller;
    private final SimulatedAzure azure;
    private final VirtualTime time;

    private @Nullable FleetEvent cause;
    private boolean mayChange = true;
    private final List<AuditRecord> answers = new ArrayList<>();

    Promises(SimulatedController controller, SimulatedAzure azure, VirtualTime time) {
        this.controller = controller;
        this.azure = azure;
        this.time = time;
    }

    private FleetState fleet() {
        return controller.state();
    }

    private static void check(boolean holds, String promise, @Nullable Object... about) {
        if (!holds) {
            throw new SimulationFailure(promise.formatted(about));
        }
    }

    // ---- events ----

    /** Before the controller is given an event; null for time. */
    void before(@Nullable FleetEvent event) {
        cause = event;
        answers.clear();
        mayChange = switch (event) {
            case FleetEvent.OutcomeReported(Outcome outcome) -> isAwaited(outcome);
            case FleetEvent.CommandGiven(Command command) ->
                isNew(
                        command.config(),
                        command.id(),
                        fleet().config(command.config())
                                .map(ConfigState::latestId)
                                .isPresent());
            case FleetEvent.ConfigPublished published ->
                isNew(published.config().name(), published.eventId(), true);
            case FleetEvent.ConfigDeleted deleted ->
                isNew(
                        deleted.name(),
                        deleted.eventId(),
                        fleet().config(deleted.name()).map(ConfigState::spec).isPresent());
            case FleetEvent.StrategyPublished _, FleetEvent.StrategyDeleted _ -> true;
            case null -> true;
        };
    }

    /** Ids of the events that a config has heard of, oldest first, and where what is not committed begins. */
    private final Map<String, List<String>> heard = new HashMap<>();

    private final List<String> uncommitted = new ArrayList<>();

    /** @param exists whether there is something that the event is about; else it is refused, and not remembered */
    private boolean isNew(String config, String id, boolean exists) {
        if (!exists) {
            return true;
        }
        List<String> ids = heard.computeIfAbsent(config, _ -> new ArrayList<>());
        boolean known = ids.subList(Math.max(0, ids.size() - ConfigState.REMEMBERED_EVENTS / 2), ids.size())
                .contains(id);
        if (!ids.contains(id)) {
            ids.add(id);
            uncommitted.add(config);
        }
        return !known;
    }

    void committed() {
        uncommitted.clear();
    }

    /** @param operations that are out, after the host has thrown away what was not committed */
    void lost(Map<String, Operation> operations) {
        outstanding.clear();
        outstanding.putAll(operations);
        uncommitted.forEach(config -> Objects.requireNonNull(heard.get(config)).removeLast());
        uncommitted.clear();
    }

    private boolean isAwaited(Outcome outcome) {
        return fleet().rolloutCluster(new RolloutId(outcome.config(), outcome.generation()), outcome.cluster())
                .filter(cluster -> cluster.state() instanceof ClusterState.Updating updating
                        && updating.attempt() == outcome.attempt())
                .isPresent();
    }

    /** After the controller is done with it. */
    void after() {
        String id = switch (cause) {
            case FleetEvent.CommandGiven(Command command) -> command.id();
            case FleetEvent.ConfigPublished published -> published.eventId();
            case FleetEvent.ConfigDeleted deleted -> deleted.eventId();
            case FleetEvent.StrategyPublished published -> published.eventId();
            case FleetEvent.StrategyDeleted deleted -> deleted.eventId();
            case FleetEvent.OutcomeReported _ -> null;
            case null -> null;
        };
        long given = answers.stream()
                .filter(answer ->
                        answer.requestId() != null && answer.requestId().equals(id))
                .count();
        check(id == null || given == 1, "%s answers to request %s", given, id);
        cause = null;
    }

    void check(Step step) {
        answers.addAll(step.audits());
        check(
                mayChange
                        || (step.rollouts().isEmpty()
                                && step.clusters().isEmpty()
                                && step.issued().isEmpty()),
                "a stale or repeated event changes something: %s",
                cause);
        step.configs().forEach(this::checkConfig);
        Map<RolloutId, Rollout> earlier = new HashMap<>();
        Set<RolloutId> touched = new HashSet<>();
        for (Change<Rollout> change : step.rollouts()) {
            touched.add(change.after().id());
            if (change.before() != null) {
                earlier.put(change.after().id(), change.before());
            }
            checkRollout(change);
        }
        step.clusters().forEach(change -> touched.add(change.after().rollout()));
        checkOperations(step);
        for (Change<RolloutCluster> change : step.clusters()) {
            checkCluster(change, step);
        }
        touched.forEach(this::recount);
        if (step.single()) {
            step.issued().forEach(operation -> checkTurn(operation, step));
        }
    }

    // ---- configs and rollouts ----

    private void checkConfig(Change<ConfigState> change) {
        long before = change.before() == null ? 0 : change.before().generation();
        long after = change.after().generation();
        check(
                after >= before,
                "generation of %s goes back from %s to %s",
                change.after().name(),
                before,
                after);
        check(
                after == before || after == before + 1,
                "generation of %s leaps",
                change.after().name());
    }

    private void checkRollout(Change<Rollout> change) {
        Rollout before = change.before();
        Rollout after = change.after();
        ConfigState config = fleet().config(after.id().config()).orElseThrow();
        check(after.id().generation() <= config.generation(), "%s is ahead of its config", after.id());
        check(
                !(after.state() instanceof RolloutState.Active)
                        || after.id().generation() == config.generation()
                        || (goesBack(after.state()) && after.id().generation() >= config.fullGeneration()),
                "%s is active beside a newer rollout",
                after.id());
        if (after.state() instanceof RolloutState.Active) {
            check(
                    controller.rollouts().stream()
                            .filter(id -> id.config().equals(after.id().config()) && !id.equals(after.id()))
                            .noneMatch(id -> fleet().rollout(id).orElseThrow().state() instanceof RolloutState.Active),
                    "%s is active beside another rollout",
                    after.id());
        }
        check(
                !(after.released() && after.state() instanceof RolloutState.Active),
                "%s is released and active",
                after.id());
        if (before == null) {
            check(after.id().generation() == config.generation(), "%s appears late", after.id());
            return;
        }
        check(before.request().equals(after.request()), "the request of %s changes", after.id());
        check(!before.released() || after.released(), "%s is claimed back", after.id());
        if (before.state() instanceof RolloutState.Ended ended
                && !after.state().getClass().equals(ended.getClass())) {
            check(
                    ended instanceof RolloutState.Revertible && isCommand(Command.Action.Rollback),
                    "%s goes from %s to %s by itself",
                    after.id(),
                    ended,
                    after.state());
        }
        if (before.state() instanceof RolloutState.Paused && after.state() instanceof RolloutState.Active) {
            check(
                    after.state() instanceof RolloutState.Paused
                            || isCommand(Command.Action.Resume)
                            || isCommand(Command.Action.Rollback),
                    "%s resumes by itself",
                    after.id());
        }
        checkStages(before, after);
        if (after.state() instanceof RolloutState.Superseded) {
            check(after.id().generation() < config.generation(), "%s is superseded by nothing", after.id());
        }
        if (!(before.state() instanceof RolloutState.Ended)) {
            checkEnd(after);
        }
    }

    private static boolean goesBack(RolloutState state) {
        return state instanceof RolloutState.RollingBack
                || (state instanceof RolloutState.Paused paused && paused.rollingBack());
    }

    private boolean isCommand(Command.Action action) {
        return cause instanceof FleetEvent.CommandGiven(Command command) && command.action() == action;
    }

    private void checkStages(Rollout before, Rollout after) {
        boolean planned = before.stages().isEmpty() && !after.stages().isEmpty();
        for (int i = 0; i < after.stages().size(); i++) {
            Stage stage = after.stages().get(i);
            if (planned) {
                checkShares(after, i);
                continue;
            }
            Stage was = before.stages().get(i);
            check(stage.maxConcurrent() == was.maxConcurrent(), "maxConcurrent of %s changes", after.id());
            for (int group = 0; group < stage.groups().size(); group++) {
                check(
                        stage.groups().get(group).maxConcurrent()
                                == was.groups().get(group).maxConcurrent(),
                        "maxConcurrent of a group of %s changes",
                        after.id());
            }
            check(
                    stage.maxFailures() == was.maxFailures()
                            || (isCommand(Command.Action.Resume)
                                    && stage.maxFailures() == was.counts().failed()),
                    "maxFailures of %s changes from %s to %s",
                    after.id(),
                    was.maxFailures(),
                    stage.maxFailures());
            if (was.state() instanceof StageState.Done) {
                boolean takesUpAgain = i == after.stages().size() - 1 && isCommand(Command.Action.Retry);
                check(
                        stage.state() instanceof StageState.Done || takesUpAgain,
                        "stage %s of %s is undone",
                        i,
                        after.id());
            }
            if (was.state() instanceof StageState.Waiting && stage.state() instanceof StageState.Updating) {
                check(
                        stage.spec().approval() != StageSpec.Approval.before,
                        "stage %s of %s starts unapproved",
                        i,
                        after.id());
            }
            if (was.state() instanceof StageState.AwaitingApproval
                    && !(stage.state() instanceof StageState.AwaitingApproval)
                    && !hasMoreToDo(was, stage)) {
                check(isCommand(Command.Action.Approve), "stage %s of %s approves itself", i, after.id());
            }
            if (was.state() instanceof StageState.Baking baking
                    && !(stage.state() instanceof StageState.Baking)
                    && !hasMoreToDo(was, stage)) {
                check(
                        !time.now().isBefore(baking.until()) || isCommand(Command.Action.Promote),
                        "stage %s of %s leaves its bake early",
                        i,
                        after.id());
            }
            if (was.state() instanceof StageState.Updating && stage.state() instanceof StageState.Done) {
                check(
                        !stage.spec().bake().isPositive() && stage.spec().approval() != StageSpec.Approval.after,
                        "stage %s of %s skips its bake or its approval",
                        i,
                        after.id());
            }
        }
    }

    /** Whether clusters have come to wait in a stage that had ended them all. */
    private static boolean hasMoreToDo(Stage was, Stage stage) {
        return stage.state() instanceof StageState.Updating && was.isFinished() && !stage.isFinished();
    }

    /** Shares of a plan, by the definition: rounded down, concurrency at least one. */
    private void checkShares(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        List<RolloutCluster> clusters = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> cluster.stage() == index
                        && !(cluster.state() instanceof ClusterState.Skipped skipped && skipped.planned()))
                .toList();
        check(
                stage.maxConcurrent()
                        == Math.max(1, stage.spec().maxConcurrent().roundedDown(clusters.size())),
                "stage %s of %s may change %s at once",
                index,
                rollout.id(),
                stage.maxConcurrent());
        check(
                stage.maxFailures() == stage.spec().maxFailures().roundedDown(clusters.size()),
                "stage %s of %s tolerates %s failures",
                index,
                rollout.id(),
                stage.maxFailures());
        for (int group = 0; group < stage.spec().groups().size(); group++) {
            int number = group;
            int size = (int) clusters.stream()
                    .filter(cluster -> cluster.group() == number)
                    .count();
            check(
                    stage.groups().get(group).maxConcurrent()
                            == Math.max(
                                    1,
                                    stage.spec()
                                            .groups()
                                            .get(group)
                                            .maxConcurrent()
                                            .roundedDown(size)),
                    "group %s of stage %s of %s may change %s at once",
                    group,
                    index,
                    rollout.id(),
                    stage.groups().get(group).maxConcurrent());
        }
    }

    private void checkEnd(Rollout rollout) {
        List<RolloutCluster> clusters = fleet().rolloutClusters(rollout.id());
        switch (rollout.state()) {
            case RolloutState.Succeeded _ -> {
                for (RolloutCluster cluster : clusters) {
                    boolean fine = cluster.state() instanceof ClusterState.Converged
                            || (cluster.state() instanceof ClusterState.Skipped skipped
                                    && (skipped.planned() || isHarmless(skipped.code())));
                    check(fine, "%s succeeds with %s", rollout.id(), cluster);
                }
            }
            case RolloutState.Failed failed
            when failed.code().equals("ClustersNotConverged") ->
                check(
                        clusters.stream()
                                .anyMatch(cluster -> cluster.state() instanceof ClusterState.Failed
                                        || (cluster.state() instanceof ClusterState.Skipped skipped
                                                && !skipped.planned()
                                                && !isHarmless(skipped.code()))),
                        "%s fails for nothing",
                        rollout.id());
            case RolloutState.RolledBack _ ->
                check(
                        clusters.stream().noneMatch(RolloutCluster::isChanged),
                        "%s is rolled back, and yet has changed clusters",
                        rollout.id());
            case RolloutState.Failed _, RolloutState.Aborted _, RolloutState.Superseded _, RolloutState.Active _ -> {}
        }
    }

    /** A second time, so that a slip there shows here. */
    private static boolean isHarmless(String code) {
        return HARMLESS.contains(code);
    }

    // ---- operations ----

    private final Map<String, Operation> outstanding = new LinkedHashMap<>();

    private void checkOperations(Step step) {
        for (String cluster : step.withdrawn()) {
            check(outstanding.remove(cluster) != null, "an operation that is not out is withdrawn: %s", cluster);
        }
        for (Operation operation : step.issued()) {
            Operation other = outstanding.put(operation.cluster(), operation);
            if (other != null && isAskedAgain(operation, other)) {
                continue;
            }
            check(other == null, "two writers of %s: the second is %s", operation.cluster(), operation.rollout());
            checkStart(operation);
        }
    }

    /** A worker that is silent beyond the deadline is asked the same once more. */
    private boolean isAskedAgain(Operation operation, Operation other) {
        return cause == null
                && operation.rollout().equals(other.rollout())
                && operation.attempt() == other.attempt()
                && operation.kubeProxy().equals(other.kubeProxy())
                && operation.deadline().equals(other.deadline())
                && time.now().isAfter(operation.deadline());
    }

    private void checkStart(Operation operation) {
        Rollout rollout = fleet().rollout(new RolloutId(operation.config(), operation.generation()))
                .orElseThrow();
        RolloutCluster cluster =
                fleet().rolloutCluster(rollout.id(), operation.cluster()).orElseThrow();
        Stage stage = rollout.stages().get(cluster.stage());
        Instant now = time.now();
        check(
                cluster.state() instanceof ClusterState.Updating updating
                        && updating.attempt() == operation.attempt()
                        && cluster.attempt() == operation.attempt()
                        && updating.deadline().equals(operation.deadline())
                        && updating.deadline()
                                .equals(now.plus(rollout.spec().strategy().deadline())),
                "%s is written, yet is %s",
                operation,
                cluster);
        ConfigState config = fleet().config(operation.config()).orElseThrow();
        check(
                operation.generation() == config.generation()
                        || (cluster.rollingBack() && operation.generation() >= config.fullGeneration()),
                "%s is written for an old generation",
                operation);
        check(!rollout.released(), "%s starts a cluster although its config is deleted", rollout.id());
        Optional<ClusterRecord> record = fleet().cluster(operation.cluster());
        check(record.isPresent(), "%s is started, and does not exist", operation.cluster());
        checkPrecedence(rollout, cluster, record.orElseThrow());
        if (cluster.rollingBack()) {
            check(
                    rollout.state() instanceof RolloutState.RollingBack,
                    "%s rolls back as %s",
                    rollout.id(),
                    rollout.state());
            checkReversal(cluster, operation);
            return;
        }
        check(
                controller.rollouts().stream()
                        .filter(id -> id.config().equals(rollout.id().config()) && !id.equals(rollout.id()))
                        .allMatch(id -> fleet().rollout(id).orElseThrow().inFlight() == 0),
                "%s starts a cluster while an earlier rollout still has some in flight",
                rollout.id());
        check(
                rollout.state() instanceof RolloutState.Running,
                "%s starts a cluster as %s",
                rollout.id(),
                rollout.state());
        check(
                stage.state() instanceof StageState.Updating,
                "%s starts a cluster of a stage that is %s",
                rollout.id(),
                stage.state());
        check(
                stage.counts().failed() <= stage.maxFailures()
                        || rollout.spec().strategy().onFailure() == OnFailure.Continue,
                "%s starts a cluster after %s failures",
                rollout.id(),
                stage.counts().failed());
        check(
                OpeningHours.of(rollout.spec().strategy().windows().schedule()).isOpen(now),
                "%s starts a cluster outside of its windows",
                rollout.id());
        Instant startAt = rollout.spec().strategy().startAt();
        check(startAt == null || !now.isBefore(startAt), "%s starts before %s", rollout.id(), startAt);
        check(operation.kubeProxy().equals(rollout.spec().kubeProxy()), "%s sends %s", rollout.id(), operation);
        check(
                new Selection(rollout.spec().selector()).test(record.orElseThrow()),
                "%s starts %s, which it does not select",
                rollout.id(),
                operation.cluster());
        Preflight.Verdict verdict = Preflight.check(
                record.get(),
                fleet().subscription(record.get().subscription()),
                rollout.spec().kubeProxy().effective());
        boolean mendsItsOwn = operation.attempt() > 1
                && verdict instanceof Preflight.Verdict.Skip(String code, var _)
                && code.equals(SkipCode.CLUSTER_NOT_READY);
        check(
                verdict instanceof Preflight.Verdict.Go || mendsItsOwn,
                "%s starts %s, which is not ready",
                rollout.id(),
                record.get());
        if (rollout.spec().strategy().windows().honourAksMaintenance()) {
            check(
                    OpeningHours.ofMaintenance(
                                    Objects.requireNonNull(record.get().maintenanceWindows(), "unknown windows"))
                            .isOpen(now),
                    "%s starts %s outside of its AKS maintenance windows",
                    rollout.id(),
                    operation.cluster());
        }
    }

    /** What two configs of one priority both select, neither starts; but what one has changed it may take back. */
    private void checkPrecedence(Rollout rollout, RolloutCluster cluster, ClusterRecord record) {
        int below = rollout.spec().priority() + (cluster.rollingBack() ? 1 : 0);
        for (Claim claim : fleet().claims()) {
            check(
                    claim.config().equals(rollout.id().config())
                            || claim.priority() < below
                            || !new Selection(claim.selector()).test(record),
                    "%s starts %s against config %s",
                    rollout.id(),
                    record.id(),
                    claim.config());
        }
    }

    // ---- rolling back ----

    /** Only what this rollout changed, each to what it had: by the world's own record of what was overwritten. */
    private void checkReversal(RolloutCluster cluster, Operation operation) {
        check(cluster.change() > 0, "%s is rolled back, and was not changed", cluster);
        KubeProxyConfig before = Objects.requireNonNull(cluster.before(), "rolled back to nothing known");
        check(
                operation.kubeProxy().equals(KubeProxyConfig.explicit(before.effective())),
                "%s is rolled back to %s, and had %s",
                cluster.cluster(),
                operation.kubeProxy(),
                before);
        Set<EffectiveKubeProxy> overwritten = azure.overwritten(operation.rollout(), operation.cluster());
        Rollout rollout = fleet().rollout(cluster.rollout()).orElseThrow();
        EffectiveKubeProxy listed = listedAtStart.get(new Started(cluster.rollout(), cluster.cluster()));
        check(
                overwritten.isEmpty()
                        || overwritten.contains(before.effective())
                        || before.effective().equals(listed),
                "%s of %s had %s before, and is rolled back to %s (the inventory had shown %s)",
                cluster.cluster(),
                rollout.id(),
                overwritten,
                before.effective(),
                listed);
    }

    private record Started(RolloutId rollout, String cluster) {}

    /** What the inventory showed when a rollout began to change a cluster. */
    private final Map<Started, EffectiveKubeProxy> listedAtStart = new HashMap<>();

    /** The newest change goes first, unless it cannot move. */
    private void checkTurn(Operation operation, Step step) {
        RolloutId id = new RolloutId(operation.config(), operation.generation());
        RolloutCluster reverted =
                fleet().rolloutCluster(id, operation.cluster()).orElseThrow();
        if (!reverted.rollingBack()) {
            return;
        }
        for (RolloutCluster other : fleet().rolloutClusters(id)) {
            boolean newer = other.isChanged() && other.change() > reverted.change();
            if (newer && !(other.state() instanceof ClusterState.Updating)) {
                Optional<ClusterRecord> record = fleet().cluster(other.cluster());
                boolean canMove = record.isPresent()
                        && isKnown(other, record.get())
                        && !outstanding.containsKey(other.cluster())
                        && Preflight.readiness(
                                        record.get(),
                                        fleet().subscription(record.get().subscription()))
                                instanceof Preflight.Verdict.Go;
                check(
                        !canMove,
                        "%s is rolled back before %s, which was changed after it: %s",
                        operation.cluster(),
                        other.cluster(),
                        step);
            }
        }
    }

    /** Whether the inventory shows what this rollout gave it, or what it had before; else it is old, or someone else's. */
    private boolean isKnown(RolloutCluster cluster, ClusterRecord record) {
        EffectiveKubeProxy shown =
                record.kubeProxy() == null ? null : record.kubeProxy().effective();
        KubeProxyConfig before = cluster.before();
        return fleet().rollout(cluster.rollout())
                        .orElseThrow()
                        .spec()
                        .kubeProxy()
                        .effective()
                        .equals(shown)
                || (before != null && before.effective().equals(shown));
    }

    // ---- clusters ----

    private void checkCluster(Change<RolloutCluster> change, Step step) {
        RolloutCluster after = change.after();
        RolloutCluster before = change.before();
        boolean issued = step.issued().stream()
                .anyMatch(operation -> operation.cluster().equals(after.cluster())
                        && operation.rollout().equals(after.rollout().toString()));
        if (issued && !after.rollingBack() && (before == null || before.change() == 0)) {
            fleet().cluster(after.cluster())
                    .map(ClusterRecord::kubeProxy)
                    .ifPresent(listed ->
                            listedAtStart.put(new Started(after.rollout(), after.cluster()), listed.effective()));
        }
        if (before == null) {
            check(
                    fleet().latest(after.rollout().config(), after.cluster()).equals(Optional.of(after.rollout())),
                    "the latest rollout of %s is not %s",
                    after.cluster(),
                    after.rollout());
            return;
        }
        check(after.attempt() >= before.attempt(), "attempts of %s go back", after.cluster());
        check(after.change() == before.change() || before.change() == 0, "%s is changed twice", after.cluster());
        check(
                after.rollingBack() || !before.rollingBack() || isCommand(Command.Action.Rollback),
                "%s is no longer rolled back",
                after.cluster());
        if (step.single()) {
            checkTransition(before, after, issued);
        }
        if (before.state() instanceof ClusterState.Updating updating
                && !after.state().equals(updating)
                && !(after.state() instanceof ClusterState.Updating next && isSilent(updating, next))) {
            check(
                    cause instanceof FleetEvent.OutcomeReported(Outcome outcome)
                            && outcome.cluster().equals(after.cluster())
                            && outcome.rollout().equals(after.rollout().toString())
                            && outcome.attempt() == updating.attempt(),
                    "%s is written, and becomes %s without an outcome",
                    after.cluster(),
                    after.state());
        }
        checkEvidence(before, after);
    }

    private void checkTransition(RolloutCluster before, RolloutCluster after, boolean issued) {
        boolean legal = switch (before.state()) {
            case ClusterState.Waiting _ ->
                switch (after.state()) {
                    case ClusterState.Waiting _, ClusterState.Skipped _ -> true;
                    case ClusterState.Updating _ -> issued;
                    case ClusterState.Failed _ -> isReversal(after, issued);
                    case ClusterState.Verifying _, ClusterState.Converged _, ClusterState.RolledBack _ -> false;
                };
            case ClusterState.Updating updating ->
                !(after.state() instanceof ClusterState.Waiting)
                        && (!issued
                                || (after.state() instanceof ClusterState.Updating next && isSilent(updating, next)));
            case ClusterState.Verifying _ ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> false;
                    case ClusterState.Updating _ -> issued && after.rollingBack();
                    case ClusterState.Verifying _,
                            ClusterState.Converged _,
                            ClusterState.Failed _,
                            ClusterState.Skipped _,
                            ClusterState.RolledBack _ -> true;
                };
            case ClusterState.Converged _ ->
                after.state() instanceof ClusterState.Converged || isReversal(after, issued);
            case ClusterState.Retriable _ ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> true;
                    case ClusterState.Skipped _ -> true;
                    case ClusterState.Updating _, ClusterState.Failed _ ->
                        isReversal(after, issued) || isCommand(Command.Action.Rollback);
                    case ClusterState.Verifying _, ClusterState.Converged _, ClusterState.RolledBack _ -> false;
                };
            case ClusterState.RolledBack _ -> false;
        };
        check(legal, "%s goes from %s to %s", after.cluster(), before.state(), after.state());
    }

    private static boolean isSilent(ClusterState.Updating before, ClusterState.Updating after) {
        return before.attempt() == after.attempt()
                && before.deadline().equals(after.deadline())
                && "WorkerSilent".equals(after.code());
    }

    private static boolean isReversal(RolloutCluster after, boolean issued) {
        return after.rollingBack()
                && (issued
                        || after.state() instanceof ClusterState.Failed
                        || after.state() instanceof ClusterState.Skipped);
    }

    /** The truth about what its nodes ran since the write. */
    private void checkEvidence(RolloutCluster before, RolloutCluster after) {
        Rollout rollout = fleet().rollout(after.rollout()).orElseThrow();
        boolean converged =
                after.state() instanceof ClusterState.Converged && !(before.state() instanceof ClusterState.Converged);
        boolean rolledBack = after.state() instanceof ClusterState.RolledBack;
        if (after.state() instanceof ClusterState.Converged now
                && before.state() instanceof ClusterState.Converged was
                && now.code() != null
                && was.code() == null) {
            check(
                    azure.cluster(after.cluster())
                            .filter(cluster -> !cluster.hasHadOther(
                                    rollout.spec().kubeProxy().effective(),
                                    time.now().minus(LAG)))
                            .isEmpty(),
                    "%s is said to have drifted, and has not",
                    after.cluster());
        }
        if (!converged && !rolledBack) {
            return;
        }
        KubeProxyConfig wanted = after.rollingBack()
                ? KubeProxyConfig.explicit(Objects.requireNonNull(after.before(), "rolled back to nothing known")
                        .effective())
                : rollout.spec().kubeProxy();
        EffectiveKubeProxy target = wanted.effective();
        boolean needsEvidence =
                target.enabled() && rollout.spec().strategy().gate().needsNodeEvidence();
        if (!needsEvidence) {
            return;
        }
        check(
                before.state() instanceof ClusterState.Verifying,
                "%s converges without evidence: %s",
                after.cluster(),
                before.state());
        Instant since = ((ClusterState.Verifying) before.state()).appliedAt();
        int told = fleet().evidence(after.cluster()).observed().stream()
                .filter(observed -> !observed.oldestSnapshotAt().isBefore(since))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        check(
                told
                        >= rollout.spec().strategy().gate().coverage()
                                * fleet().cluster(after.cluster()).orElseThrow().nodeCount(),
                "%s converges, and only %s nodes have told anything since the write",
                after.cluster(),
                told);
        azure.cluster(after.cluster()).ifPresent(cluster -> {
            long ran = cluster.everyNode.stream()
                    .filter(node -> node.hasRun(wanted, since))
                    .count();
            double needed = rollout.spec().strategy().gate().coverage()
                    * fleet().cluster(after.cluster()).orElseThrow().nodeCount();
            check(
                    ran >= needed,
                    "%s converges, and only %s nodes have run %s since %s",
                    after.cluster(),
                    ran,
                    target,
                    since);
        });
    }

    // ---- counts and indexes ----

    private void recount(RolloutId id) {
        Rollout rollout = fleet().rollout(id).orElseThrow();
        List<RolloutCluster> clusters = fleet().rolloutClusters(id);
        int unforeseen = 0;
        int failedRollbacks = 0;
        Set<Integer> changes = new HashSet<>();
        List<Tally> tallies = new ArrayList<>();
        List<int[]> inFlight = new ArrayList<>();
        for (Stage stage : rollout.stages()) {
            tallies.add(new Tally());
            inFlight.add(new int[stage.groups().size()]);
        }
        for (RolloutCluster cluster : clusters) {
            tallies.get(cluster.stage()).add(cluster.state());
            if (cluster.state() instanceof ClusterState.InFlight) {
                inFlight.get(cluster.stage())[cluster.group()]++;
            }
            if (cluster.state() instanceof ClusterState.Updating) {
                Operation operation = outstanding.get(cluster.cluster());
                check(
                        operation != null
                                && operation.rollout().equals(id.toString())
                                && operation.attempt() == cluster.attempt(),
                        "%s is being written for %s without an operation",
                        cluster.cluster(),
                        id);
            }
            unforeseen += !cluster.rollingBack()
                            && cluster.state() instanceof ClusterState.Skipped skipped
                            && skipped.isUnforeseen()
                    ? 1
                    : 0;
            failedRollbacks += cluster.isRollbackFailure() ? 1 : 0;
            if (cluster.change() > 0) {
                check(changes.add(cluster.change()), "two changes of %s at one position", id);
            }
        }
        check(
                rollout.totals().equals(new Rollout.Totals(changes.size(), unforeseen, failedRollbacks)),
                "totals of %s are %s, not %s, %s, %s",
                id,
                rollout.totals(),
                changes.size(),
                unforeseen,
                failedRollbacks);
        boolean earlierDone = true;
        for (int i = 0; i < rollout.stages().size(); i++) {
            Stage stage = rollout.stages().get(i);
            Counts counts = tallies.get(i).counts();
            check(stage.counts().equals(counts), "stage %s of %s counts %s, not %s", i, id, counts, stage.counts());
            check(stage.inFlight() <= stage.maxConcurrent(), "stage %s of %s: %s in flight", i, id, stage.inFlight());
            for (int group = 0; group < stage.groups().size(); group++) {
                check(
                        stage.groups().get(group).inFlight() == inFlight.get(i)[group],
                        "group %s of stage %s of %s counts %s in flight",
                        group,
                        i,
                        id,
                        stage.groups().get(group).inFlight());
                check(
                        inFlight.get(i)[group] <= stage.groups().get(group).maxConcurrent(),
                        "group %s of stage %s of %s has too many in flight",
                        group,
                        i,
                        id);
            }
            check(
                    earlierDone || stage.state() instanceof StageState.Waiting,
                    "stage %s of %s began before the one before it was done",
                    i,
                    id);
            earlierDone &= stage.state() instanceof StageState.Done;
            check(
                    !(rollout.state() instanceof RolloutState.Running)
                            || !(stage.state() instanceof StageState.Done)
                            || (counts.waiting() == 0 && stage.inFlight() == 0),
                    "stage %s of %s is done, and its clusters are not: %s",
                    i,
                    id,
                    counts);
        }
        checkIndexes(rollout, clusters);
    }

    private void checkIndexes(Rollout rollout, List<RolloutCluster> clusters) {
        RolloutId id = rollout.id();
        checkIndex(
                "in flight",
                id,
                fleet().inFlight(id),
                clusters.stream()
                        .filter(cluster -> cluster.state() instanceof ClusterState.InFlight)
                        .toList());
        checkIndex(
                "deferred",
                id,
                fleet().deferred(id),
                clusters.stream().filter(RolloutCluster::isDeferred).toList());
        List<RolloutCluster> changed = clusters.stream()
                .filter(RolloutCluster::isChanged)
                .sorted(Comparator.comparing(RolloutCluster::change).reversed())
                .toList();
        check(
                changed.equals(fleet().changed(id, Integer.MAX_VALUE)),
                "changed clusters of %s: %s, not %s",
                id,
                fleet().changed(id, Integer.MAX_VALUE),
                changed);
        for (int stage = 0; stage < rollout.stages().size(); stage++) {
            for (int group = 0; group < rollout.stages().get(stage).groups().size(); group++) {
                int index = stage;
                int member = group;
                List<RolloutCluster> waiting = clusters.stream()
                        .filter(cluster -> cluster.stage() == index
                                && cluster.group() == member
                                && cluster.state() instanceof ClusterState.Waiting)
                        .sorted(Comparator.comparing((RolloutCluster cluster) ->
                                        ((ClusterState.Waiting) cluster.state()).code() != null)
                                .thenComparing(RolloutCluster::ordinal))
                        .toList();
                check(
                        waiting.equals(fleet().waiting(id, stage, group, Integer.MAX_VALUE)),
                        "waiting clusters of %s: %s, not %s",
                        id,
                        fleet().waiting(id, stage, group, Integer.MAX_VALUE),
                        waiting);
            }
        }
    }

    private static void checkIndex(
            String name, RolloutId id, List<RolloutCluster> indexed, List<RolloutCluster> counted) {
        check(
                indexed.size() == counted.size() && new HashSet<>(indexed).equals(new HashSet<>(counted)),
                "%s of %s: %s, not %s",
                name,
                id,
                indexed,
                counted);
    }

    // ---- now and then, and in the end ----

    /** No cluster is corrected more often than allowed: counted from the rollouts themselves. */
    void checkFights() {

        Map<String, List<Rollout>> corrections = new HashMap<>();
        // A cluster may be new to a config in a rollout that corrects others.
        Set<String> joined = new HashSet<>();
        List<Rollout> rollouts = controller.rollouts().stream()
                .map(id -> fleet().rollout(id).orElseThrow())
                .sorted(Comparator.comparing(rollout -> rollout.id().generation()))
                .toList();
        for (Rollout rollout : rollouts) {
            Cause why = rollout.request().cause();
            for (RolloutCluster cluster : fleet().rolloutClusters(rollout.id())) {
                if (joined.add(rollout.id().config() + cluster.cluster())) {
                    continue;
                }
                List<Rollout> recent =
                        corrections.computeIfAbsent(rollout.id().config() + cluster.cluster(), _ -> new ArrayList<>());
                switch (why) {
                    case Publish, Rerun, Retry -> recent.clear();
                    case CatchUp -> {}
                    case DriftCorrection -> {
                        recent.removeIf(other -> !other.request()
                                .createdAt()
                                .isAfter(rollout.request().createdAt().minus(Scope.FIGHT_WINDOW)));
                        recent.add(rollout);
                        check(
                                recent.size() <= Scope.MAX_CORRECTIONS,
                                "%s is corrected %s times in %s, at last by %s",
                                cluster.cluster(),
                                recent.size(),
                                Scope.FIGHT_WINDOW,
                                rollout.id());
                    }
                }
            }
        }
    }

    /**
     * Why a rollout has not come to rest, if it has not.
     *
     * @param reasons for clusters to wait for ever: only people can end them
     */
    Optional<String> unrest(Set<String> reasons) {
        for (RolloutId id : controller.rollouts()) {
            Rollout rollout = fleet().rollout(id).orElseThrow();
            boolean rests = switch (rollout.state()) {
                case RolloutState.Ended _ -> rollout.inFlight() == 0;
                case RolloutState.Planned planned -> planned.code().equals("NoClusterMatches");
                case RolloutState.Running _ -> rollout.inFlight() == 0 && waitsFor(rollout, reasons);
                case RolloutState.Paused _, RolloutState.RollingBack _ -> false;
            };
            if (!rests) {
                return Optional.of(
                        id + " is " + rollout.state() + ", its stages are " + rollout.stages() + ", its clusters "
                                + fleet().rolloutClusters(id).stream()
                                        .filter(cluster -> !(cluster.state() instanceof ClusterState.Ended))
                                        .toList());
            }
        }
        return Optional.empty();
    }

    private boolean waitsFor(Rollout rollout, Set<String> reasons) {
        List<ClusterState.Waiting> waiting = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> cluster.stage() == rollout.currentStage().orElseThrow())
                .map(RolloutCluster::state)
                .filter(ClusterState.Waiting.class::isInstance)
                .map(ClusterState.Waiting.class::cast)
                .toList();
        return !waiting.isEmpty()
                && waiting.stream().allMatch(state -> state.code() != null && reasons.contains(state.code()));
    }

    private boolean hasSucceeded(RolloutId id) {
        return fleet().rollout(id).orElseThrow().state() instanceof RolloutState.Succeeded;
    }

    /** With {@code drift: Correct}, what has converged has what it shall have, unless someone fights about it. */
    Optional<String> drifted() {
        for (ConfigState config : fleet().configs()) {
            FleetConfig.Spec spec = config.spec();
            if (spec == null
                    || spec.drift() != FleetConfig.Drift.Correct
                    || !hasSucceeded(config.latestRollout())
                    || !hasSucceeded(new RolloutId(config.name(), config.fullGeneration()))) {
                continue;
            }
            Selection selection = new Selection(spec.selector());
            Precedence precedence = new Precedence(config.name(), spec.priority(), fleet().claims());
            for (SimulatedAzure.Cluster cluster : azure.clusters()) {
                ClusterRecord record = cluster.record();
                boolean shall = selection.test(record)
                        && precedence.objection(record).isEmpty()
                        && Preflight.check(
                                        record,
                                        fleet().subscription(record.subscription()),
                                        spec.kubeProxy().effective())
                                instanceof Preflight.Verdict.Go
                        && Scope.last(fleet(), config, cluster.id)
                                .filter(last -> last.state() instanceof ClusterState.Converged converged
                                        && !ClusterState.Converged.FIGHT.equals(converged.code()))
                                .isPresent();
                if (shall && !cluster.effective().equals(spec.kubeProxy().effective())) {
                    return Optional.of(
                            cluster.name + " has " + cluster.effective().describe() + ", and config " + config.name()
                                    + " wants " + spec.kubeProxy().effective().describe());
                }
            }
        }
        return Optional.empty();
    }
}
