package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a config true once its rollouts run or have succeeded: takes in clusters that were deferred or are new, notices what
 * others change, and begins rollouts that catch up or correct, within the same stages and caps as any other.
 */
final class Upkeep {

    private Upkeep() {}

    // ---- while a rollout is under way ----

    /** Takes clusters that have appeared, or are ready again, into a rollout that still goes on. */
    static void join(Draft draft, Rollout found) {
        if (!found.state().goesForward() || found.currentStage().isEmpty()) {
            return;
        }
        Admission admission = new Admission(draft.fleet(), found.id().config(), found.spec(), draft.now());
        ConfigState config = draft.fleet().config(found.id().config()).orElseThrow();
        Rollout rollout = found;
        for (RolloutCluster cluster : draft.fleet().deferred(found.id())) {
            Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
            if (cluster.state() instanceof ClusterState.Skipped skipped
                    && Scope.isReadyAgain(cluster, config, draft.now(), draft.lag())
                    && record.isPresent()
                    && admission.verdict(record.get()) instanceof Preflight.Verdict.Go) {
                rollout = putBack(draft, rollout, cluster, record.get(), skipped);
            }
        }
        boolean takesNewcomers = found.spec().newClusters() == FleetConfig.NewClusters.Join
                && found.request().onlyCluster() == null;
        if (takesNewcomers) {
            for (ClusterRecord cluster : draft.fleet().clusters()) {
                if (admission.selects(cluster)
                        && Scope.last(draft.fleet(), config, cluster.id()).isEmpty()) {
                    rollout = takeIn(draft, rollout, cluster, admission);
                }
            }
        }
    }

    /** What cannot take the configuration is left alone as if the plan had shown it: no plan could have. */
    private static Rollout takeIn(Draft draft, Rollout rollout, ClusterRecord cluster, Admission admission) {
        Optional<RolloutCluster.Place> place = place(rollout, cluster)
                .filter(found -> rollout.stages().get(found.stage()).spec().size() == null);
        if (place.isEmpty()) {
            RolloutCluster.Place last =
                    new RolloutCluster.Place(rollout.stages().size() - 1, 0);
            return takeIn(draft, rollout, cluster, last, Planner.noStage(draft.now()));
        }
        ClusterState state = switch (admission.verdict(cluster)) {
            case Preflight.Verdict.Skip(String code, String message)
            when !SkipCode.isDeferred(code) -> new ClusterState.Skipped(draft.now(), code, message, true);
            case Preflight.Verdict.Go _, Preflight.Verdict.Wait _, Preflight.Verdict.Skip _ ->
                new ClusterState.Waiting(draft.now(), null, null);
        };
        return takeIn(draft, rollout, cluster, place.get(), state);
    }

    /** Where a cluster that comes late has its turn: in the last stage that takes it, of those that are not done. */
    private static Optional<RolloutCluster.Place> place(Rollout rollout, ClusterRecord cluster) {
        return Planner.lastPlace(
                rollout.spec().strategy().stages(), rollout.currentStage().orElseThrow(), cluster);
    }

    private static Rollout takeIn(
            Draft draft, Rollout rollout, ClusterRecord cluster, RolloutCluster.Place place, ClusterState state) {
        RolloutCluster newcomer = RolloutCluster.joined(
                rollout.id(), cluster.id(), place, nextOrdinal(rollout), state, cluster.kubeProxy());
        draft.put(newcomer);
        Rollout joined = rollout.joined(newcomer);
        return draft.put(state instanceof ClusterState.Waiting ? reopened(draft, joined, place.stage()) : joined);
    }

    private static Rollout reopened(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        return rollout.with(index, stage.with(stage.state().reopen(draft.now())));
    }

    /** Lets a cluster that {@link #placeAgain} has a place for wait for its turn again. */
    static Rollout putBack(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterRecord record, ClusterState.Retriable state) {
        return placeAgain(rollout, cluster, record)
                .map(found -> draft.move(
                        reopened(draft, rollout, found.stage()),
                        cluster,
                        cluster.movedTo(found, state.retry(draft.now()))))
                .orElse(rollout);
    }

