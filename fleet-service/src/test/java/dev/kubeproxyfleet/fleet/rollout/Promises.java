package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Change;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Step;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must always hold, checked after every decision: by recounting, by the rules written down a second time, and by what
 * is true in the simulated world.
 */
final class Promises {

    /** How old the controller's picture of the world may be; agents and listings of the simulated world keep to it. */
    private static final Duration LAG = RolloutEngine.DEFAULT_LAG;

    /** How often a host of the core looks for drift, at least. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration WORKER_PATIENCE = Duration.ofMinutes(5);

    private static final Set<ReasonCode> DEFERRED =
            Set.of(ClusterReason.ClusterStopped, ClusterReason.ClusterNotReady, ClusterReason.ClusterBusy);

    private static final Set<ReasonCode> AS_IF_NEW = Set.of(
            ClusterReason.ClusterGone,
            ClusterReason.SubscriptionNotInFleet,
            ClusterReason.NoLongerSelected,
            ClusterReason.LowerPriority);

    private static final Set<ReasonCode> HARMLESS = Set.of(
            ClusterReason.ClusterStopped,
            ClusterReason.ClusterNotReady,
            ClusterReason.ClusterBusy,
            ClusterReason.ClusterGone,
            ClusterReason.SubscriptionNotInFleet,
            ClusterReason.NoLongerSelected,
            ClusterReason.LowerPriority,
            ClusterReason.SkippedByOperator,
            ClusterReason.Superseded);

    private final SimulatedController controller;
    private final SimulatedAzure azure;
    private final VirtualTime time;
    private final Seen seen;
    private final ActionPromises actions;
    private final ProofPromises proof;
    private final DeliveryPromises delivery;
    private final RetentionPromises retention;

    private @Nullable FleetEvent cause;
    private boolean mayChange = true;
    private final List<AuditRecord> answers = new ArrayList<>();

    /** Whether the event at hand is heard of for the first time. */
    private boolean isFirst;

    /** Whether it has changed anything that matters to a cluster. */
    private boolean changes;

    /** Whether it asks for something that cannot be refused. */
    private boolean mustBeDone;

    /** Rollouts as the event found them, of those that it has changed. */
    private final Map<RolloutId, Rollout> found = new HashMap<>();

