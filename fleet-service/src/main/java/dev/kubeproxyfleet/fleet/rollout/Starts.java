package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the clusters of a stage, as many as its caps, its windows and their own state allow. */
final class Starts {

    private Starts() {}

    static Rollout some(Draft draft, Rollout found, RolloutState.Running running, int index, int blockedCandidates) {
        OpeningHours hours = OpeningHours.of(found.spec().strategy().windows().schedule());
        if (!hours.isOpen(draft.now())) {
            return held(
                    draft,
                    found,
                    running,
                    RolloutReason.OutsideWindow,
                    hours.nextOpening(draft.now())
                            .map(opening -> "no cluster starts before its window opens at " + opening)
                            .orElse("none of its windows opens within " + OpeningHours.HORIZON_DAYS + " days"));
        }
        Optional<Rollout> ahead = stillWriting(draft, found);
        if (ahead.isPresent()) {
            return held(
                    draft,
                    found,
                    running,
                    RolloutReason.PredecessorInFlight,
                    "no cluster starts before what " + ahead.get().id() + " still changes has ended");
        }
        Rollout rollout = released(draft, found, running);
        if (rollout.stages().get(index).room() == 0) {
            return rollout;
        }
        Admission admission = new Admission(draft.fleet(), rollout.id().config(), rollout.spec(), draft.now());
        List<Candidates> queues = queues(draft, rollout, index, blockedCandidates);
        for (boolean any = true; any; ) {
            any = false;
            for (int group = 0; group < queues.size(); group++) {
                Stage stage = rollout.stages().get(index);
                Candidates queue = queues.get(group);
                if (stage.room() > 0 && stage.room(group) > 0 && queue.hasNext()) {
                    any = true;
                    RolloutCluster cluster = queue.next();
                    if (!draft.hasTouched(cluster)) {
                        rollout = consider(draft, rollout, cluster, admission);
                    }
                }
            }
        }
        return rollout;
    }

    /** An earlier rollout of the config with clusters in flight: together with them the caps would not hold. */
    private static Optional<Rollout> stillWriting(Draft draft, Rollout rollout) {
        return rollout.ahead().stream()
                .flatMap(id -> draft.rollout(id).stream())
                .filter(earlier -> earlier.inFlight() > 0)
                .findFirst();
    }

    /** Candidates of each group, in their order: as many as may start, and some more for those that cannot. */
    private static List<Candidates> queues(Draft draft, Rollout rollout, int index, int blockedCandidates) {
        Stage stage = rollout.stages().get(index);
        List<Candidates> queues = new ArrayList<>();
        for (int i = 0; i < stage.groups().size(); i++) {
            int group = i;
            int room = Math.min(stage.room(), stage.room(group));
            queues.add(new Candidates(
                    limit -> draft.fleet().waiting(rollout.id(), index, group, limit),
                    room == 0 ? 0 : room + blockedCandidates));
        }
        return queues;
    }

    private static Rollout consider(Draft draft, Rollout rollout, RolloutCluster cluster, Admission admission) {
        ClusterState.Waiting waiting = (ClusterState.Waiting) cluster.state();
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
        if (record.isEmpty()) {
            return draft.move(
                    rollout,
                    cluster,
                    cluster.with(waiting.skip(ClusterReason.ClusterGone, "the cluster no longer exists", draft.now())));
        }
        return switch (Preflight.again(cluster, verdict(draft, record.get(), admission))) {
            case Preflight.Verdict.Go _ ->
                start(draft, watched(draft, rollout, cluster), cluster, waiting, record.get());
            case Preflight.Verdict.Wait(ReasonCode code, String message) -> {
                ClusterState.Waiting next = waiting.waitFor(code, message, draft.now());
                boolean tooLong = SkipCode.isDeferred(code)
                        && draft.now()
                                .isAfter(next.since()
                                        .plus(rollout.spec().strategy().deadline()));
                if (tooLong) {
                    yield draft.move(
                            rollout,
                            cluster,
                            cluster.with(
                                    waiting.skip(code, message + "; it is caught once that is over", draft.now())));
                }
                yield next == waiting ? rollout : draft.move(rollout, cluster, cluster.with(next));
            }
            case Preflight.Verdict.Skip(ReasonCode code, String message) ->
                draft.move(rollout, cluster, cluster.with(waiting.skip(code, message, draft.now())));
        };
    }

    private static Preflight.Verdict verdict(Draft draft, ClusterRecord cluster, Admission admission) {
        return draft.writer(cluster.id())
                .<Preflight.Verdict>map(writer -> new Preflight.Verdict.Wait(
                        ClusterReason.OperationInFlight, "an operation of rollout " + writer + " runs on it"))
                .orElseGet(() -> admission.verdict(cluster));
    }

    /** Before the first write of a stage, so that what the gates compare with is of before it. */
    private static Rollout watched(Draft draft, Rollout rollout, RolloutCluster cluster) {
        int index = cluster.place().stage();
        Stage watched = Watching.begin(draft, rollout, index);
        return watched == rollout.stages().get(index) ? rollout : rollout.with(index, watched);
    }

    private static Rollout start(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Waiting waiting, ClusterRecord record) {
        Desired desired = rollout.spec().desired();
        Present present = Present.of(rollout, draft, record);
        Instant now = draft.now();
        Instant deadline = now.plus(rollout.spec().strategy().deadline());
        // Where nobody has seen what it has, whoever writes tells.
        boolean changes =
                cluster.isUntouched() && !(present instanceof Present.Unseen) && !present.needsNoWrite(desired);
        Rollout counted = changes ? rollout.changedOneMore() : rollout;
        boolean counts = desired.kind() == Desired.Kind.KubeProxy;
        RolloutCluster written = cluster.started(
                waiting.start(cluster.attempt() + 1, deadline, now),
                record,
                present.known(),
                counts ? NodesBefore.of(draft.fleet().evidence(cluster.cluster())) : NodesBefore.UNKNOWN,
                counts ? new Cost.Running(now) : null);
        RolloutCluster started =
                changes ? written.changed(present.known(), counted.totals().changes()) : written;
        draft.issue(operation(started, desired, deadline, now));
        return draft.move(counted, cluster, started);
    }

    static Operation operation(RolloutCluster cluster, Desired desired, Instant deadline, Instant now) {
        return Operation.of(
                cluster.rollout().config(),
                cluster.rollout().toString(),
                cluster.rollout().generation(),
                cluster.cluster(),
                cluster.attempt(),
                desired,
                now,
                deadline);
    }

    static Rollout held(Draft draft, Rollout rollout, RolloutState.Running running, ReasonCode code, String message) {
        RolloutState.Running held = running.hold(code, message);
        return held == running ? rollout : draft.put(rollout.with(held));
    }

    static Rollout released(Draft draft, Rollout rollout, RolloutState.Running running) {
        RolloutState.Running going = running.goOn();
        return going == running ? rollout : draft.put(rollout.with(going));
    }
}
