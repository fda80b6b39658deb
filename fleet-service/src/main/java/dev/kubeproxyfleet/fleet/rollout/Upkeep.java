package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import java.util.LinkedHashMap;
import java.util.List;
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
        boolean goesOn = switch (found.state()) {
            case RolloutState.Running _ -> true;
            case RolloutState.Paused paused -> !paused.rollingBack();
            case RolloutState.Planned _, RolloutState.RollingBack _, RolloutState.Ended _ -> false;
        };
        if (!goesOn || found.currentStage().isEmpty()) {
            return;
        }
        Admission admission = new Admission(draft.fleet(), found.id().config(), found.spec(), draft.now());
        Rollout rollout = found;
        for (RolloutCluster cluster : draft.fleet().deferred(found.id())) {
            Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
            if (cluster.state() instanceof ClusterState.Skipped skipped
                    && Scope.isReadyAgain(cluster, draft.now())
                    && record.isPresent()
                    && admission.verdict(record.get()) instanceof Preflight.Verdict.Go) {
                rollout = putBack(draft, rollout, cluster, skipped);
            }
        }
        boolean takesNewcomers = found.spec().newClusters() == FleetConfig.NewClusters.Join
                && found.request().onlyCluster() == null;
        if (takesNewcomers) {
            ConfigState config = draft.fleet().config(found.id().config()).orElseThrow();
            for (ClusterRecord cluster : draft.fleet().clusters()) {
                if (admission.selects(cluster)
                        && Scope.last(draft.fleet(), config, cluster.id()).isEmpty()) {
                    rollout = takeIn(draft, rollout, cluster);
                }
            }
        }
    }

    private static Rollout takeIn(Draft draft, Rollout rollout, ClusterRecord cluster) {
        int last = rollout.stages().size() - 1;
        for (int stage = rollout.stages().size() - 1;
                stage >= rollout.currentStage().orElseThrow();
                stage--) {
            Optional<Integer> group =
                    new Planner.Placement(rollout.stages().get(stage).spec()).group(cluster);
            if (group.isPresent()) {
                return takeIn(
                        draft,
                        rollout,
                        cluster,
                        new RolloutCluster.Place(stage, group.get()),
                        new ClusterState.Waiting(draft.now(), null, null));
            }
        }
        return takeIn(draft, rollout, cluster, new RolloutCluster.Place(last, 0), Planner.noStage(draft.now()));
    }

    private static Rollout takeIn(
            Draft draft, Rollout rollout, ClusterRecord cluster, RolloutCluster.Place place, ClusterState state) {
        RolloutCluster newcomer = RolloutCluster.planned(
                rollout.id(), cluster.id(), place, nextOrdinal(rollout), state, cluster.kubeProxy(), List.of());
        draft.put(newcomer);
        Rollout joined = rollout.joined(newcomer);
        return draft.put(state instanceof ClusterState.Waiting ? reopened(draft, joined, place.stage()) : joined);
    }

    private static Rollout reopened(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        return rollout.with(index, stage.with(stage.state().reopen(draft.now())));
    }

    /** Lets a cluster wait for its turn again: in its own stage, or in the last one if that is done. */
    static Rollout putBack(Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Retriable state) {
        boolean stageIsDone = rollout.stages().get(cluster.stage()).state() instanceof StageState.Done;
        int last = rollout.stages().size() - 1;
        RolloutCluster.Place place = stageIsDone
                ? new RolloutCluster.Place(last, lastGroup(draft, rollout, cluster, last))
                : new RolloutCluster.Place(cluster.stage(), cluster.group());
        return draft.move(
                reopened(draft, rollout, place.stage()), cluster, cluster.movedTo(place, state.retry(draft.now())));
    }

    private static int lastGroup(Draft draft, Rollout rollout, RolloutCluster cluster, int last) {
        return draft.fleet()
                .cluster(cluster.cluster())
                .flatMap(record ->
                        new Planner.Placement(rollout.stages().get(last).spec()).group(record))
                .orElse(0);
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
        boolean isReadyAgain = last.isPresent() && Scope.isReadyAgain(last.get(), draft.now());
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
        boolean mayBeOld =
                !converged.listed() && draft.now().isBefore(converged.since().plus(Scope.INVENTORY_LAG));
        if (mayBeOld) {
            return converged;
        }
        boolean fight = spec.drift() == FleetConfig.Drift.Correct && Scope.isFight(cluster, draft.now());
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

    /** Only what has succeeded goes on by itself: where something failed, or a person stopped it, a person decides. */
    private static void begin(Draft draft, ConfigState config, Cause cause) {
        RolloutId id = config.latestId();
        Optional<Rollout> latest = id == null ? Optional.empty() : draft.rollout(id);
        Optional<FleetConfig.Spec> resolved =
                Optional.ofNullable(config.spec()).flatMap(spec -> Publishing.resolve(draft, spec));
        if (latest.isEmpty()
                || resolved.isEmpty()
                || !(latest.get().state() instanceof RolloutState.Succeeded)
                || latest.get().inFlight() > 0) {
            return;
        }
        Answer answer = Answer.byItself(config.name(), cause.name(), draft.now());
        RolloutId next =
                Publishing.start(draft, config, config.again(false), cause, null, resolved.get(), answer.actor());
        draft.audit(answer.done(
                next,
                "RolloutPlanned",
                "rollout " + next + " for "
                        + (cause == Cause.CatchUp
                                ? "clusters that were deferred or are new"
                                : "clusters that have drifted")));
    }
}
