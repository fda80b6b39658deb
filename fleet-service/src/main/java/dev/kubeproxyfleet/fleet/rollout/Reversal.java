package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes a rollout back: what it changed, and nothing else, gets back what it had before, the newest change first, within the
 * caps of its stages. Windows are not waited for, and failures do not stop it.
 */
final class Reversal {

    private Reversal() {}

    static void run(Draft draft, Rollout found, RolloutState.RollingBack state, int blockedCandidates) {
        Rollout rollout = found;
        Precedence precedence = new Precedence(
                rollout.id().config(), rollout.spec(), draft.fleet().claims());
        int room = rollout.stages().stream().mapToInt(Stage::room).sum();
        Candidates candidates = new Candidates(
                limit -> draft.fleet().changed(found.id(), limit), room + rollout.inFlight() + blockedCandidates);
        if (!candidates.hasNext() && rollout.inFlight() == 0) {
            finish(draft, rollout, state);
            return;
        }
        String reason = null;
        while (candidates.hasNext()) {
            RolloutCluster cluster = candidates.next();
            switch (step(draft, rollout, cluster, state, precedence)) {
                case Step.Later(String message) -> reason = reason == null ? cluster.name() + ": " + message : reason;
                case Step.NoRoom _ -> {
                    return;
                }
                case Step.Moved(Rollout moved) -> rollout = moved;
            }
        }
        // The deadline of those that cannot be written begins once nothing else is left to do.
        RolloutState.RollingBack next = reason != null && rollout == found && rollout.inFlight() == 0
                ? state.stuckFor(reason, draft.now())
                : state.moving();
        if (next != state) {
            draft.put(rollout.with(next));
        }
    }

    private sealed interface Step {

        record Moved(Rollout rollout) implements Step {}

        /** Something has to end first: what, in a sentence. */
        record Later(String message) implements Step {}

        /** Its stage has no room; nothing older may overtake it. */
        record NoRoom() implements Step {}
    }

    private static Step step(
            Draft draft,
            Rollout rollout,
            RolloutCluster cluster,
            RolloutState.RollingBack state,
            Precedence precedence) {
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
        if (cluster.state() instanceof ClusterState.Updating) {
            return new Step.Later("Azure is still changing it");
        }
        Optional<String> gone = cluster.gone(record);
        if (gone.isPresent()) {
            return skip(draft, rollout, cluster, ClusterReason.ClusterGone, gone.get());
        }
        Desired before = cluster.before();
        if (before == null) {
            return fail(
                    draft,
                    rollout,
                    cluster,
                    ClusterReason.EarlierConfigurationUnknown,
                    "what it had before could not be read; it keeps what it runs");
        }
        Present present = present(draft, rollout, cluster, record.get());
        if (isForeign(present, before, rollout)) {
            if (mayBeOld(draft, rollout, cluster)) {
                return new Step.Later("the inventory may be older than the change to it");
            }
            return skip(
                    draft,
                    rollout,
                    cluster,
                    ClusterReason.ForeignChange,
                    present instanceof Present.ModeUnknown
                            ? "it runs a mode that nobody knows; it keeps what it runs"
                            : "someone else has changed it since; it keeps what it runs");
        }
        if (precedence.objection(record.get()).orElse(null) instanceof Preflight.Verdict.Skip(var code, var message)) {
            return skip(draft, rollout, cluster, code, message);
        }
        Optional<RolloutId> writer = draft.writer(cluster.cluster());
        Preflight.Verdict verdict = writer.isPresent()
                ? new Preflight.Verdict.Wait(
                        ClusterReason.OperationInFlight, "an operation of rollout " + writer.get() + " runs on it")
                : Preflight.again(cluster, Preflight.readiness(record.get(), draft.fleet(), before.kind()));
        return switch (verdict) {
            case Preflight.Verdict.Go _ -> start(draft, rollout, cluster, before);
            case Preflight.Verdict.Wait(ReasonCode code, String message) ->
                waitOrGiveUp(draft, rollout, cluster, record.get(), state, code, message);
            case Preflight.Verdict.Skip(ReasonCode code, String message) ->
                waitOrGiveUp(draft, rollout, cluster, record.get(), state, code, message);
        };
    }