    /** Where a cluster has its turn again: in its own stage, or in the last that takes it if its own is done. */
    static Optional<RolloutCluster.Place> placeAgain(Rollout rollout, RolloutCluster cluster, ClusterRecord record) {
        Stage own = rollout.stages().get(cluster.stage());
        boolean keepsItsPlace = !(own.state() instanceof StageState.Done)
                && new Planner.Placement(own.spec())
                        .group(record)
                        .filter(group -> group == cluster.group())
                        .isPresent();
        return keepsItsPlace
                ? Optional.of(new RolloutCluster.Place(cluster.stage(), cluster.group()))
                : place(rollout, record);
    }

    private static int nextOrdinal(Rollout rollout) {
        return rollout.stages().stream()
                .mapToInt(stage -> stage.counts().total())
                .sum();
    }

    // ---- between rollouts ----

    /** Compares what clusters have with what configs made of them. */
    static void look(Draft draft) {
        Map<ConfigState, Admission> configs = new LinkedHashMap<>();
        for (ConfigState config : draft.fleet().configs()) {
            if (config.spec() != null) {
                configs.put(config, new Admission(draft.fleet(), config.name(), config.spec(), draft.now()));
            }
        }
        Map<ConfigState, Cause> wanted = new LinkedHashMap<>();
        for (ClusterRecord cluster : draft.fleet().clusters()) {
            configs.forEach((config, admission) -> look(draft, config, admission, cluster)
                    .ifPresent(cause -> wanted.merge(config, cause, Upkeep::first)));
        }
        wanted.forEach((config, cause) -> begin(draft, config, cause));
    }

    /** Correcting goes first; what is to be caught up with is still there afterwards. */
    private static Cause first(Cause one, Cause other) {
        return one == Cause.DriftCorrection ? one : other;
    }

    /** What the cluster gives cause for, if anything. */
    private static Optional<Cause> look(Draft draft, ConfigState config, Admission admission, ClusterRecord cluster) {
        FleetConfig.Spec spec = config.spec();
        if (spec == null || !admission.owns(cluster)) {
            return Optional.empty();
        }
        Optional<RolloutCluster> last = Scope.last(draft.fleet(), config, cluster.id());
        if (last.isPresent() && last.get().state() instanceof ClusterState.Converged converged) {
            RolloutCluster judged = judge(draft, spec, last.get(), converged, cluster);
            boolean correct = spec.drift() == FleetConfig.Drift.Correct
                    && judged.state() instanceof ClusterState.Converged now
                    && ClusterState.Converged.DRIFTED.equals(now.code())
                    && admission.verdict(cluster) instanceof Preflight.Verdict.Go;
            return correct ? Optional.of(Cause.DriftCorrection) : Optional.empty();
        }
        boolean isNew = last.isEmpty() && spec.newClusters() == FleetConfig.NewClusters.Join;
        boolean isReadyAgain = last.isPresent() && Scope.isReadyAgain(last.get(), config, draft.now(), draft.lag());
        return (isNew || isReadyAgain) && admission.verdict(cluster) instanceof Preflight.Verdict.Go
                ? Optional.of(Cause.CatchUp)
                : Optional.empty();
    }

    /** Says whether a converged cluster still has what its rollout gave it. */
    private static RolloutCluster judge(
            Draft draft,
            FleetConfig.Spec spec,
            RolloutCluster cluster,
            ClusterState.Converged converged,
            ClusterRecord record) {
        Optional<Rollout> rollout = draft.rollout(cluster.rollout());
        if (rollout.isEmpty() || draft.writer(cluster.cluster()).isPresent()) {
            return cluster;
        }
        boolean same = record.kubeProxy() != null
                && record.kubeProxy()
                        .effective()
                        .equals(rollout.get().spec().kubeProxy().effective());
        ClusterState.Converged next =
                same ? inPlace(draft, cluster, converged) : moved(draft, spec, cluster, converged, record);
        if (next == converged) {
            return cluster;
        }
        RolloutCluster judged = cluster.with(next);
        draft.put(judged);
        return judged;
    }

    private static ClusterState.Converged inPlace(
            Draft draft, RolloutCluster cluster, ClusterState.Converged converged) {
        if (converged.code() != null) {
            String message = "it has what " + cluster.rollout() + " gave it again";
            draft.audit(Answer.byItself(cluster.rollout().config(), "Drift", draft.now())
                    .done(cluster.rollout(), "DriftEnded", cluster.cluster() + ": " + message));
            return converged.comeBack(message, draft.now());
        }
        return converged.listed() ? converged : converged.seenListed();
    }

