package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * Holds everything once the state has come back from a backup: what happened after the backup is not known, so nothing goes on before a
 * person says so. Two steps, the second over what the first has decided.
 */
final class Restoration {

    private final Draft draft;
    private final String story;

    /** @param takenAt when the backup was taken */
    Restoration(Draft draft, Instant takenAt) {
        this.draft = draft;
        this.story = "restored from a backup of " + takenAt + "; what happened since then is not known";
    }

    /** Pauses what is under way, and forgets every write in flight: nobody carries it out any more. */
    void hold() {
        for (ConfigState config : draft.fleet().configs()) {
            for (RolloutId id : draft.fleet().open(config.name())) {
                hold(draft.rollout(id).orElseThrow());
            }
        }
    }

    private void hold(Rollout found) {
        Rollout rollout = found;
        for (RolloutCluster cluster : draft.fleet().inFlight(found.id())) {
            draft.withdraw(cluster.cluster());
            rollout = draft.move(rollout, cluster, forgotten(found, cluster, (ClusterState.InFlight) cluster.state()));
        }
        if (rollout.state() instanceof RolloutState.Pausable going) {
            Rollout watchedAnew = bakesAnew(rollout);
            pause(watchedAnew, going);
        }
    }

    /** Its next attempt reads from Azure what it has, and writes only what it has not. */
    private RolloutCluster forgotten(Rollout rollout, RolloutCluster cluster, ClusterState.InFlight state) {
        return rollout.state().goesForward()
                ? cluster.with(new ClusterState.Waiting(draft.now(), null, null))
                : cluster.toRevertAgain()
                        .with(state.fail(
                                ClusterReason.WriteForgotten,
                                "a write to it was under way; it was " + story,
                                draft.now()));
    }

    /** While the service was away nobody watched. */
    private Rollout bakesAnew(Rollout rollout) {
        OptionalInt current = rollout.currentStage();
        return rollout.state().goesForward()
                        && current.isPresent()
                        && rollout.stages().get(current.getAsInt()).state() instanceof StageState.Baking
                ? Upkeep.reopened(draft, rollout, current.getAsInt())
                : rollout;
    }

    /** Lets a person begin what would begin by itself: it would go by an old configuration. */
    void holdBack() {
        for (ConfigState config : draft.fleet().configs()) {
            Standing.of(draft.fleet(), config.name())
                    .filter(standing ->
                            standing.active() == null && standing.stoppedBy().isEmpty())
                    .ifPresent(standing -> holdBack(config, standing.latest()));
        }
    }

    private void holdBack(ConfigState config, Rollout latest) {
        RolloutId next = Publishing.start(
                draft,
                config,
                config.again(false),
                Cause.CatchUp,
                null,
                latest.spec(),
                Answer.byItself(config.name(), Cause.CatchUp.name(), draft.now())
                        .actor());
        Rollout planned = draft.rollout(next).orElseThrow();
        pause(planned, (RolloutState.Planned) planned.state());
    }

    private void pause(Rollout rollout, RolloutState.Pausable going) {
        RolloutReason reason = RolloutReason.RestoredFromBackup;
        draft.put(rollout.with(going.pause(reason, story, draft.now())));
        draft.audit(Answer.byItself(rollout.id().config(), "Restore", draft.now())
                .done(rollout.id(), reason, "paused: it was " + story));
    }
}