    /** Whether the inventory may show what was there before the change. Of a Kubernetes API only what it showed since counts. */
    private static boolean mayBeOld(Draft draft, Rollout rollout, RolloutCluster cluster) {
        if (rollout.spec().desired().kind() != Desired.Kind.KubeProxy) {
            return false;
        }
        boolean listed = cluster.state() instanceof ClusterState.Converged converged && converged.listed();
        return !listed && draft.now().isBefore(cluster.state().since().plus(draft.lag()));
    }

    private static Present present(Draft draft, Rollout rollout, RolloutCluster cluster, ClusterRecord record) {
        return Present.since(cluster.state().since(), rollout.spec().desired().kind(), draft.fleet(), record);
    }

    /** What the cluster had before is no sign of anyone else; nor are agents of which a write has left only a part. */
    private static boolean isForeign(Present present, Desired before, Rollout rollout) {
        return switch (present) {
            case Present.Unseen _ -> false;
            case Present.Other _, Present.ModeUnknown _ -> before.kind() == Desired.Kind.KubeProxy;
            case Present.Known(Desired has, var _) ->
                !has.isMixOf(rollout.spec().desired(), before);
        };
    }

    private static Step start(Draft draft, Rollout rollout, RolloutCluster cluster, Desired before) {
        Stage stage = rollout.stages().get(cluster.place().stage());
        boolean needsRoom = !(cluster.state() instanceof ClusterState.InFlight);
        if (needsRoom && (stage.room() == 0 || stage.room(cluster.place().group()) == 0)) {
            return new Step.NoRoom();
        }
        Instant deadline = draft.now().plus(rollout.spec().strategy().deadline());
        RolloutCluster reverting = Costs.told(draft, cluster)
                .revert(cluster.state().rollBack(cluster.attempt() + 1, deadline, draft.now()));
        draft.issue(Starts.operation(reverting, before.explicit(), deadline, draft.now()));
        return new Step.Moved(draft.move(rollout, cluster, reverting));
    }

    private static Step waitOrGiveUp(
            Draft draft,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterRecord record,
            RolloutState.RollingBack state,
            ReasonCode code,
            String message) {
        Desired before = cluster.before();
        boolean unchanged =
                before != null && present(draft, rollout, cluster, record).is(before);
        if (unchanged && !mayBeOld(draft, rollout, cluster)) {
            return skip(
                    draft,
                    rollout,
                    cluster,
                    ClusterReason.NothingToRevert,
                    "it cannot be written now, and has what it had before: " + message);
        }
        Instant giveUpAt = state.stuck() == null
                ? null
                : state.stuck().since().plus(rollout.spec().strategy().deadline());
        boolean tooLong = giveUpAt != null && draft.now().isAfter(giveUpAt);
        return tooLong
                ? fail(draft, rollout, cluster, code, "it was not rolled back before the deadline: " + message)
                : new Step.Later(message + (giveUpAt == null ? "" : "; given up at " + giveUpAt));
    }

    private static Step skip(Draft draft, Rollout rollout, RolloutCluster cluster, ReasonCode code, String message) {
        return giveUp(draft, rollout, cluster, new ClusterState.Skipped(draft.now(), code, message, false));
    }

    private static Step fail(Draft draft, Rollout rollout, RolloutCluster cluster, ReasonCode code, String message) {
        return giveUp(draft, rollout, cluster, new ClusterState.Failed(draft.now(), code, message));
    }

    private static Step giveUp(Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Ended state) {
        return new Step.Moved(draft.move(rollout, cluster, cluster.notReverted(state)));
    }

    private static void finish(Draft draft, Rollout rollout, RolloutState.RollingBack state) {
        int rolledBack = rollout.stages().stream()
                .mapToInt(stage -> stage.counts().rolledBack())
                .sum();
        int failed = rollout.totals().failedRollbacks();
        String message =
                Count.of(rolledBack, "cluster runs again what it had before", "clusters run again what they had before")
                        + (failed == 0 ? "" : ", " + Count.of(failed, "does not", "do not")) + "; " + state.message();
        draft.put(rollout.with(
                failed == 0
                        ? state.finish(message, draft.now())
                        : state.fail(RolloutReason.RollbackIncomplete, message, draft.now())));
        draft.audit(Answer.byItself(rollout.id().config(), "FinishRollback", draft.now())
                .done(
                        rollout.id(),
                        failed == 0 ? RolloutReason.RolledBack : RolloutReason.RollbackIncomplete,
                        message));
    }
}