    private static ClusterState.Converged moved(
            Draft draft,
            FleetConfig.Spec spec,
            RolloutCluster cluster,
            ClusterState.Converged converged,
            ClusterRecord record) {
        if (mayBeOld(draft, cluster, converged, record)) {
            return converged;
        }
        boolean fight = spec.drift() == FleetConfig.Drift.Correct
                && (ClusterState.Converged.FIGHT.equals(converged.code()) || Scope.isFight(cluster, draft.now()));
        String code = fight ? ClusterState.Converged.FIGHT : ClusterState.Converged.DRIFTED;
        if (code.equals(converged.code())) {
            return converged;
        }
        String now = record.kubeProxy() == null
                ? "something unreadable"
                : record.kubeProxy().effective().describe();
        String message = "someone else changed it to " + now
                + (fight
                        ? "; it was corrected " + cluster.corrections().size()
                                + " times lately and is left alone until a person reruns the config"
                        : "");
        draft.audit(Answer.byItself(cluster.rollout().config(), "Drift", draft.now())
                .done(cluster.rollout(), code, cluster.cluster() + ": " + message));
        return converged.drift(code, message, draft.now());
    }

    /**
     * Whether the inventory may show what was there before the rollout, because it has not shown yet what the rollout made of
     * it. Nodes that were seen to run that can tell; where none had to be seen, or they look the same either way, the inventory
     * is believed after its lag.
     */
    private static boolean mayBeOld(
            Draft draft, RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        if (converged.listed()) {
            return false;
        }
        FleetConfig.Spec spec = draft.rollout(cluster.rollout()).orElseThrow().spec();
        boolean lags = draft.now().isBefore(converged.since().plus(draft.lag()));
        boolean nodesWereSeen =
                spec.kubeProxy().effective().enabled() && spec.strategy().gate().needsNodeEvidence();
        if (!nodesWereSeen) {
            return lags;
        }
        boolean nodesCanTell = record.kubeProxy() != null
                && Verification.tellsApart(spec.kubeProxy(), record.kubeProxy().effective());
        return (lags || nodesCanTell)
                && !Verification.contradicted(
                        spec.kubeProxy(),
                        draft.fleet().evidence(cluster.cluster()),
                        record.nodeCount(),
                        spec.strategy().gate().coverage(),
                        converged.since());
    }

    /**
     * Only what has succeeded goes on by itself: where something failed, or a person stopped it, a person decides. It keeps
     * the strategy of the rollout that it follows.
     */
    private static void begin(Draft draft, ConfigState config, Cause cause) {
        Optional<Rollout> latest = Optional.ofNullable(config.latestId())
                .flatMap(draft::rollout)
                .filter(found -> goesOn(draft, config, found));
        if (latest.isEmpty()) {
            return;
        }
        Answer answer = Answer.byItself(config.name(), cause.name(), draft.now());
        RolloutId next = Publishing.start(
                draft, config, config.again(false), cause, null, latest.get().spec(), answer.actor());
        draft.audit(answer.done(
                next,
                "RolloutPlanned",
                "rollout " + next + " for "
                        + (cause == Cause.CatchUp
                                ? "clusters that were deferred or are new"
                                : "clusters that have drifted")));
    }

    private static boolean goesOn(Draft draft, ConfigState config, Rollout latest) {
        return latest.state() instanceof RolloutState.Succeeded
                && latest.inFlight() == 0
                && draft.rollout(new RolloutId(config.name(), config.fullGeneration()))
                        .filter(full -> Continuity.follows(
                                latest.request().cause(), latest.request().onlyCluster(), outcome(full)))
                        .isPresent();
    }

    private static Continuity.Full outcome(Rollout full) {
        return switch (full.state()) {
            case RolloutState.Succeeded _ -> Continuity.Full.Succeeded;
            case RolloutState.Failed _, RolloutState.Aborted _ ->
                full.plan() == null ? Continuity.Full.Other : Continuity.Full.Stopped;
            case RolloutState.Active _, RolloutState.Superseded _, RolloutState.RolledBack _ -> Continuity.Full.Other;
        };
    }
}
