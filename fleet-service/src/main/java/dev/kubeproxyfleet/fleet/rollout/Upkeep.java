package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
                        && draft.cluster(found.id(), cluster.id()).isEmpty()
                        && Scope.last(draft.fleet(), config, cluster).isEmpty()) {
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
            case Preflight.Verdict.Skip(ReasonCode code, String message)
            when !SkipCode.isDeferred(code) -> new ClusterState.Skipped(draft.now(), code, message, true);
            case Preflight.Verdict.Go _, Preflight.Verdict.Wait _, Preflight.Verdict.Skip _ ->
                new ClusterState.Waiting(draft.now(), null, null);
        };
        return takeIn(draft, rollout, cluster, place.get(), state);
    }

    /**
     * Where a cluster that comes late has its turn: in the last stage that takes it, of those that are not done. Where all are
     * done, since the rollout was paused before it could end, the last one is taken up again.
     */
    static Optional<RolloutCluster.Place> place(Rollout rollout, ClusterRecord cluster) {
        return Planner.lastPlace(
                rollout.spec().strategy().stages(),
                rollout.currentStage().orElse(rollout.stages().size() - 1),
                cluster);
    }

    /** Takes in a cluster that a person asks for, and that {@link #place} has a place for. */
    static Rollout takeInAsked(Draft draft, Rollout rollout, ClusterRecord cluster) {
        return takeIn(
                draft,
                rollout,
                cluster,
                place(rollout, cluster).orElseThrow(),
                new ClusterState.Waiting(draft.now(), null, null));
    }

    private static Rollout takeIn(
            Draft draft, Rollout rollout, ClusterRecord cluster, RolloutCluster.Place place, ClusterState state) {
        RolloutCluster newcomer = RolloutCluster.joined(
                rollout.id(), cluster, Present.of(rollout, draft, cluster).known(), place, nextOrdinal(rollout), state);
        draft.put(newcomer);
        Rollout joined = rollout.joined(newcomer);
        return draft.put(state instanceof ClusterState.Waiting ? reopened(draft, joined, place.stage()) : joined);
    }

    static Rollout reopened(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index).reopen(draft.now());
        return rollout.with(index, stage.with(stage.gates().measuredAnew(StageGate.asked(rollout))));
    }

    /** Lets a cluster that {@link #placeAgain} has a place for wait for its turn again. */
    static Rollout putBack(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterRecord record, ClusterState.Retriable state) {
        return placeAgain(rollout, cluster, record)
                .map(found -> draft.move(
                        reopened(draft, rollout, found.stage()),
                        cluster,
                        cluster.movedTo(
                                found,
                                state.retry(draft.now()),
                                record,
                                Present.of(rollout, draft, record).known())))
                .orElse(rollout);
    }

    /** Where a cluster has its turn again: in its own stage, or in the last that takes it if its own is done. */
    static Optional<RolloutCluster.Place> placeAgain(Rollout rollout, RolloutCluster cluster, ClusterRecord record) {
        Stage own = rollout.stages().get(cluster.place().stage());
        boolean keepsItsPlace = !(own.state() instanceof StageState.Done)
                && new Planner.Placement(own.spec())
                        .group(record)
                        .filter(group -> group == cluster.place().group())
                        .isPresent();
        return keepsItsPlace ? Optional.of(cluster.place()) : place(rollout, record);
    }

    private static int nextOrdinal(Rollout rollout) {
        return rollout.stages().stream()
                .mapToInt(stage -> stage.counts().total())
                .sum();
    }

    // ---- between rollouts ----

    /** Compares what clusters have with what configs made of them. */
    static void look(Draft draft) {
        List<ConfigState> configs = draft.fleet().configs().stream()
                .map(config -> config.held() == null ? completed(draft, config) : config)
                .filter(config -> config.spec() != null)
                .toList();
        Map<String, Admission> admissions = new HashMap<>();
        for (ConfigState config : configs) {
            admissions.put(
                    config.name(),
                    new Admission(draft.fleet(), config.name(), Objects.requireNonNull(config.spec()), draft.now()));
        }
        DriftJudge judge = new DriftJudge(draft);
        Map<ConfigState, Cause> wanted = new LinkedHashMap<>();
        for (ClusterRecord cluster : draft.fleet().clusters()) {
            for (ConfigState config : configs) {
                Admission admission = Objects.requireNonNull(admissions.get(config.name()));
                look(draft, judge, config, admission, cluster)
                        .ifPresent(cause -> wanted.merge(config, cause, Upkeep::first));
            }
        }
        judge.endWhatIsOver(admissions);
        wanted.forEach((config, cause) -> begin(draft, config, cause));
    }

    /** Correcting goes first; what is to be caught up with is still there afterwards. */
    private static Cause first(Cause one, Cause other) {
        return one == Cause.DriftCorrection ? one : other;
    }

    /** A config that an earlier version has stored, with what it does not tell: by all rollouts that it has had. */
    private static ConfigState completed(Draft draft, ConfigState config) {
        long planned = 0;
        long released = 0;
        for (long generation = 1; generation <= config.generation(); generation++) {
            Rollout rollout =
                    draft.rollout(new RolloutId(config.name(), generation)).orElseThrow();
            if (rollout.released()) {
                released = generation;
            }
            if (rollout.reachesAll() && rollout.plan() != null) {
                planned = generation;
            }
        }
        ConfigState known = config.with(new ConfigState.Held(planned, released));
        draft.put(known);
        return known;
    }

    /** What the cluster gives cause for, if anything. */
    private static Optional<Cause> look(
            Draft draft, DriftJudge judge, ConfigState config, Admission admission, ClusterRecord cluster) {
        FleetConfig.Spec spec = config.spec();
        if (spec == null || !admission.owns(cluster)) {
            return Optional.empty();
        }
        Optional<RolloutCluster> last = Scope.last(draft.fleet(), config, cluster);
        if (last.isPresent() && last.get().state() instanceof ClusterState.Converged converged) {
            RolloutCluster judged = judge.judge(last.get(), converged, cluster);
            boolean correct = spec.drift() == FleetConfig.Drift.Correct
                    && judged.state() instanceof ClusterState.Converged now
                    && now.code() == ClusterReason.Drifted
                    && admission.verdict(cluster) instanceof Preflight.Verdict.Go;
            return correct ? Optional.of(Cause.DriftCorrection) : Optional.empty();
        }
        boolean isNew = last.isEmpty() && spec.newClusters() == FleetConfig.NewClusters.Join;
        boolean isReadyAgain = last.isPresent() && Scope.isReadyAgain(last.get(), config, draft.now(), draft.lag());
        return (isNew || isReadyAgain) && admission.verdict(cluster) instanceof Preflight.Verdict.Go
                ? Optional.of(Cause.CatchUp)
                : Optional.empty();
    }

    /**
     * Where something failed, or a person stopped it, a person decides; but see {@link Continuity#follows}. It keeps the
     * strategy of the rollout that it follows.
     */
    private static void begin(Draft draft, ConfigState config, Cause cause) {
        Optional<Rollout> latest = Standing.of(draft.fleet(), config.name())
                .filter(standing -> standing.active() == null
                        && standing.latest().inFlight() == 0
                        && standing.stoppedBy().isEmpty())
                .map(Standing::latest);
        if (latest.isEmpty()) {
            return;
        }
        Answer answer = Answer.byItself(config.name(), cause.name(), draft.now());
        RolloutId next = Publishing.start(
                draft, config, config.again(false), cause, null, latest.get().spec(), answer.actor());
        draft.audit(answer.done(
                next,
                AnswerReason.RolloutPlanned,
                "rollout " + next + " for "
                        + (cause == Cause.CatchUp
                                ? "clusters that were deferred or are new"
                                : "clusters that have drifted")));
    }
}