    Promises(SimulatedController controller, SimulatedAzure azure, VirtualTime time, Seen seen) {
        this.actions = new ActionPromises(seen);
        this.proof = new ProofPromises(seen);
        this.delivery = new DeliveryPromises(azure, seen);
        this.retention = new RetentionPromises(controller, seen);
        this.controller = controller;
        this.azure = azure;
        this.time = time;
        this.seen = seen;
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
        found.clear();
        changes = false;
        isFirst = false;
        mayChange = switch (event) {
            case FleetEvent.OutcomeReported(Outcome outcome) -> isAwaited(outcome);
            case FleetEvent.CommandGiven(Command command) ->
                isNew(
                        command.config(),
                        command.id(),
                        fleet().config(command.config())
                                .map(ConfigState::latestId)
                                .flatMap(fleet()::rollout)
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
        mustBeDone = isFirst && event != null && mustBeDone(event);
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
        isFirst = !ids.contains(id);
        if (isFirst) {
            ids.add(id);
            uncommitted.add(config);
        }
        return !known;
    }

    void committed() {
        uncommitted.clear();
        committedDrifts = Set.copyOf(drifts);
        retention.committed();
    }

    /** @param operations that are out, after the host has thrown away what was not committed */
    void lost(Map<String, Operation> operations) {
        outstanding.clear();
        outstanding.putAll(operations);
        uncommitted.forEach(config -> Objects.requireNonNull(heard.get(config)).removeLast());
        uncommitted.clear();
        drifts = new HashSet<>(committedDrifts);
        retention.lost();
    }

    /** Rollout and cluster of every drift that the audit trail has begun and not ended. */
    private Set<Started> drifts = new HashSet<>();

    private Set<Started> committedDrifts = Set.of();

    /** What the audit trail says has drifted is what is stored as drifted, and that is what views count. */
    private void checkDriftsAreOnRecord(Step step) {
        for (AuditRecord audit : step.audits()) {
            if (audit.action().equals("Drift")) {
                Started about = new Started(
                        RolloutId.parse(Objects.requireNonNull(audit.rollout())).orElseThrow(),
                        Objects.requireNonNull(audit.cluster()));
                seen.count("promise that a drift is on record: " + audit.code());
                check(
                        audit.code() == ClusterReason.DriftEnded
                                ? drifts.remove(about)
                                : drifts.add(about) || isTold(audit),
                        "the drift of %s begins or ends twice: %s",
                        about,
                        audit);
            }
        }
        Set<Started> stored = new HashSet<>();
        fleet().drifted().forEach(cluster -> stored.add(new Started(cluster.rollout(), cluster.cluster())));
        check(stored.equals(drifts), "%s have drifted, and on record are %s", stored, drifts);
    }

    /** What a config remembers of its rollouts is what they say. */
    private void checkStanding(String config) {
        Standing standing = Standing.of(fleet(), config).orElseThrow();
        long planned = 0;
        long released = 0;
        List<RolloutId> active = new ArrayList<>();
        for (RolloutId id : fleet().rollouts(config)) {
            long generation = id.generation();
            Rollout rollout = fleet().rollout(id).orElseThrow();
            planned = rollout.reachesAll() && rollout.plan() != null ? generation : planned;
            released = rollout.released() ? generation : released;
            if (rollout.state() instanceof RolloutState.Active) {
                active.add(rollout.id());
            }
        }
        ConfigState.Held held = Objects.requireNonNull(standing.config().held());
        check(
                (planned == held.planned() || retention.hasRemoved(new RolloutId(config, held.planned())))
                        && (released == held.released()
                                || retention.hasRemoved(new RolloutId(config, held.released()))),
                "%s remembers %s, and its rollouts say %s, %s",
                config,
                held,
                planned,
                released);
        check(
                active.equals(
                        Stream.ofNullable(standing.active()).map(Rollout::id).toList()),
                "%s are under way, and %s is said to be",
                active,
                standing.active());
    }

    /** A drift may become another kind of drift. */
    private boolean isTold(AuditRecord audit) {
        return fleet().rolloutCluster(
                        RolloutId.parse(Objects.requireNonNull(audit.rollout())).orElseThrow(),
                        Objects.requireNonNull(audit.cluster()))
                .filter(cluster -> cluster.state() instanceof ClusterState.Converged converged
                        && audit.code().equals(converged.code()))
                .isPresent();
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
        List<AuditRecord> given = answers.stream()
                .filter(answer ->
                        answer.requestId() != null && answer.requestId().equals(id))
                .toList();
        check(id == null || given.size() == 1, "%s answers to request %s", given.size(), id);
        given.forEach(this::checkAnswer);
        if (cause instanceof FleetEvent.OutcomeReported(Outcome outcome)
                && mayChange
                && !(outcome.result() instanceof Outcome.Waiting)) {
            check(!isAwaited(outcome), "%s is not recorded", outcome);
            checkWordOnWhatWasThere(outcome);
        }
        if (cause == null) {
            checkTick();
        } else {
            lastEvent = time.now();
        }
        cause = null;
    }

    /** What ARM showed before the first write is what the cluster had, whatever the inventory had shown. */
    private void checkWordOnWhatWasThere(Outcome outcome) {
        RolloutId id = new RolloutId(outcome.config(), outcome.generation());
        RolloutCluster cluster = fleet().rolloutCluster(id, outcome.cluster()).orElseThrow();
        if (outcome.result() instanceof Outcome.Applied(KubeProxyConfig before, boolean changed)
                && changed
                && outcome.attempt() == 1
                && !cluster.isTakenBack()
                && !before.effective()
                        .equals(kubeProxy(fleet().rollout(id).orElseThrow().spec())
                                .effective())) {
            seen.count("promise that ARM's word on what was there is kept");
            check(
                    new Desired.KubeProxy(before).equals(cluster.before()),
                    "%s had %s, and %s is kept",
                    outcome.cluster(),
                    before,
                    cluster);
        }
    }

    // ---- answers ----

    /** What a person who steers must be able to count on, however bad the moment. */
    private static boolean isStoppedByAGate(Rollout rollout) {
        return rollout.currentStage().stream()
                .boxed()
                .flatMap(index -> StageGate.of(rollout, index).stream())
                .anyMatch(StageGate::fails);
    }

    private boolean mustBeDone(FleetEvent event) {
        return switch (event) {
            case FleetEvent.CommandGiven(Command command) -> {
                ConfigState config = fleet().config(command.config()).orElseThrow();
                Rollout meant = meant(command, config);
                yield meant != null && mustBeDone(command, config, meant);
            }
            case FleetEvent.ConfigDeleted deleted ->
                fleet().config(deleted.name()).map(ConfigState::spec).isPresent();
            case FleetEvent.ConfigPublished published -> {
                FleetConfig.Spec spec = published.config().spec();
                yield fleet().config(published.config().name())
                                .map(ConfigState::spec)
                                .filter(spec::equals)
                                .isEmpty()
                        && (spec.strategyRef() == null
                                || fleet().strategy(spec.strategyRef()).isPresent());
            }
            case FleetEvent.OutcomeReported _, FleetEvent.StrategyPublished _, FleetEvent.StrategyDeleted _ -> false;
        };
    }

    /** What is under way, or the latest rollout; null for one that is named and is neither. */
    private @Nullable Rollout meant(Command command, ConfigState config) {
        Rollout latest = fleet().rollout(config.latestRollout()).orElseThrow();
        Rollout underWay = controller.rollouts().stream()
                .filter(id -> id.config().equals(config.name()))
                .map(id -> fleet().rollout(id).orElseThrow())
                .filter(rollout -> rollout.state() instanceof RolloutState.Active)
                .findFirst()
                .orElse(latest);
        return command.rollout() == null
                        || command.rollout().equals(underWay.id().toString())
                ? underWay
                : null;
    }

    private boolean mustBeDone(Command command, ConfigState config, Rollout latest) {
        StageState current = latest.currentStage().isPresent()
                ? latest.stages().get(latest.currentStage().getAsInt()).state()
                : null;
        boolean goesForward = latest.state() instanceof RolloutState.Running
                || (latest.state() instanceof RolloutState.Paused
                        && !goesBack(latest.state())
                        && !latest.stages().isEmpty());
        return switch (command.action()) {
            case Pause ->
                latest.state() instanceof RolloutState.Active && !(latest.state() instanceof RolloutState.Paused);
            case Resume -> latest.state() instanceof RolloutState.Paused && !isStoppedByAGate(latest);
            case Abort -> latest.state() instanceof RolloutState.Active;
            case Approve ->
                goesForward
                        && current instanceof StageState.AwaitingApproval awaiting
                        && !command.at().isBefore(awaiting.since());
            case Reject -> goesForward && current instanceof StageState.AwaitingApproval;
            case Promote -> goesForward && current instanceof StageState.Baking && !isStoppedByAGate(latest);
            case Override, Answer ->
                goesForward
                        && (current instanceof StageState.Updating || current instanceof StageState.Baking)
                        && command.reason() != null
                        && latest.spec().strategy().gate().external().stream()
                                .anyMatch(gate -> gate.name().equals(command.gate()));
            case Skip ->
                goesForward
                        && command.cluster() != null
                        && fleet().rolloutCluster(latest.id(), command.cluster())
                                .map(RolloutCluster::state)
                                .filter(state -> state instanceof ClusterState.Waiting
                                        || state instanceof ClusterState.Verifying
                                        || state instanceof ClusterState.Failed)
                                .isPresent();
            case Rollback ->
                !latest.released()
                        && goesForward
                        && latest.request().cause() != Cause.DriftCorrection
                        && (command.rollout() != null || latest.request().cause() != Cause.CatchUp);
            case Rerun -> {
                FleetConfig.Spec spec = config.spec();
                yield latest.state() instanceof RolloutState.Ended
                        && spec != null
                        && (spec.strategyRef() == null
                                || fleet().strategy(spec.strategyRef()).isPresent());
            }
            case Retry -> false;
        };
    }

    /** An answer says what was done, and what was not done changes nothing. */
    private void checkAnswer(AuditRecord answer) {
        if (answer.verdict() != AuditRecord.Verdict.Done) {
            check(!changes, "%s changes something all the same", answer);
            check(!mustBeDone, "%s, and could have been done", answer);
            return;
        }
        check(mayChange, "%s was done before", answer);
        if (mustBeDone) {
            seen.count("promise that a button works");
        }
        switch (cause) {
            case FleetEvent.CommandGiven(Command command) -> {
                check(
                        answer.actor().equals(command.actor()) && Objects.equals(answer.reason(), command.reason()),
                        "%s hides who asked for %s",
                        answer,
                        command);
                checkDone(command, answer, rollout(answer));
            }
            case FleetEvent.ConfigPublished published -> {
                FleetConfig.Spec spec = published.config().spec();
                check(
                        fleet().config(published.config().name())
                                .map(ConfigState::spec)
                                .filter(spec::equals)
                                .isPresent(),
                        "%s is not the spec",
                        published);
                check(
                        rollout(answer).spec().desired().equals(spec.desired())
                                && rollout(answer).id().equals(latestRollout(answer)),
                        "%s is not rolled out",
                        published);
            }
            case FleetEvent.ConfigDeleted deleted -> {
                check(
                        fleet().config(deleted.name()).map(ConfigState::spec).isEmpty(),
                        "config %s is still there",
                        deleted.name());
                check(
                        controller.rollouts().stream()
                                .filter(id -> id.config().equals(deleted.name()))
                                .noneMatch(
                                        id -> fleet().rollout(id).orElseThrow().state() instanceof RolloutState.Active),
                        "a rollout of config %s goes on after its deletion",
                        deleted.name());
            }
            case FleetEvent.StrategyPublished published ->
                check(
                        fleet().strategy(published.strategy().name())
                                .filter(published.strategy().spec()::equals)
                                .isPresent(),
                        "%s is not stored",
                        published);
            case FleetEvent.StrategyDeleted deleted ->
                check(fleet().strategy(deleted.name()).isEmpty(), "%s is still stored", deleted);
            case FleetEvent.OutcomeReported _ -> {}
            case null -> {}
        }
    }

    private Rollout rollout(AuditRecord answer) {
        return RolloutId.parse(Objects.requireNonNull(answer.rollout()))
                .flatMap(fleet()::rollout)
                .orElseThrow();
    }

    private RolloutId latestRollout(AuditRecord answer) {
        return fleet().config(answer.config()).orElseThrow().latestRollout();
    }

    private void checkDone(Command command, AuditRecord answer, Rollout rollout) {
        RolloutState state = rollout.state();
        boolean done = switch (command.action()) {
            case Pause -> state instanceof RolloutState.Paused;
            case Resume ->
                !(state instanceof RolloutState.Paused paused)
                        || paused.code() == RolloutReason.MaxFailuresExceeded
                        || paused.code() == RolloutReason.GateInconclusive;
            case Override ->
                rollout.stages().stream()
                        .anyMatch(stage -> stage.gates()
                                .overruled(Objects.requireNonNull(command.gate()))
                                .isPresent());
            case Answer ->
                rollout.stages().stream()
                        .anyMatch(stage -> stage.gates()
                                .answer(Objects.requireNonNull(command.gate()))
                                .isPresent());
            case Abort, Reject -> state instanceof RolloutState.Aborted;
            case Approve -> {
                Rollout before = Objects.requireNonNull(found.get(rollout.id()));
                int stage = before.currentStage().orElseThrow();
                yield before.stages().get(stage).state() instanceof StageState.AwaitingApproval awaiting
                        && !command.at().isBefore(awaiting.since())
                        && !awaiting.equals(rollout.stages().get(stage).state());
            }
            case Promote -> {
                int stage = Objects.requireNonNull(found.get(rollout.id()))
                        .currentStage()
                        .orElseThrow();
                yield !(rollout.stages().get(stage).state() instanceof StageState.Baking baking)
                        || !baking.until().isAfter(time.now());
            }
            case Skip ->
                fleet().rolloutCluster(rollout.id(), Objects.requireNonNull(command.cluster()))
                        .filter(cluster -> cluster.state() instanceof ClusterState.Skipped skipped
                                && skipped.code() == ClusterReason.SkippedByOperator)
                        .isPresent();
            case Rollback ->
                state instanceof RolloutState.RollingBack
                        || state instanceof RolloutState.RolledBack
                        || (state instanceof RolloutState.Failed failed
                                && failed.code() == RolloutReason.RollbackIncomplete);
            case Retry -> changes;
            case Rerun ->
                rollout.id().equals(latestRollout(answer)) && rollout.request().cause() == Cause.Rerun;
        };
        check(done, "%s, and yet %s is %s", answer, rollout.id(), state);
    }

    // ---- time ----

    private Instant lastEvent = Instant.EPOCH;

    /** When the inventory last showed each cluster otherwise. */
    private final Map<String, Instant> listedAt = new HashMap<>();

    private final Map<String, Instant> withdrawnAt = new HashMap<>();

    private Instant configsChangedAt = Instant.EPOCH;

    /** By now the controller has compared everything that it knew then. */
    private Instant looked = Instant.EPOCH;

    /** When nodes last showed each cluster otherwise. */
    private final Map<String, Instant> shownAt = new HashMap<>();

    void listed(String cluster) {
        listedAt.put(cluster, time.now());
    }

    void shown(String cluster) {
        shownAt.put(cluster, time.now());
    }

    /** What time alone must bring about is done once the controller has looked at the time. */
    private void checkTick() {
        if (lastEvent.equals(time.now())) {
            return;
        }
        for (RolloutId id : controller.rollouts()) {
            Rollout rollout = fleet().rollout(id).orElseThrow();
            if (!rollout.isOpen()) {
                continue;
            }
            fleet().inFlight(id).forEach(this::checkDeadline);
            fleet().settling(id).forEach(this::checkSettling);
            switch (rollout.state()) {
                case RolloutState.Running _ -> checkProgress(rollout);
                case RolloutState.RollingBack _ ->
                    check(
                            rollout.inFlight() > 0 || !fleet().changed(id, 1).isEmpty(),
                            "%s has nothing left to roll back, and does not end",
                            id);
                case RolloutState.Planned _, RolloutState.Paused _, RolloutState.Ended _ -> {}
            }
        }
        if (!time.now().isBefore(looked.plus(LOOK))) {
            checkDrift(looked);
            looked = time.now();
        }
    }

    private boolean isProofAwaited(Stage stage) {
        StageGates.Proof awaited = stage.gates().proof();
        return awaited != null
                && awaited.verdict() == null
                && time.now().isBefore(awaited.since().plus(LAG));
    }

    private void checkSettling(RolloutCluster cluster) {
        check(
                cluster.cost() instanceof Cost.Settling settling && !time.now().isAfter(settling.dueAt()),
                "nobody tells what the change cost %s",
                cluster);
    }

    private void checkDeadline(RolloutCluster cluster) {
        switch (cluster.state()) {
            case ClusterState.Verifying verifying ->
                check(!time.now().isAfter(verifying.deadline()), "%s verifies beyond its deadline", cluster);
            case ClusterState.Updating updating ->
                check(
                        time.now().isBefore(updating.deadline().plus(WORKER_PATIENCE))
                                || updating.code() == ClusterReason.WorkerSilent,
                        "nobody says that the worker is silent about %s",
                        cluster);
            case ClusterState.Waiting _, ClusterState.Ended _ -> {}
        }
    }

    /** Nothing waits without a reason: neither a stage, nor a cluster that there is room for. */
    private void checkProgress(Rollout rollout) {
        RolloutId id = rollout.id();
        check(rollout.currentStage().isPresent(), "%s has done everything, and does not end", id);
        int index = rollout.currentStage().getAsInt();
        Stage stage = rollout.stages().get(index);
        check(
                !(stage.state() instanceof StageState.Waiting),
                "stage %s of %s does not begin, and all before it are done",
                index,
                id);
        check(
                !(stage.state() instanceof StageState.Baking baking)
                        || baking.until().isAfter(time.now())
                        || (rollout.state() instanceof RolloutState.Running running
                                && running.code() == RolloutReason.GateAwaited
                                && (isProofAwaited(stage)
                                        || rollout.spec().strategy().gate().external().stream()
                                                .anyMatch(gate -> stage.gates()
                                                        .answer(gate.name())
                                                        .isEmpty()))),
                "stage %s of %s bakes beyond its time",
                index,
                id);
        if (!(stage.state() instanceof StageState.Updating)) {
            return;
        }
        check(stage.counts().finished() < stage.counts().total(), "stage %s of %s is over, and goes on", index, id);
        if (rollout.state() instanceof RolloutState.Running running && running.code() != null) {
            boolean open = OpeningHours.of(rollout.spec().strategy().windows().schedule())
                    .isOpen(time.now());
            check(
                    running.code() == RolloutReason.PredecessorInFlight
                            ? rollout.ahead().stream()
                                    .anyMatch(ahead ->
                                            fleet().rollout(ahead).orElseThrow().inFlight() > 0)
                            : running.code() == RolloutReason.OutsideWindow && !open,
                    "%s is held for no reason: %s",
                    id,
                    running.code());
            return;
        }
        for (int group = 0; group < stage.groups().size(); group++) {
            if (stage.room() > 0 && stage.room(group) > 0) {
                for (RolloutCluster cluster : fleet().waiting(id, index, group, 1)) {
                    check(
                            cluster.state() instanceof ClusterState.Waiting waiting && waiting.code() != null,
                            "%s waits for no reason",
                            cluster);
                    seen.count("promise that what waits has a reason");
                }
            }
        }
    }

    /** What the inventory has shown since then, of a cluster that has converged and shown it, is not passed over. */
    private void checkDrift(Instant since) {
        if (configsChangedAt.isAfter(since)) {
            return;
        }
        checkDriftsEnd(since);
        for (ConfigState config : fleet().configs()) {
            FleetConfig.Spec spec = config.spec();
            if (spec == null) {
                continue;
            }
            Selection selection = new Selection(spec.selector());
            Precedence precedence = new Precedence(config.name(), spec, fleet().claims());
            for (ClusterRecord record : fleet().clusters()) {
                boolean looksStill = listedAt.getOrDefault(record.id(), Instant.MAX)
                                .isBefore(since)
                        && withdrawnAt.getOrDefault(record.id(), Instant.EPOCH).isBefore(since)
                        && fleet().writer(record.id()).isEmpty()
                        && selection.test(record)
                        && precedence.objection(record).isEmpty();
                if (looksStill) {
                    last(config, record)
                            .filter(last -> last.state().since().isBefore(since))
                            .ifPresent(last -> checkDrift(last, record, since));
                }
            }
        }
    }

    /** What the config last made of this very cluster, since it was last rolled out to all. */
    private Optional<RolloutCluster> last(ConfigState config, ClusterRecord record) {
        return fleet().latest(config.name(), record.id())
                .filter(id -> id.generation() >= config.fullGeneration())
                .flatMap(id -> fleet().rolloutCluster(id, record.id()))
                .filter(found -> Objects.equals(found.uid(), record.uid()));
    }

    /** A drift does not outlive what it is about. */
    private void checkDriftsEnd(Instant since) {
        for (RolloutCluster cluster : fleet().drifted()) {
            boolean settled = cluster.state().since().isBefore(since)
                    && listedAt.getOrDefault(cluster.cluster(), Instant.EPOCH).isBefore(since);
            if (settled) {
                seen.count("promise that a drift ends with what it is about");
                check(
                        fleet().config(cluster.rollout().config())
                                .filter(config -> config.spec() != null)
                                .isPresent(),
                        "%s has drifted from a config that was deleted",
                        cluster);
                check(
                        fleet().cluster(cluster.cluster())
                                .filter(record -> Objects.equals(record.uid(), cluster.uid()))
                                .isPresent(),
                        "%s has drifted, and is gone",
                        cluster);
            }
        }
    }

    /** Nodes that go on showing something else, more of them than may be late, are drift. */
    private void checkNodesDrift(
            RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record, Instant since) {
        FleetConfig.Spec spec = fleet().rollout(cluster.rollout()).orElseThrow().spec();
        Gate gate = spec.strategy().gate();
        boolean settled = shownAt.getOrDefault(record.id(), Instant.MAX).isBefore(since);
        if (!settled || !gate.asksAgents() || !kubeProxy(spec).effective().enabled()) {
            return;
        }
        Evidence evidence = fleet().evidence(record.id());
        int counted = proof.counted(
                fleet(), record, later(converged.since(), time.now().minus(LAG)));
        int differing = evidence.observed().stream()
                .filter(observed -> !observed.oldestSnapshotAt().isBefore(converged.since()))
                .filter(observed -> Verification.differs(observed, kubeProxy(spec)))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        if (differing > Math.max(0, counted - Math.max(1, Math.ceil(gate.coverage() * counted)))) {
            seen.count("promise that nodes which differ are noticed");
            check(
                    converged.code() != null || converged.differsSince() != null,
                    "%s of %s nodes of %s run something else, and nobody notices: %s",
                    differing,
                    counted,
                    record.id(),
                    converged);
            check(
                    converged.code() != null
                            || !Objects.requireNonNull(converged.differsSince())
                                    .plusSeconds(30)
                                    .isBefore(since),
                    "%s nodes of %s run something else, and nobody calls it drift: %s",
                    differing,
                    record.id(),
                    converged);
        }
    }

    private void checkDrift(RolloutCluster cluster, ClusterRecord record, Instant since) {
        if (!(cluster.state() instanceof ClusterState.Converged converged)) {
            return;
        }
        FleetConfig.Spec spec = fleet().rollout(cluster.rollout()).orElseThrow().spec();
        EffectiveKubeProxy given = kubeProxy(spec).effective();
        boolean nodesCanTell = given.enabled()
                && spec.strategy().gate().needsEvidence()
                && record.kubeProxy() != null
                && Verification.tellsApart(kubeProxy(spec), record.kubeProxy().effective());
        boolean mayBeOld = !converged.listed()
                && (nodesCanTell || since.isBefore(converged.since().plus(LAG)));
        boolean same =
                record.kubeProxy() != null && record.kubeProxy().effective().equals(given);
        check(
                same
                        ? (converged.code() == null || converged.code() == ClusterReason.NodesDrifted)
                                && converged.listed()
                        : converged.code() != null || mayBeOld,
                "%s shows %s, and nobody says whether it has drifted: %s",
                record.id(),
                record.kubeProxy(),
                converged);
        seen.count(same ? "promise that nothing is called drift" : "promise that drift is told");
        if (same) {
            checkNodesDrift(cluster, converged, record, since);
        }
    }

    void check(Step step) {
        answers.addAll(step.audits());
        checkDriftsAreOnRecord(step);
        step.rollouts().stream()
                .map(change -> change.after().id().config())
                .distinct()
                .forEach(config -> {
                    checkStanding(config);
                    actions.check(fleet(), config, time.now());
                });
        changes |= !step.rollouts().isEmpty()
                || !step.clusters().isEmpty()
                || !step.issued().isEmpty()
                || !step.withdrawn().isEmpty();
        check(
                mayChange
                        || (step.rollouts().isEmpty()
                                && step.clusters().isEmpty()
                                && step.issued().isEmpty()),
                "a stale or repeated event changes something: %s",
                cause);
        step.configs().forEach(this::checkConfig);
        retention.check(step, time.now());
        step.withdrawn().forEach(cluster -> withdrawnAt.put(cluster, time.now()));
        Set<RolloutId> touched = new HashSet<>();
        for (Change<Rollout> change : step.rollouts()) {
            touched.add(change.after().id());
            if (change.before() != null) {
                found.putIfAbsent(change.after().id(), change.before());
            }
            checkRollout(change);
            checkAudit(change, step);
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

    /** Who ended, paused or turned a rollout is kept, with the same decision. */
    private static void checkAudit(Change<Rollout> change, Step step) {
        Rollout after = change.after();
        boolean turns = change.before() != null
                && !change.before().state().getClass().equals(after.state().getClass())
                && !(change.before().state() instanceof RolloutState.Planned
                        && after.state() instanceof RolloutState.Running);
        check(
                !turns
                        || step.audits().stream()
                                .anyMatch(audit ->
                                        audit.config().equals(after.id().config())),
                "%s becomes %s, and no record says why",
                after.id(),
                after.state());
    }

    private void checkConfig(Change<ConfigState> change) {
        if (change.before() == null
                || !Objects.equals(change.before().spec(), change.after().spec())) {
            configsChangedAt = time.now();
        }
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
        if (before.state() instanceof RolloutState.Ended ended && !after.state().equals(ended)) {
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
            check(
                    !goesBack(before.state()) || goesBack(after.state()),
                    "%s was paused on its way back, and goes forward",
                    after.id());
        }
        check(
                !after.stages().isEmpty() || isBeforeThePlan(after.state()),
                "%s is %s, and its clusters were never chosen",
                after.id(),
                after.state());
        checkStages(before, after);
        if (after.state() instanceof RolloutState.Superseded) {
            check(after.id().generation() < config.generation(), "%s is superseded by nothing", after.id());
        }
        if (!(before.state() instanceof RolloutState.Ended)) {
            checkEnd(after);
        }
    }

    private static boolean isBeforeThePlan(RolloutState state) {
        return switch (state) {
            case RolloutState.Planned _, RolloutState.Paused _, RolloutState.Aborted _, RolloutState.Superseded _ ->
                true;
            case RolloutState.Running _,
                    RolloutState.RollingBack _,
                    RolloutState.Succeeded _,
                    RolloutState.Failed _,
                    RolloutState.RolledBack _ -> false;
        };
    }

    private static boolean goesBack(RolloutState state) {
        return state instanceof RolloutState.RollingBack
                || (state instanceof RolloutState.Paused paused && paused.from() instanceof RolloutState.RollingBack);
    }

    private boolean isCommand(Command.Action action) {
        return cause instanceof FleetEvent.CommandGiven(Command command) && command.action() == action;
    }

    private void checkStages(Rollout before, Rollout after) {
        boolean planned = before.stages().isEmpty() && !after.stages().isEmpty();
        for (int i = 0; i < after.stages().size(); i++) {
            Stage stage = after.stages().get(i);
            TimelinePromises.check(after, stage);
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
            if (stage.state() instanceof StageState.Baking baking && !(was.state() instanceof StageState.Baking)) {
                check(
                        baking.until().equals(time.now().plus(stage.spec().bake())),
                        "stage %s of %s bakes until %s",
                        i,
                        after.id(),
                        baking.until());
            }
            checkLooks(after, i, was.gates().watch(), stage.gates().watch());
            proof.judged(after, stage, was.gates().proof(), time.now());
            if (was.state() instanceof StageState.Baking
                    && (stage.state() instanceof StageState.Done
                            || stage.state() instanceof StageState.AwaitingApproval)) {
                proof.baked(fleet(), after, i, time.now());
            }
            if (was.state() instanceof StageState.Baking && stage.state() instanceof StageState.Done) {
                checkGatesSayYes(after, stage);
            }
            if (was.state() instanceof StageState.Updating && !(stage.state() instanceof StageState.Updating)) {
                boolean bakes = stage.state() instanceof StageState.Baking;
                check(
                        stage.spec().bake().isPositive()
                                ? bakes == hasSomethingToShow(after, i)
                                : !bakes
                                        || !after.spec()
                                                .strategy()
                                                .gate()
                                                .external()
                                                .isEmpty(),
                        "stage %s of %s bakes for nothing, or skips its bake: %s",
                        i,
                        after.id(),
                        stage);
            }
            boolean hadNothingToDo = was.state() instanceof StageState.Waiting && was.isFinished();
            if (stage.state() instanceof StageState.Done
                    && !(was.state() instanceof StageState.Done)
                    && !hadNothingToDo) {
                checkMayEnd(after, i);
            }
        }
    }

    /** A stage that others follow ends by itself only after something has converged in it. */
    private void checkMayEnd(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        boolean last = index == rollout.stages().size() - 1;
        boolean follows = rollout.stages().stream()
                .skip(index + 1L)
                .anyMatch(later -> later.counts().finished() < later.counts().total());
        boolean asksAnyhow = stage.spec().approval() == StageSpec.Approval.after && (last || follows);
        boolean failuresDecided = stage.counts().failed() > 0
                && (rollout.spec().strategy().onFailure() == OnFailure.Continue
                        || stage.maxFailures()
                                > stage.spec()
                                        .maxFailures()
                                        .roundedDown(stage.counts().total()));
        boolean provesNothing =
                stage.counts().total() > 0 && stage.counts().converged() == 0 && !failuresDecided && follows;
        boolean began = stage.counts().total() > 0;
        if (began && (asksAnyhow || provesNothing)) {
            seen.count(provesNothing ? "promise about a stage that proved nothing" : "promise of approval");
            check(
                    isCommand(Command.Action.Approve),
                    "stage %s of %s is done without anyone's word: %s",
                    index,
                    rollout.id(),
                    stage);
        }
    }

    private boolean hasSomethingToShow(Rollout rollout, int stage) {
        return fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> cluster.place().stage() == stage)
                .anyMatch(cluster -> !cluster.isUntouched() || !(cluster.state() instanceof ClusterState.Skipped));
    }

    /** Whether clusters have come to wait in a stage that had ended them all. */
    private static boolean hasMoreToDo(Stage was, Stage stage) {
        return stage.state() instanceof StageState.Updating && was.isFinished() && !stage.isFinished();
    }

    /** The size of a stage, by the definition: a share is of all that are to be changed, and rounds up. */
    private void checkSize(Rollout rollout, int index) {
        StageSpec spec = rollout.stages().get(index).spec();
        Desired target = rollout.spec().desired();
        List<RolloutCluster> toChange = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> !(cluster.state() instanceof ClusterState.Skipped))
                .filter(cluster -> cluster.before() == null || !target.isIn(cluster.before()))
                .toList();
        long earlier = toChange.stream()
                .filter(cluster -> cluster.place().stage() < index)
                .count();
        long own = toChange.stream()
                .filter(cluster -> cluster.place().stage() == index)
                .count();
        boolean takesAll = spec.selector() == null && spec.groups().isEmpty();
        if (spec.size() == null || !takesAll) {
            return;
        }
        long size = spec.size().percent()
                ? Math.ceilDiv((long) spec.size().value() * toChange.size(), 100)
                : spec.size().value();
        // What no stage takes is skipped, and no longer among those to be changed.
        boolean nothingLeftOut = fleet().rolloutClusters(rollout.id()).stream()
                .noneMatch(cluster -> cluster.state() instanceof ClusterState.Skipped skipped
                        && skipped.code() == ClusterReason.NoStage);
        if (nothingLeftOut) {
            check(
                    own == Math.min(size, toChange.size() - earlier),
                    "stage %s of %s has %s clusters of %s",
                    index,
                    rollout.id(),
                    own,
                    toChange.size());
        }
    }

    /** Shares of a plan, by the definition: rounded down, concurrency at least one. */
    private void checkShares(Rollout rollout, int index) {
        checkSize(rollout, index);
        Stage stage = rollout.stages().get(index);
        List<RolloutCluster> clusters = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> cluster.place().stage() == index
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
                    .filter(cluster -> cluster.place().group() == number)
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
            when failed.code() == RolloutReason.ClustersNotConverged ->
                check(
                        clusters.stream()
                                .anyMatch(cluster -> cluster.state() instanceof ClusterState.Failed
                                        || (cluster.state() instanceof ClusterState.Skipped skipped
                                                && !skipped.planned()
                                                && !isHarmless(skipped.code()))),
                        "%s fails for nothing",
                        rollout.id());
            case RolloutState.RolledBack _ ->
                clusters.forEach(cluster -> {
                    check(!cluster.isChanged(), "%s is rolled back, and yet has changed %s", rollout.id(), cluster);
                    checkNotForgotten(rollout, cluster);
                });
            case RolloutState.Failed _, RolloutState.Aborted _, RolloutState.Superseded _, RolloutState.Active _ -> {}
        }
    }

    /** By the world's own record: what a rollout wrote over is given back, or it is said why not. */
    private void checkNotForgotten(Rollout rollout, RolloutCluster cluster) {
        boolean wrote =
                !azure.overwritten(rollout.id().toString(), cluster.cluster()).isEmpty();
        EffectiveKubeProxy listed = listedAtStart.get(new Started(rollout.id(), cluster.cluster()));
        boolean knew = !kubeProxy(rollout.spec()).effective().equals(listed);
        check(
                !wrote || !knew || cluster.isTakenBack(),
                "%s is rolled back, and has written over %s: %s",
                rollout.id(),
                azure.overwritten(rollout.id().toString(), cluster.cluster()),
                cluster);
    }

    /** A second time, so that a slip there shows here. */
    private static boolean isHarmless(ReasonCode code) {
        return HARMLESS.contains(code);
    }

    // ---- operations ----

    private final Map<String, Operation> outstanding = new LinkedHashMap<>();

    private void checkOperations(Step step) {
        for (String cluster : step.withdrawn()) {
            Operation over = outstanding.remove(cluster);
            check(
                    over != null
                            && cause instanceof FleetEvent.OutcomeReported(Outcome outcome)
                            && !(outcome.result() instanceof Outcome.Waiting)
                            && outcome.rollout().equals(over.rollout())
                            && outcome.cluster().equals(over.cluster())
                            && outcome.attempt() == over.attempt(),
                    "%s is withdrawn while the worker may still write",
                    over);
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
                && Fleets.kubeProxy(operation).equals(Fleets.kubeProxy(other))
                && operation.deadline().equals(other.deadline())
                && time.now().isAfter(operation.deadline());
    }

    private void checkStart(Operation operation) {
        Rollout rollout = fleet().rollout(new RolloutId(operation.config(), operation.generation()))
                .orElseThrow();
        RolloutCluster cluster =
                fleet().rolloutCluster(rollout.id(), operation.cluster()).orElseThrow();
        Stage stage = rollout.stages().get(cluster.place().stage());
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
                        || (cluster.isTakenBack() && operation.generation() >= config.fullGeneration()),
                "%s is written for an old generation",
                operation);
        check(!rollout.released(), "%s starts a cluster although its config is deleted", rollout.id());
        if (!cluster.isTakenBack()) {
            checkGates(rollout);
        }
        Optional<ClusterRecord> record = fleet().cluster(operation.cluster());
        check(record.isPresent(), "%s is started, and does not exist", operation.cluster());
        checkPrecedence(rollout, cluster, record.orElseThrow());
        if (cluster.isTakenBack()) {
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
        check(Fleets.kubeProxy(operation).equals(kubeProxy(rollout.spec())), "%s sends %s", rollout.id(), operation);
        check(
                new Selection(rollout.spec().selector()).test(record.orElseThrow()),
                "%s starts %s, which it does not select",
                rollout.id(),
                operation.cluster());
        Optional<List<String>> locked =
                fleet().subscription(record.get().subscription()).map(SubscriptionRecord::readOnlyScopes);
        check(
                locked.isEmpty() || !locked.get().contains(operation.cluster()),
                "%s starts %s, which is locked",
                rollout.id(),
                operation.cluster());
        Preflight.Verdict verdict =
                Preflight.check(record.get(), fleet(), rollout.spec().desired());
        boolean mendsItsOwn = operation.attempt() > 1
                && verdict instanceof Preflight.Verdict.Skip(ReasonCode code, var _)
                && code == ClusterReason.ClusterNotReady;
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

    /** A look at a stage counts what a cluster that it has changed tells. */
    private void checkLooks(Rollout rollout, int index, @Nullable Watch was, @Nullable Watch watch) {
        if (was == null || watch == null || watch.nextBucket() == was.nextBucket()) {
            return;
        }
        long nodeMillis = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster -> cluster.place().stage() == index)
                .filter(cluster -> cluster.state() instanceof ClusterState.Converged && !cluster.isUntouched())
                .mapToLong(cluster -> refusalsWatched(cluster, was.nextBucket(), watch.nextBucket()))
                .sum();
        for (Watch.Watched watched : watch.signals()) {
            if (watched.signal() == Signal.REFUSALS && nodeMillis > 0) {
                seen.count("look at what a stage has changed");
                double before = was.signals().stream()
                        .filter(other -> other.signal() == Signal.REFUSALS)
                        .mapToDouble(other -> other.comparison().seen().changedNodeSeconds())
                        .sum();
                check(
                        watched.comparison().seen().changedNodeSeconds() > before,
                        "a look at stage %s of %s passes over clusters that it has changed",
                        index,
                        rollout.id());
            }
        }
    }

    /** For how long a converged cluster's nodes have told their refusals, from two buckets after its change on. */
    private long refusalsWatched(RolloutCluster cluster, long from, long until) {
        Evidence.SignalCounts counts =
                fleet().evidence(cluster.cluster()).signals().get(Signal.REFUSALS);
        if (counts == null) {
            return 0;
        }
        Instant settled = cluster.state().since().plus(CountedSignals.BUCKET.multipliedBy(2));
        return LongStream.range(from, until)
                .filter(bucket -> !Instant.ofEpochMilli(bucket * CountedSignals.BUCKET.toMillis())
                        .isBefore(settled))
                .map(bucket -> (long) (1000 * counts.nodeSeconds(bucket)))
                .sum();
    }

    /** A stage that has baked is done once every external gate has answered or was overruled, and what is watched was judged. */
    private void checkGatesSayYes(Rollout rollout, Stage stage) {
        seen.count("stage that gates let pass");
        for (ExternalGate gate : rollout.spec().strategy().gate().external()) {
            check(
                    stage.gates().answer(gate.name()).isPresent()
                            || stage.gates().overruled(gate.name()).isPresent(),
                    "stage %s of %s is done although %s has not answered",
                    stage.spec().name(),
                    rollout.id(),
                    gate.name());
        }
        Watch watch = stage.gates().watch();
        for (Watch.Watched watched : watch == null ? List.<Watch.Watched>of() : watch.signals()) {
            Watch.Judged judged = watched.judged();
            check(
                    judged != null,
                    "stage %s of %s is done without a verdict on %s",
                    stage.spec().name(),
                    rollout.id(),
                    watched.signal());
            seen.count("verdict " + Objects.requireNonNull(judged).verdict() + " " + judged.code());
        }
    }

    /** After a Fail that nobody overruled no cluster starts, unless failures do not stop the rollout. */
    private void checkGates(Rollout rollout) {
        Gate gate = rollout.spec().strategy().gate();
        if (rollout.spec().strategy().onFailure() == Strategy.OnFailure.Continue) {
            return;
        }
        for (Stage stage : rollout.stages()) {
            StageGates.Proof proven = stage.gates().proof();
            check(
                    proven == null
                            || proven.verdict() != GateVerdict.Fail
                            || stage.gates()
                                    .overruled(Gate.PROOF)
                                    .filter(StageGates.Overruled::failures)
                                    .isPresent(),
                    "%s starts a cluster although stage %s is not proven",
                    rollout.id(),
                    stage.spec().name());
            Watch watch = stage.gates().watch();
            for (Watch.Watched watched : watch == null ? List.<Watch.Watched>of() : watch.signals()) {
                boolean isFail = watched.judged() != null && watched.judged().verdict() == GateVerdict.Fail;
                seen.count(isFail ? "start after a Fail that was overruled" : "start that no gate stops");
                check(
                        !isFail
                                || !gate.judges(watched.signal())
                                || stage.gates()
                                        .overruled(watched.signal().key())
                                        .filter(StageGates.Overruled::failures)
                                        .isPresent(),
                        "%s starts a cluster although %s of stage %s failed",
                        rollout.id(),
                        watched.signal(),
                        stage.spec().name());
            }
        }
    }

    /** What two configs of one priority both select, neither starts; but what one has changed it may take back. */
    private void checkPrecedence(Rollout rollout, RolloutCluster cluster, ClusterRecord record) {
        int below = rollout.spec().priority() + (cluster.isTakenBack() ? 1 : 0);
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

    /** What a rollout of kube-proxy gives. */
    static KubeProxyConfig kubeProxy(FleetConfig.Spec spec) {
        return Objects.requireNonNull(spec.kubeProxy(), "not about kube-proxy");
    }

    private static KubeProxyConfig had(RolloutCluster cluster) {
        return Objects.requireNonNull(Objects.requireNonNull(cluster.before(), "rolled back to nothing known")
                .asKubeProxy());
    }

    /** Only what this rollout changed, each to what it had: by the world's own record of what was overwritten. */
    private void checkReversal(RolloutCluster cluster, Operation operation) {
        check(!cluster.isUntouched(), "%s is rolled back, and was not changed", cluster);
        KubeProxyConfig before = had(cluster);
        check(
                Fleets.kubeProxy(operation).equals(KubeProxyConfig.explicit(before.effective())),
                "%s is rolled back to %s, and had %s",
                cluster.cluster(),
                Fleets.kubeProxy(operation),
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
        if (!reverted.isTakenBack()) {
            return;
        }
        for (RolloutCluster other : fleet().rolloutClusters(id)) {
            boolean newer = other.isChanged() && InMemoryFleet.position(other) > InMemoryFleet.position(reverted);
            if (newer && !(other.state() instanceof ClusterState.Updating)) {
                Optional<ClusterRecord> record = fleet().cluster(other.cluster());
                boolean canMove = record.isPresent()
                        && isKnown(other, record.get())
                        && !outstanding.containsKey(other.cluster())
                        && Preflight.readiness(record.get(), fleet(), Desired.Kind.KubeProxy)
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
        KubeProxyConfig before =
                cluster.before() == null ? null : cluster.before().asKubeProxy();
        return kubeProxy(fleet().rollout(cluster.rollout()).orElseThrow().spec())
                        .effective()
                        .equals(shown)
                || (before != null && before.effective().equals(shown));
    }

    // ---- clusters ----

    /** Rollouts that have taken up a cluster of another one's name. */
    private final Set<RolloutId> replacedIn = new HashSet<>();

    private void checkCluster(Change<RolloutCluster> change, Step step) {
        RolloutCluster after = change.after();
        RolloutCluster before = change.before();
        boolean issued = step.issued().stream()
                .anyMatch(operation -> operation.cluster().equals(after.cluster())
                        && operation.rollout().equals(after.rollout().toString()));
        if (issued && !after.isTakenBack() && (before == null || before.isUntouched())) {
            fleet().cluster(after.cluster())
                    .map(ClusterRecord::kubeProxy)
                    .ifPresent(listed ->
                            listedAtStart.put(new Started(after.rollout(), after.cluster()), listed.effective()));
        }
        if (before == null) {
            checkNewcomer(after);
            check(
                    fleet().latest(after.rollout().config(), after.cluster()).equals(Optional.of(after.rollout())),
                    "the latest rollout of %s is not %s",
                    after.cluster(),
                    after.rollout());
            return;
        }
        check(after.attempt() >= before.attempt(), "attempts of %s go back", after.cluster());
        boolean isAnother = !Objects.equals(after.uid(), before.uid());
        if (isAnother) {
            replacedIn.add(after.rollout());
        }
        check(
                InMemoryFleet.position(after) == InMemoryFleet.position(before) || before.isUntouched() || isAnother,
                "%s is changed twice",
                after.cluster());
        check(
                after.isTakenBack() || !before.isTakenBack() || isCommand(Command.Action.Rollback),
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
        proof.written(fleet(), before, after);
        checkEvidence(before, after);
    }

    /** A rollout takes no cluster that it is not for. */
    private void checkNewcomer(RolloutCluster cluster) {
        Rollout rollout = fleet().rollout(cluster.rollout()).orElseThrow();
        Rollout.Request request = rollout.request();
        boolean joins = request.spec().newClusters() == FleetConfig.NewClusters.Join;
        Rollout before = found.get(rollout.id());
        if (before != null && !before.stages().isEmpty()) {
            seen.count("promise about a cluster that joins");
            boolean asked = isCommand(Command.Action.Retry)
                    && previous(cluster)
                            .filter(found -> found.state() instanceof ClusterState.Converged)
                            .isEmpty();
            check(
                    request.onlyCluster() == null
                            && (asked || (joins && previous(cluster).isEmpty())),
                    "%s joins %s, which wants no newcomers",
                    cluster.cluster(),
                    rollout.id());
            return;
        }
        check(
                request.onlyCluster() == null || request.onlyCluster().equals(cluster.cluster()),
                "%s is not the cluster that %s is for",
                cluster.cluster(),
                rollout.id());
        ClusterState last = previous(cluster).map(RolloutCluster::state).orElse(null);
        boolean fits = switch (request.cause()) {
            case Publish, Rerun -> true;
            case Retry -> last == null ? request.onlyCluster() != null : !(last instanceof ClusterState.Converged);
            case CatchUp ->
                last == null
                        ? joins
                        : last instanceof ClusterState.Skipped skipped
                                && (DEFERRED.contains(skipped.code()) || (joins && AS_IF_NEW.contains(skipped.code())));
            case DriftCorrection ->
                last instanceof ClusterState.Converged converged && converged.code() == ClusterReason.Drifted;
        };
        check(fits, "%s, last %s, is in %s, which is for %s", cluster.cluster(), last, rollout.id(), request.cause());
    }

    /** What the rollouts before made of a cluster, since the config was last rolled out to all of them. */
    private Optional<RolloutCluster> previous(RolloutCluster cluster) {
        RolloutId own = cluster.rollout();
        long full = fleet().config(own.config()).orElseThrow().fullGeneration();
        return controller.rollouts().stream()
                .filter(id -> id.config().equals(own.config())
                        && id.generation() >= full
                        && id.generation() < own.generation())
                .sorted(Comparator.comparing(RolloutId::generation).reversed())
                .flatMap(id -> fleet().rolloutCluster(id, cluster.cluster()).stream())
                .findFirst()
                .filter(found -> Objects.equals(found.uid(), cluster.uid()));
    }

    private void checkTransition(RolloutCluster before, RolloutCluster after, boolean issued) {
        Cost told = after.cost();
        if (before.isSettling() && told instanceof Cost.Told && after.state().equals(before.state())) {
            check(after.equals(before.with(told)), "more than what it cost is told of %s", after);
            return;
        }
        boolean legal = switch (before.state()) {
            case ClusterState.Waiting waiting ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> true;
                    case ClusterState.Skipped skipped ->
                        isCommand(Command.Action.Skip) || after.isTakenBack() || isInTheWay(after, waiting, skipped);
                    case ClusterState.Updating _ -> issued;
                    case ClusterState.Failed _ -> isReversal(after, issued);
                    case ClusterState.Verifying _, ClusterState.Converged _, ClusterState.RolledBack _ -> false;
                };
            case ClusterState.Updating updating ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> false;
                    case ClusterState.Updating next -> !issued || isSilent(updating, next);
                    case ClusterState.Verifying _, ClusterState.Converged _, ClusterState.RolledBack _ ->
                        !issued && result() instanceof Outcome.Applied;
                    case ClusterState.Failed _ -> !issued && result() instanceof Outcome.Failed;
                    case ClusterState.Skipped _ -> !issued && !(result() instanceof Outcome.Waiting);
                };
            case ClusterState.Verifying verifying ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> false;
                    case ClusterState.Updating _ -> issued && after.isTakenBack();
                    case ClusterState.Verifying _ -> true;
                    case ClusterState.Converged _ -> !after.isTakenBack();
                    case ClusterState.RolledBack _ -> after.isTakenBack();
                    case ClusterState.Failed _ ->
                        after.isTakenBack() || time.now().isAfter(verifying.deadline());
                    case ClusterState.Skipped _ ->
                        after.isTakenBack()
                                || isCommand(Command.Action.Skip)
                                || after.gone(fleet().cluster(after.cluster())).isPresent()
                                || after.rollout().generation()
                                        < fleet().config(after.rollout().config())
                                                .orElseThrow()
                                                .generation();
                };
            case ClusterState.Converged _ ->
                after.state() instanceof ClusterState.Converged || isReversal(after, issued);
            case ClusterState.Retriable retriable ->
                switch (after.state()) {
                    case ClusterState.Waiting _ -> mayWaitAgain(after.cluster(), retriable);
                    case ClusterState.Skipped _ ->
                        after.isTakenBack() || isCommand(Command.Action.Skip) || isCommand(Command.Action.Rollback);
                    case ClusterState.Updating _, ClusterState.Failed _ ->
                        isReversal(after, issued) || isCommand(Command.Action.Rollback);
                    case ClusterState.Verifying _, ClusterState.Converged _, ClusterState.RolledBack _ -> false;
                };
            case ClusterState.RolledBack _ -> false;
        };
        check(legal, "%s goes from %s to %s", after.cluster(), before.state(), after.state());
    }

    private Outcome.@Nullable Result result() {
        return cause instanceof FleetEvent.OutcomeReported(Outcome outcome) ? outcome.result() : null;
    }

    /** What a person left out, or what failed, only a person brings back. */
    private boolean mayWaitAgain(String cluster, ClusterState.Retriable state) {
        if (cause instanceof FleetEvent.CommandGiven(Command command) && command.action() == Command.Action.Retry) {
            return command.cluster() == null
                    ? !(state instanceof ClusterState.Skipped skipped
                            && skipped.code() == ClusterReason.SkippedByOperator)
                    : command.cluster().equals(cluster);
        }
        return cause == null
                && state instanceof ClusterState.Skipped skipped
                && DEFERRED.contains(skipped.code())
                && !time.now().isBefore(skipped.since().plus(LAG));
    }

    /** Whether there is what a cluster is said to be left out for. */
    private boolean isInTheWay(RolloutCluster cluster, ClusterState.Waiting waiting, ClusterState.Skipped skipped) {
        seen.count("promise that what is skipped has a reason");
        Optional<ClusterRecord> record = fleet().cluster(cluster.cluster());
        if (record.isEmpty()) {
            return skipped.code() == ClusterReason.ClusterGone;
        }
        FleetConfig.Spec spec = fleet().rollout(cluster.rollout()).orElseThrow().spec();
        if (!new Selection(spec.selector()).test(record.get())) {
            return skipped.code() == ClusterReason.NoLongerSelected;
        }
        boolean overruled = fleet().claims().stream()
                .anyMatch(claim -> !claim.config().equals(cluster.rollout().config())
                        && claim.priority() > spec.priority()
                        && new Selection(claim.selector()).test(record.get()));
        if (overruled) {
            return skipped.code() == ClusterReason.LowerPriority;
        }
        return switch (Preflight.check(record.get(), fleet(), spec.desired())) {
            case Preflight.Verdict.Skip(ReasonCode code, var _) ->
                skipped.code().equals(code);
            case Preflight.Verdict.Wait(ReasonCode code, var _) ->
                skipped.code().equals(code)
                        && DEFERRED.contains(code)
                        && time.now()
                                .isAfter(waiting.since().plus(spec.strategy().deadline()));
            case Preflight.Verdict.Go _ -> false;
        };
    }

    private static boolean isSilent(ClusterState.Updating before, ClusterState.Updating after) {
        return before.attempt() == after.attempt()
                && before.deadline().equals(after.deadline())
                && after.code() == ClusterReason.WorkerSilent;
    }

    private static boolean isReversal(RolloutCluster after, boolean issued) {
        return after.isTakenBack()
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
            checkDriftIsTrue(rollout, after, was, now);
        }
        if (after.state() instanceof ClusterState.Converged now
                && before.state() instanceof ClusterState.Converged was
                && now.code() == null
                && was.code() == ClusterReason.NodesDrifted) {
            checkNodesCameBack(rollout, after);
        }
        if (!converged && !rolledBack) {
            return;
        }
        KubeProxyConfig wanted =
                after.isTakenBack() ? KubeProxyConfig.explicit(had(after).effective()) : kubeProxy(rollout.spec());
        EffectiveKubeProxy target = wanted.effective();
        if (before.state() instanceof ClusterState.Updating updating) {
            check(
                    azure.cluster(after.cluster())
                            .filter(cluster -> cluster.uid.equals(after.uid()))
                            .filter(cluster -> !cluster.hasHad(target, updating.since()))
                            .isEmpty(),
                    "%s is %s, and Azure has not shown %s since %s",
                    after.cluster(),
                    after.state(),
                    target,
                    updating.since());
            seen.count("promise that Azure's word is true");
        }
        boolean needsEvidence =
                target.enabled() && rollout.spec().strategy().gate().needsEvidence();
        if (!needsEvidence) {
            return;
        }
        seen.count("promise of evidence");
        check(
                before.state() instanceof ClusterState.Verifying,
                "%s converges without evidence: %s",
                after.cluster(),
                before.state());
        Instant since = ((ClusterState.Verifying) before.state()).appliedAt();
        ClusterRecord record = fleet().cluster(after.cluster()).orElseThrow();
        Gate gate = rollout.spec().strategy().gate();
        boolean isDelivered = gate.asksKubernetes() && delivery.isDelivered(fleet(), record, gate, wanted, since);
        if (gate.evidence() == Gate.Source.Kubernetes || gate.evidence() == Gate.Source.Both) {
            check(isDelivered, "%s converges, and its Kubernetes API does not show it since %s", record.id(), since);
        }
        if (gate.evidence() == Gate.Source.Kubernetes || (gate.evidence() == Gate.Source.Either && isDelivered)) {
            return;
        }
        proof.converged(fleet(), rollout, after, since);
        int counted = proof.counted(fleet(), record, since);
        int told = fleet().evidence(after.cluster()).observed().stream()
                .filter(observed -> !observed.oldestSnapshotAt().isBefore(since))
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        check(
                told >= rollout.spec().strategy().gate().coverage() * counted,
                "%s converges, and only %s nodes have told anything since the write",
                after.cluster(),
                told);
        boolean believesKubeProxy = rollout.spec().strategy().gate().proof() == Gate.Proof.Ignore;
        azure.cluster(after.cluster())
                .filter(cluster -> cluster.uid.equals(after.uid()))
                .ifPresent(cluster -> {
                    long ran = cluster.everyNode.stream()
                            .filter(node -> node.hasRun(wanted, since) || (believesKubeProxy && node.isToRun(wanted)))
                            .count();
                    double needed = rollout.spec().strategy().gate().coverage() * counted;
                    check(
                            ran >= needed,
                            "%s converges, and only %s nodes have run %s since %s",
                            after.cluster(),
                            ran,
                            target,
                            since);
                });
    }

    /** Silence is no sign that nodes run again what they should. */
    private void checkNodesCameBack(Rollout rollout, RolloutCluster cluster) {
        ConfigState config = fleet().config(cluster.rollout().config()).orElseThrow();
        FleetConfig.Spec spec = config.spec();
        Optional<ClusterRecord> record =
                fleet().cluster(cluster.cluster()).filter(found -> Objects.equals(found.uid(), cluster.uid()));
        boolean isItsOwn = spec != null
                && record.isPresent()
                && new Selection(spec.selector()).test(record.get())
                && new Precedence(config.name(), spec, fleet().claims())
                        .objection(record.get())
                        .isEmpty()
                && fleet().latest(config.name(), cluster.cluster()).equals(Optional.of(cluster.rollout()));
        if (isItsOwn) {
            seen.count("promise that nodes have come back");
            Evidence evidence = fleet().evidence(cluster.cluster());
            Gate gate = rollout.spec().strategy().gate();
            if (gate.asksKubernetes()
                    && delivery.isNew(fleet(), record.get(), time.now().minus(LAG))) {
                return;
            }
            int counted = proof.counted(fleet(), record.get(), time.now().minus(LAG));
            check(
                    evidence.nodesReporting()
                            >= rollout.spec().strategy().gate().coverage() * counted,
                    "nodes of %s are said to have come back, and %s of %s report",
                    cluster.cluster(),
                    evidence.nodesReporting(),
                    counted);
        }
    }

    private void checkDriftIsTrue(
            Rollout rollout, RolloutCluster cluster, ClusterState.Converged was, ClusterState.Converged now) {
        KubeProxyConfig given = kubeProxy(rollout.spec());
        if (now.code() == ClusterReason.NodesDrifted) {
            seen.count("promise that nodes have drifted");
            check(
                    was.differsSince() != null
                            && !time.now().isBefore(was.differsSince().plusSeconds(30))
                            && (delivery.differs(fleet(), cluster, rollout.spec())
                                    || fleet().evidence(cluster.cluster()).observed().stream()
                                            .anyMatch(observed -> Verification.differs(observed, given))),
                    "nodes of %s are said to have drifted, and have not: %s",
                    cluster.cluster(),
                    fleet().evidence(cluster.cluster()));
            return;
        }
        check(
                azure.cluster(cluster.cluster())
                        .filter(found -> !found.hasHadOther(
                                given.effective(), later(was.since(), time.now().minus(LAG))))
                        .isEmpty(),
                "%s is said to have drifted, and has not",
                cluster.cluster());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
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
            tallies.get(cluster.place().stage()).add(cluster.state());
            if (cluster.state() instanceof ClusterState.InFlight) {
                inFlight.get(cluster.place().stage())[cluster.place().group()]++;
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
            unforeseen += !cluster.isTakenBack()
                            && cluster.state() instanceof ClusterState.Skipped skipped
                            && skipped.isUnforeseen()
                    ? 1
                    : 0;
            failedRollbacks += cluster.isRollbackFailure() ? 1 : 0;
            if (!cluster.isUntouched()) {
                check(changes.add(InMemoryFleet.position(cluster)), "two changes of %s at one position", id);
            }
        }
        // What was changed of a cluster that is gone stays a change, and the cluster that has its name has had none.
        int counted = replacedIn.contains(id) ? rollout.totals().changes() : changes.size();
        check(
                changes.size() <= counted
                        && rollout.totals().equals(new Rollout.Totals(counted, unforeseen, failedRollbacks)),
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
            int index = i;
            long settling = clusters.stream()
                    .filter(cluster -> cluster.isSettling() && cluster.place().stage() == index)
                    .count();
            check(
                    stage.cost().settling() == settling,
                    "stage %s of %s counts %s that settle, not %s",
                    i,
                    id,
                    stage.cost().settling(),
                    settling);
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
                .sorted(Comparator.comparing(InMemoryFleet::position).reversed())
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
                        .filter(cluster -> cluster.place().stage() == index
                                && cluster.place().group() == member
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
                String identity = rollout.id().config() + cluster.cluster() + cluster.uid();
                if (joined.add(identity)) {
                    continue;
                }
                List<Rollout> recent = corrections.computeIfAbsent(identity, _ -> new ArrayList<>());
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
    Optional<String> unrest(Set<ReasonCode> reasons) {
        for (RolloutId id : controller.rollouts()) {
            Rollout rollout = fleet().rollout(id).orElseThrow();
            boolean rests = switch (rollout.state()) {
                case RolloutState.Ended _ -> rollout.inFlight() == 0;
                case RolloutState.Planned planned ->
                    planned.code() == RolloutReason.NoClusterMatches && selectsNothing(rollout);
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

    private boolean waitsFor(Rollout rollout, Set<ReasonCode> reasons) {
        List<ClusterState.Waiting> waiting = fleet().rolloutClusters(rollout.id()).stream()
                .filter(cluster ->
                        cluster.place().stage() == rollout.currentStage().orElseThrow())
                .map(RolloutCluster::state)
                .filter(ClusterState.Waiting.class::isInstance)
                .map(ClusterState.Waiting.class::cast)
                .toList();
        return !waiting.isEmpty()
                && waiting.stream().allMatch(state -> state.code() != null && reasons.contains(state.code()));
    }

    private boolean selectsNothing(Rollout rollout) {
        Selection selection = new Selection(rollout.spec().selector());
        return azure.clusters().stream().noneMatch(cluster -> selection.test(cluster.record()));
    }

    /** A newcomer that fails does not hold the others. */
    private boolean isFailedCatchUp(RolloutId id) {
        return fleet().rollout(id)
                .filter(rollout -> rollout.request().cause() == Cause.CatchUp
                        && rollout.inFlight() == 0
                        && rollout.state() instanceof RolloutState.Failed failed
                        && failed.code() != RolloutReason.RollbackIncomplete)
                .isPresent();
    }

    private boolean hasSucceeded(RolloutId id) {
        return fleet().rollout(id).orElseThrow().state() instanceof RolloutState.Succeeded;
    }

    /**
     * What a config that was rolled out owes to its clusters, if anything: those that are new or were deferred are caught up
     * with; with {@code drift: Correct}, what has converged has what it shall have, unless someone fights about it. What was removed is
     * gone.
     */
    Optional<String> owed() {
        Optional<String> leftBehind = retention.leftBehind();
        if (leftBehind.isPresent()) {
            return leftBehind;
        }
        for (ConfigState config : fleet().configs()) {
            FleetConfig.Spec spec = config.spec();
            if (spec == null
                    || !(hasSucceeded(config.latestRollout()) || isFailedCatchUp(config.latestRollout()))
                    || !hasSucceeded(new RolloutId(config.name(), config.fullGeneration()))) {
                continue;
            }
            Selection selection = new Selection(spec.selector());
            Precedence precedence = new Precedence(config.name(), spec, fleet().claims());
            for (SimulatedAzure.Cluster cluster : azure.clusters()) {
                ClusterRecord record = cluster.record();
                boolean can = selection.test(record)
                        && precedence.objection(record).isEmpty()
                        && Preflight.check(record, fleet(), spec.desired()) instanceof Preflight.Verdict.Go;
                ClusterState last =
                        last(config, record).map(RolloutCluster::state).orElse(null);
                boolean joins = spec.newClusters() == FleetConfig.NewClusters.Join;
                boolean isDue = switch (last) {
                    case null -> joins;
                    case ClusterState.Skipped skipped ->
                        DEFERRED.contains(skipped.code()) || (joins && AS_IF_NEW.contains(skipped.code()));
                    case ClusterState.Converged converged ->
                        spec.drift() == FleetConfig.Drift.Correct
                                && converged.code() != ClusterReason.DriftFight
                                && !cluster.effective().equals(kubeProxy(spec).effective());
                    case ClusterState.Waiting _,
                            ClusterState.InFlight _,
                            ClusterState.Failed _,
                            ClusterState.RolledBack _ -> false;
                };
                if (can && isDue) {
                    return Optional.of(
                            cluster.name + " has " + cluster.effective().describe() + ", last " + last + ", and config "
                                    + config.name() + " wants "
                                    + kubeProxy(spec).effective().describe());
                }
            }
        }
        return Optional.empty();
    }
}
