package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cluster of a rollout.
 *
 * @param cluster ARM resource id, lower case
 * @param uid tells it from another cluster that had its id, see {@link ClusterRecord#uid()}; null if that was not known
 * @param ordinal its turn within the stage
 * @param attempt operations issued for it so far
 * @param nodesBefore the first write was that of its change, or the latest one where it was not changed
 * @param corrections when its drift was corrected lately
 * @param cost what the latest attempt to change it cost; null before the first
 * @param plan what was planned for it; null if it has joined since
 */
public record RolloutCluster(
        RolloutId rollout,
        String cluster,
        @Nullable String uid,
        Place place,
        int ordinal,
        int attempt,
        ClusterState state,
        Change change,
        NodesBefore nodesBefore,
        List<Instant> corrections,
        @Nullable Cost cost,
        @Nullable Plan plan) {

    /** Where a cluster stands in a rollout: indexes of its stage, and of its group in it. */
    public record Place(int stage, int group) {}

    /**
     * What its rollout has made of a cluster: nothing yet, a change, or a change that is taken back.
     *
     * <p>{@code position} is the change's among those of the rollout, from 1.
     */
    public sealed interface Change {

        /**
         * What the cluster had before this rollout, of the kind that it is given: by what was known, then by what was read just
         * before the write; null where nobody can tell.
         */
        @Nullable
        Desired before();

        record None(@Nullable Desired before) implements Change {}

        record Made(@Nullable Desired before, int position) implements Change {

            TakenBack takeBack() {
                return new TakenBack(before, position);
            }
        }

        /** The cluster is given back what it had before, or was, or that has come to nothing. */
        record TakenBack(@Nullable Desired before, int position) implements Change {

            /** To be taken back once more. */
            Made stand() {
                return new Made(before, position);
            }
        }
    }

    /**
     * What the plan of the rollout had shown for the cluster; it never changes.
     *
     * @param from what it had by what was known; null if nobody could tell
     * @param code why it was to be left alone; null if it was not
     */
    public record Plan(
            Place place,
            @Nullable Desired from,
            @Nullable ReasonCode code,
            @Nullable String message) {}

    public RolloutCluster {
        corrections = List.copyOf(corrections);
    }

    /**
     * A cluster of the plan, that waits for its turn or is left alone.
     *
     * @param has what it has now; null if nobody can tell
     */
    static RolloutCluster planned(
            RolloutId rollout,
            ClusterRecord cluster,
            @Nullable Desired has,
            Place place,
            int ordinal,
            ClusterState state,
            List<Instant> corrections) {
        Plan plan = state instanceof ClusterState.Skipped skipped
                ? new Plan(place, has, skipped.code(), skipped.message())
                : new Plan(place, has, null, null);
        return untouched(rollout, cluster, has, place, ordinal, state, corrections, plan);
    }

    /**
     * A cluster that no plan has shown.
     *
     * @param has what it has now; null if nobody can tell
     */
    static RolloutCluster joined(
            RolloutId rollout,
            ClusterRecord cluster,
            @Nullable Desired has,
            Place place,
            int ordinal,
            ClusterState state) {
        return untouched(rollout, cluster, has, place, ordinal, state, List.of(), null);
    }

    private static RolloutCluster untouched(
            RolloutId rollout,
            ClusterRecord cluster,
            @Nullable Desired has,
            Place place,
            int ordinal,
            ClusterState state,
            List<Instant> corrections,
            @Nullable Plan plan) {
        return new RolloutCluster(
                rollout,
                cluster.id(),
                cluster.uid(),
                place,
                ordinal,
                0,
                state,
                new Change.None(has),
                NodesBefore.UNKNOWN,
                corrections,
                null,
                plan);
    }

    /** Its name, for people. */
    String name() {
        return name(cluster);
    }

    /** @param cluster ARM resource id */
    static String name(String cluster) {
        return cluster.substring(cluster.lastIndexOf('/') + 1);
    }

    /** @param cluster ARM resource id, {@code /subscriptions/<id>/…} */
    static String subscription(String cluster) {
        return cluster.split("/", 4)[2];
    }

    /** Why it is not there any more, by what the inventory has of its id now; empty if it is. */
    Optional<String> gone(Optional<ClusterRecord> record) {
        return record.isEmpty()
                ? Optional.of("the cluster no longer exists")
                : record.filter(found -> found.isOtherThan(uid))
                        .map(_ -> "the cluster was deleted, and another one has its name");
    }

    /** What it had before this rollout, see {@link Change#before()}. */
    public @Nullable Desired before() {
        return change.before();
    }

    /** Whether the rollout has not changed it. */
    boolean isUntouched() {
        return change instanceof Change.None;
    }

    /** Whether the rollout has changed it and not begun to give back what it had before. */
    boolean isChanged() {
        return change instanceof Change.Made;
    }

    /** Whether it is given back, or was, what it had before. */
    boolean isTakenBack() {
        return change instanceof Change.TakenBack;
    }

    /** Whether it is still to be told what its change cost. */
    public boolean isSettling() {
        return cost instanceof Cost.Settling;
    }

    /** Whether it was skipped for a reason that may pass by itself. */
    public boolean isDeferred() {
        return !isTakenBack() && state instanceof ClusterState.Skipped skipped && SkipCode.isDeferred(skipped.code());
    }

    /**
     * What people can ask about this cluster alone where nothing about its rollout stands against it. A cluster that is tried again may
     * still turn out not to be changeable.
     */
    public List<Command.Action> actions() {
        List<Command.Action> actions = new ArrayList<>();
        if (state instanceof ClusterState.Retriable) {
            actions.add(Command.Action.Retry);
        }
        if (objectionToSkip().isEmpty()) {
            actions.add(Command.Action.Skip);
        }
        return actions;
    }

    /** Why the rollout cannot go on without it; empty if it can. */
    Optional<Refusal> objectionToSkip() {
        return switch (state) {
            case ClusterState.Waiting _, ClusterState.Verifying _, ClusterState.Failed _ -> Optional.empty();
            case ClusterState.Updating _ ->
                Optional.of(Refusal.refused(
                        AnswerReason.ClusterInFlight, "Azure is changing it; skip it once that has ended"));
            case ClusterState.Converged _ ->
                Optional.of(Refusal.refused(AnswerReason.AlreadyConverged, "it has converged"));
            case ClusterState.RolledBack _ ->
                Optional.of(Refusal.refused(AnswerReason.AlreadyRolledBack, "it was rolled back"));
            case ClusterState.Skipped _ ->
                isDeferred()
                        ? Optional.empty()
                        : Optional.of(Refusal.unchanged(AnswerReason.AlreadySkipped, "it was skipped already"));
        };
    }

    /** Whether it converged and was changed since. */
    public boolean hasDrifted() {
        return state instanceof ClusterState.Converged converged && converged.code() != null;
    }

    /** Whether giving it back what it had before has come to nothing. */
    boolean isRollbackFailure() {
        return isTakenBack()
                && switch (state) {
                    case ClusterState.Failed _ -> true;
                    case ClusterState.Skipped skipped ->
                        skipped.code() != ClusterReason.ClusterGone && skipped.code() != ClusterReason.NothingToRevert;
                    case ClusterState.Waiting _,
                            ClusterState.InFlight _,
                            ClusterState.Converged _,
                            ClusterState.RolledBack _ -> false;
                };
    }

    RolloutCluster with(ClusterState next) {
        return copy(uid, place, attempt, next, change, nodesBefore, corrections, cost);
    }

    RolloutCluster with(Cost next) {
        return copy(uid, place, attempt, state, change, nodesBefore, corrections, next);
    }

    /**
     * @param found the cluster that is written, which may have taken the place of the one that was planned
     * @param has what it has now; null if nobody can tell
     * @param nodes what its nodes show now
     * @param running null if nobody asks what the change costs
     */
    RolloutCluster started(
            ClusterState.Updating next,
            ClusterRecord found,
            @Nullable Desired has,
            NodesBefore nodes,
            Cost.@Nullable Running running) {
        boolean other = found.isOtherThan(uid);
        Change nextChange = switch (change) {
            case Change.None _ -> new Change.None(has);
            case Change.Made made -> other ? new Change.Made(has, made.position()) : made;
            case Change.TakenBack takenBack -> new Change.Made(other ? has : takenBack.before(), takenBack.position());
        };
        return copy(
                found.uid() == null ? uid : found.uid(),
                place,
                next.attempt(),
                next,
                nextChange,
                other || isUntouched() ? nodes : nodesBefore,
                corrections,
                running);
    }

    /**
     * Changed by this rollout.
     *
     * @param before what was there, by the newest word on it
     * @param position the one that its change takes, unless it has one
     */
    RolloutCluster changed(@Nullable Desired before, int position) {
        return with(new Change.Made(before, change instanceof Change.Made made ? made.position() : position));
    }

    /** Written again, with what it had before. */
    RolloutCluster revert(ClusterState.Updating next) {
        return copy(uid, place, next.attempt(), next, made().takeBack(), nodesBefore, corrections, cost);
    }

    /** Given up on giving it back what it had before. */
    RolloutCluster notReverted(ClusterState.Ended next) {
        return with(made().takeBack()).with(next);
    }

    /** To be rolled back once more. */
    RolloutCluster toRevertAgain() {
        return change instanceof Change.TakenBack takenBack ? with(takenBack.stand()) : this;
    }

    /**
     * @param found the cluster that waits, which may have taken the place of the one that was there: this is untouched
     * @param has what it has now; null if nobody can tell
     */
    RolloutCluster movedTo(Place next, ClusterState.Waiting waiting, ClusterRecord found, @Nullable Desired has) {
        return found.isOtherThan(uid)
                ? copy(found.uid(), next, attempt, waiting, new Change.None(has), NodesBefore.UNKNOWN, List.of(), null)
                : copy(uid, next, attempt, waiting, change, nodesBefore, corrections, cost);
    }

    private Change.Made made() {
        if (change instanceof Change.Made made) {
            return made;
        }
        throw new IllegalStateException(cluster + " has no change to take back: " + change);
    }

    private RolloutCluster with(Change next) {
        return copy(uid, place, attempt, state, next, nodesBefore, corrections, cost);
    }

    private RolloutCluster copy(
            @Nullable String nextUid,
            Place nextPlace,
            int nextAttempt,
            ClusterState nextState,
            Change nextChange,
            NodesBefore nextNodesBefore,
            List<Instant> nextCorrections,
            @Nullable Cost nextCost) {
        return new RolloutCluster(
                rollout,
                cluster,
                nextUid,
                nextPlace,
                ordinal,
                nextAttempt,
                nextState,
                nextChange,
                nextNodesBefore,
                nextCorrections,
                nextCost,
                plan);
    }
}
