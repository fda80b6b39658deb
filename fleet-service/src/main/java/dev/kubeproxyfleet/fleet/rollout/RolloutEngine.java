package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what every event means for every rollout. Stateless: the same state, event and time give the same decisions.
 *
 * <p>Two steps, each applied before the next is decided: {@link #on} records what happened, {@link #advance} does what has
 * become possible since, called again until it decides nothing. Only a {@link RolloutDriver} calls them. What always holds: never more than {@code maxConcurrent}
 * clusters of a stage in flight, never two writers of one cluster, no stage before the one before it is Done, and no start
 * after too many failures, a pause or an end.
 */
public final class RolloutEngine {

    /** {@code kpfleet.controller.lag}, unless it is set. */
    public static final Duration DEFAULT_LAG = Duration.ofMinutes(5);

    private final Duration lag;
    private final Retention retention;

    /**
     * @param lag how long the inventory may show what was true before, and the azure worker may be silent beyond a deadline
     * @param retention how long ended rollouts are kept
     */
    public RolloutEngine(Duration lag, Retention retention) {
        this.lag = lag;
        this.retention = retention;
    }

    /**
     * Records one event; one that the service has vouched for, only if no later one was recorded before it.
     *
     * @param vouchedAt when it vouched; null if it has not
     */
    Decisions on(FleetState fleet, FleetEvent event, @Nullable Instant vouchedAt, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        Optional<String> objection = vouchedAt == null ? Optional.empty() : Vouching.objection(fleet, event, vouchedAt);
        if (objection.isPresent()) {
            draft.audit(Vouching.refusal(event, RecordReason.VoucherOutdated, objection.get(), now));
            return draft.decisions();
        }
        switch (event) {
            case FleetEvent.ConfigPublished published -> Publishing.publish(draft, published);
            case FleetEvent.ConfigDeleted deleted -> Publishing.delete(draft, deleted);
            case FleetEvent.StrategyPublished published -> Publishing.publish(draft, published);
            case FleetEvent.StrategyDeleted deleted -> Publishing.delete(draft, deleted);
            case FleetEvent.CommandGiven given -> Steering.command(draft, given.command());
            case FleetEvent.OutcomeReported reported -> Reports.outcome(draft, reported.outcome());
        }
        if (vouchedAt != null) {
            Vouching.remember(draft, event, vouchedAt);
        }
        return draft.decisions();
    }

    /** Answers an event that is not taken. */
    Decisions refuse(FleetState fleet, FleetEvent event, ReasonCode code, String message, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        draft.audit(Vouching.refusal(event, code, message, now));
        return draft.decisions();
    }

    /**
     * Looks again at what is in flight, and at what its changed clusters show: evidence that has arrived, deadlines that have
     * passed, what changes cost.
     */
    Decisions observe(FleetState fleet, RolloutId id, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        for (RolloutCluster cluster : fleet.inFlight(id)) {
            draft.rollout(id).ifPresent(rollout -> {
                switch (cluster.state()) {
                    case ClusterState.Verifying verifying -> Reports.verify(draft, rollout, cluster, verifying);
                    case ClusterState.Updating updating -> Reports.await(draft, rollout, cluster, updating);
                    case ClusterState.Waiting _, ClusterState.Ended _ -> {}
                }
            });
        }
        draft.rollout(id).ifPresent(rollout -> Watching.look(draft, rollout));
        Costs.tell(draft, id);
        return draft.decisions();
    }

    /** Takes clusters that have appeared since the plan, or have become ready, into a rollout that goes on. */
    Decisions join(FleetState fleet, RolloutId id, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        draft.rollout(id).ifPresent(rollout -> Upkeep.join(draft, rollout));
        return draft.decisions();
    }

    /** Notices drift, and begins rollouts that correct it or catch up with clusters that were deferred or are new. */
    Decisions upkeep(FleetState fleet, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        Upkeep.look(draft);
        return draft.decisions();
    }

    /** Takes one step to remove what is no longer kept of a config's rollouts, if anything. */
    Decisions retain(FleetState fleet, String config, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        fleet.config(config).ifPresent(known -> retention.look(draft, known));
        return draft.decisions();
    }

    /** Holds what is under way, after the state has come back from a backup. */
    Decisions hold(FleetState fleet, Instant takenAt, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        new Restoration(draft, takenAt).hold();
        return draft.decisions();
    }

    /** Holds what would begin by itself, after {@link #hold}. */
    Decisions holdBack(FleetState fleet, Instant takenAt, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        new Restoration(draft, takenAt).holdBack();
        return draft.decisions();
    }

    /** Whether nothing can become possible before the inventory has changed. */
    boolean canWait(FleetState fleet, RolloutId id) {
        return fleet.rollout(id)
                .filter(rollout -> rollout.state() instanceof RolloutState.Planned planned
                        && planned.code() == RolloutReason.NoClusterMatches)
                .isPresent();
    }

    /**
     * Does whatever has become possible: plans, starts clusters, ends bakes and stages, rolls back, ends the rollout.
     *
     * @param blockedCandidates how many clusters to look at that cannot start
     */
    Decisions advance(FleetState fleet, RolloutId id, int blockedCandidates, Instant now) {
        Draft draft = new Draft(fleet, now, lag);
        draft.rollout(id).ifPresent(rollout -> {
            switch (rollout.state()) {
                case RolloutState.Planned planned -> Progress.plan(draft, rollout, planned);
                case RolloutState.Running _ -> Progress.run(draft, rollout, blockedCandidates);
                case RolloutState.RollingBack rollingBack ->
                    Reversal.run(draft, rollout, rollingBack, blockedCandidates);
                case RolloutState.Paused _, RolloutState.Ended _ -> {}
            }
        });
        return draft.decisions();
    }
}
