package dev.kubeproxyfleet.schemas.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as people see it. Topic {@code rollouts}, key {@link #id()}.
 *
 * @param id {@code <config>.<generation>}
 * @param onlyCluster ARM resource id of the one cluster that it is for; null if for all that its cause means
 * @param code stable reason code of the state, such as {@code MaxFailuresExceeded}, {@code OutsideWindow}; null where the
 *     state says it all
 * @param message one sentence for people
 * @param since when the state began
 * @param finishedAt when it ended; null while it runs
 * @param spec a copy of the config's, with the strategy that it uses
 * @param released whether the config is deleted: it holds no cluster any more
 * @param plan what was foreseen; null until it is planned
 * @param activeFor how long clusters were in flight, up to {@code activeSince}; all other time was spent waiting
 * @param activeSince since when clusters are in flight without a pause; null while none is
 * @param actions what people can ask of it as a whole, one of each; null where only asking tells: of a rollout that is neither its
 *     config's latest, nor under way, nor the latest to every selected cluster, and in a record of an earlier version
 */
public record RolloutStatus(
        String id,
        String config,
        long generation,
        Cause cause,
        @Nullable String onlyCluster,
        State state,
        @Nullable ReasonCode code,
        String message,
        Instant since,
        Instant createdAt,
        @Nullable Instant finishedAt,
        String actor,
        FleetConfig.Spec spec,
        boolean released,
        @Nullable Plan plan,
        Duration activeFor,
        @Nullable Instant activeSince,
        List<Stage> stages,
        @Nullable List<Action> actions) {

    public static final String TYPE = "dev.kubeproxyfleet.rollout.v1";

    public RolloutStatus {
        stages = List.copyOf(stages);
        actions = actions == null ? null : List.copyOf(actions);
    }

    /**
     * Whether something can be asked of the rollout now.
     *
     * @param objection why it would not be done; null if nothing about the rollout stands against it. It may still turn out that no
     *     cluster needs it, or that none can take it.
     */
    public record Action(Command.Action action, RolloutPlan.@Nullable Reason objection) {}

    /** What stands against something that can be asked of it; empty if nothing does, or if only asking tells. */
    public Optional<RolloutPlan.Reason> objection(Command.Action action) {
        return actions == null
                ? Optional.empty()
                : actions.stream()
                        .filter(known -> known.action() == action)
                        .flatMap(known -> Stream.ofNullable(known.objection()))
                        .findFirst();
    }

    /** Whether it gives clusters back what they had, or will once it is resumed. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public boolean goesBack() {
        return switch (state) {
            case RollingBack -> true;
            case Paused -> code == RolloutReason.RollbackPaused;
            case Planned, Running, Succeeded, Failed, Aborted, Superseded, RolledBack -> false;
        };
    }

    /** Whether it is known that nothing about the rollout stands against an action now. */
    public boolean allows(Command.Action action) {
        return actions != null
                && actions.stream().anyMatch(each -> each.action() == action && each.objection() == null);
    }

    /** Why there is a rollout. */
    public enum Cause {
        /** A person published a changed spec. */
        Publish,
        /** A person asked for the same spec once more. */
        Rerun,
        /** A person asked for the failed and skipped clusters once more. */
        Retry,
        /** Clusters that were stopped or busy are ready now, or new ones have appeared. */
        CatchUp,
        /** Converged clusters were changed by someone else. */
        DriftCorrection
    }

    /** States of a rollout. */
    public enum State {
        Planned,
        Running,
        Paused,
        RollingBack,
        Succeeded,
        Failed,
        Aborted,
        Superseded,
        RolledBack;

        /** Whether it starts no cluster any more. */
        public boolean isEnded() {
            return switch (this) {
                case Planned, Running, Paused, RollingBack -> false;
                case Succeeded, Failed, Aborted, Superseded, RolledBack -> true;
            };
        }
    }

    /**
     * What was foreseen when the rollout was planned.
     *
     * @param alreadyConverged selected clusters that ran the configuration before it began
     * @param earliestEnd if every cluster takes a typical time, nobody is waited for, and nothing fails; null if a cluster
     *     could never start
     * @param latestEnd if every cluster takes up to its deadline, and nobody is waited for; null if a cluster could never start
     */
    public record Plan(
            int alreadyConverged,
            @Nullable Instant earliestEnd,
            @Nullable Instant latestEnd,
            List<RolloutPlan.Warning> warnings) {

        public Plan {
            warnings = List.copyOf(warnings);
        }
    }

    /** States of a stage. */
    public enum StageState {
        Waiting,
        AwaitingApproval,
        Updating,
        Baking,
        Done
    }

    /**
     * @param until end of the bake; null when not baking
     * @param clusters how many clusters are in which state
     * @param gates what watches it, signals first; empty before it changes a cluster
     * @param cost what its changes cost; null until that is told of one
     */
    public record Stage(
            String name,
            StageState state,
            Instant since,
            @Nullable Instant until,
            int maxConcurrent,
            int maxFailures,
            Counts clusters,
            List<StageGate> gates,
            @Nullable StageCost cost,
            @Nullable Timeline timeline) {

        public Stage {
            // A record of an earlier version has none.
            gates = gates == null ? List.of() : List.copyOf(gates);
        }
    }

    /**
     * What a stage did when, up to the state that it is in.
     *
     * @param whole whether it tells all since the stage was planned; else what came first is not kept
     * @param phases earlier states, oldest first, one after the other
     * @param worked when clusters were in flight, oldest first; at all other times the stage waited
     * @param workingSince since when clusters are in flight; null while none is
     */
    public record Timeline(
            boolean whole,
            List<Phase> phases,
            List<Stretch> worked,
            @Nullable Instant workingSince) {

        public Timeline {
            phases = List.copyOf(phases);
            worked = List.copyOf(worked);
        }
    }

    /** A state that a stage was in. */
    public record Phase(StageState state, Instant since, Instant until) {}

    /** A time with clusters in flight. */
    public record Stretch(Instant since, Instant until) {}

    /**
     * What the changes of a stage cost, of those of which it was told so far. A cluster that was changed again counts again.
     *
     * @param message one sentence for people
     */
    public record StageCost(int clusters, String message, List<SignalCost> signals) {

        public StageCost {
            signals = List.copyOf(signals);
        }
    }

    /**
     * @param signal its key
     * @param known clusters that could tell
     * @param deviating clusters on which it deviated from the time before
     * @param shortest for how long on these, at most; zero if there are none
     * @param lasting clusters on which it still deviated once they had settled
     * @param events on all that could tell
     */
    public record SignalCost(
            String signal, int known, int deviating, Duration shortest, Duration longest, int lasting, long events) {}

    /**
     * A gate of a stage.
     *
     * @param name {@code proof}, key of a signal, or name of an external gate
     * @param judges whether it can stop the rollout; else it is there to be looked at
     * @param verdict null while it is watched or waited for
     * @param code stable reason code of a verdict that is no pass, or of what is waited for; null where there is none
     * @param message one sentence for people, with the figures
     * @param judgedAt when it gave its verdict; null while there is none
     * @param figures of a signal; null of other gates
     * @param overruled who lets it pass with the verdict that it has; null if nobody does
     */
    public record StageGate(
            String name,
            boolean judges,
            @Nullable GateVerdict verdict,
            @Nullable ReasonCode code,
            String message,
            @Nullable Instant judgedAt,
            @Nullable Figures figures,
            @Nullable Overruled overruled) {}

    /**
     * How the changed nodes compare with unchanged ones since the change.
     *
     * @param changedNodeSeconds how long changed nodes were watched, in sum
     * @param unchangedClusters 0 where there is nothing to compare with but the time before
     * @param expectedEvents of the changed nodes had nothing changed; null if that is unknown
     * @param evidence how many times likelier this is if the change does harm; a gate fails from 500 on, if there are more
     *     events than its floor lets pass beside
     * @param until up to when both sides were compared; null while nothing was
     * @param before what both sides counted before the change; null if too little is known of it
     */
    public record Figures(
            int changedClusters,
            int changedNodes,
            long changedEvents,
            double changedNodeSeconds,
            int unchangedClusters,
            int unchangedNodes,
            long unchangedEvents,
            double unchangedNodeSeconds,
            @Nullable Double expectedEvents,
            double evidence,
            @Nullable Instant until,
            @Nullable Before before) {}

    /** @param unchangedNodeSeconds 0 where there is nothing to compare with */
    public record Before(
            long changedEvents, double changedNodeSeconds, long unchangedEvents, double unchangedNodeSeconds) {}

    /** @param reason in the actor's words; null if none was given */
    public record Overruled(String actor, @Nullable String reason, Instant at) {}

    /** Clusters of a stage by state. */
    public record Counts(
            int waiting, int updating, int verifying, int converged, int failed, int skipped, int rolledBack) {

        public int total() {
            return waiting + updating + verifying + finished();
        }

        public int finished() {
            return converged + failed + skipped + rolledBack;
        }
    }
}
