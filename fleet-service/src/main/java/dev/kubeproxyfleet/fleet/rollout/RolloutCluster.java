package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cluster of a rollout.
 *
 * @param cluster ARM resource id, lower case
 * @param uid tells it from another cluster that had its id, see {@link ClusterRecord#uid()}; null if that was not known
 * @param stage index of its stage
 * @param group index of its group in the stage
 * @param ordinal its turn within the stage
 * @param attempt operations issued for it so far
 * @param before what it had before this rollout: by the inventory, then by what ARM showed just before the write; null where
 *     that cannot be read
 * @param change position among the changes of the rollout, from 1; 0 if this rollout has not changed it
 * @param rollingBack whether it is given back, or was, what it had before
 * @param corrections when its drift was corrected lately
 * @param plan what was planned for it; null if it has joined since
 */
public record RolloutCluster(
        RolloutId rollout,
        String cluster,
        @Nullable String uid,
        int stage,
        int group,
        int ordinal,
        int attempt,
        ClusterState state,
        @Nullable KubeProxyConfig before,
        int change,
        boolean rollingBack,
        List<Instant> corrections,
        @Nullable Plan plan) {

    /**
     * What the plan of the rollout had shown for the cluster; it never changes.
     *
     * @param from what it had by the inventory; null if that cannot be read
     * @param code why it was to be left alone; null if it was not
     */
    public record Plan(
            Place place,
            @Nullable KubeProxyConfig from,
            @Nullable ReasonCode code,
            @Nullable String message) {}

    public RolloutCluster {
        corrections = List.copyOf(corrections);
    }

    /** A cluster of the plan, that waits for its turn or is left alone. */
    static RolloutCluster planned(
            RolloutId rollout,
            ClusterRecord cluster,
            Place place,
            int ordinal,
            ClusterState state,
            List<Instant> corrections) {
        Plan plan = state instanceof ClusterState.Skipped skipped
                ? new Plan(place, cluster.kubeProxy(), skipped.code(), skipped.message())
                : new Plan(place, cluster.kubeProxy(), null, null);
        return untouched(rollout, cluster, place, ordinal, state, corrections, plan);
    }

    /** A cluster that no plan has shown. */
    static RolloutCluster joined(
            RolloutId rollout, ClusterRecord cluster, Place place, int ordinal, ClusterState state) {
        return untouched(rollout, cluster, place, ordinal, state, List.of(), null);
    }

    private static RolloutCluster untouched(
            RolloutId rollout,
            ClusterRecord cluster,
            Place place,
            int ordinal,
            ClusterState state,
            List<Instant> corrections,
            @Nullable Plan plan) {
        return new RolloutCluster(
                rollout,
                cluster.id(),
                cluster.uid(),
                place.stage(),
                place.group(),
                ordinal,
                0,
                state,
                cluster.kubeProxy(),
                0,
                false,
                corrections,
                plan);
    }

    /** Where a cluster stands in a rollout: indexes of its stage, and of its group in it. */
    public record Place(int stage, int group) {}

    /** Its name, for people. */
    String name() {
        return cluster.substring(cluster.lastIndexOf('/') + 1);
    }

    /** Why it is not there any more, by what the inventory has of its id now; empty if it is. */
    Optional<String> gone(Optional<ClusterRecord> record) {
        return record.isEmpty()
                ? Optional.of("the cluster no longer exists")
                : record.filter(found -> found.isOtherThan(uid))
                        .map(_ -> "the cluster was deleted, and another one has its name");
    }

    /** Whether the rollout has changed it and not begun to give back what it had before. */
    public boolean isChanged() {
        return change > 0 && !rollingBack;
    }

    /** Whether it was skipped for a reason that may pass by itself. */
    public boolean isDeferred() {
        return !rollingBack && state instanceof ClusterState.Skipped skipped && SkipCode.isDeferred(skipped.code());
    }

    /** Whether it converged and was changed since. */
    public boolean hasDrifted() {
        return state instanceof ClusterState.Converged converged && converged.code() != null;
    }

    /** Whether giving it back what it had before has come to nothing. */
    boolean isRollbackFailure() {
        return rollingBack
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
        return new RolloutCluster(
                rollout,
                cluster,
                uid,
                stage,
                group,
                ordinal,
                attempt,
                next,
                before,
                change,
                rollingBack,
                corrections,
                plan);
    }

    /**
     * @param found the cluster that is written, which may have taken the place of the one that was planned
     * @param nextChange its position among the rollout's changes
     */
    RolloutCluster started(ClusterState.Updating next, ClusterRecord found, int nextChange) {
        return new RolloutCluster(
                rollout,
                cluster,
                found.uid() == null ? uid : found.uid(),
                stage,
                group,
                ordinal,
                next.attempt(),
                next,
                change == 0 || found.isOtherThan(uid) ? found.kubeProxy() : before,
                change == 0 ? nextChange : change,
                false,
                corrections,
                plan);
    }

    RolloutCluster revert(ClusterState.Updating next) {
        return new RolloutCluster(
                rollout,
                cluster,
                uid,
                stage,
                group,
                ordinal,
                next.attempt(),
                next,
                before,
                change,
                true,
                corrections,
                plan);
    }

    /** Given up on giving it back what it had before. */
    RolloutCluster notReverted(ClusterState next) {
        return new RolloutCluster(
                rollout, cluster, uid, stage, group, ordinal, attempt, next, before, change, true, corrections, plan);
    }

    /** To be rolled back once more. */
    RolloutCluster toRevertAgain() {
        return new RolloutCluster(
                rollout, cluster, uid, stage, group, ordinal, attempt, state, before, change, false, corrections, plan);
    }

    /**
     * Changed for certain: ARM's own word on what was there is newer than the inventory's.
     *
     * @param nextChange its position among the rollout's changes
     */
    RolloutCluster over(KubeProxyConfig previous, int nextChange) {
        return new RolloutCluster(
                rollout,
                cluster,
                uid,
                stage,
                group,
                ordinal,
                attempt,
                state,
                previous,
                nextChange,
                rollingBack,
                corrections,
                plan);
    }

    /** @param found the cluster that waits, which may have taken the place of the one that was there: this is untouched */
    RolloutCluster movedTo(Place place, ClusterState.Waiting next, ClusterRecord found) {
        boolean other = found.isOtherThan(uid);
        return new RolloutCluster(
                rollout,
                cluster,
                other ? found.uid() : uid,
                place.stage(),
                place.group(),
                ordinal,
                attempt,
                next,
                other ? found.kubeProxy() : before,
                other ? 0 : change,
                rollingBack,
                other ? List.of() : corrections,
                plan);
    }
}
