package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import org.jspecify.annotations.Nullable;

/**
 * A config as the controller has it. Topic {@code configs}, key {@link #name()}. It outlives the config's deletion.
 *
 * @param spec null once deleted
 * @param generation of the latest rollout
 * @param latestRollout id of the latest rollout
 * @param activeRollout id of the rollout under way, which need not be the latest; null if none is
 * @param fullRollout id of the latest rollout to every selected cluster; those since then have been to some of them
 * @param plannedGeneration the latest generation that chose from every selected cluster: what it left out, no earlier rollout
 *     holds any more; 0 if none has
 * @param releasedGeneration of the latest rollout when the config was last deleted: up to it no rollout holds a cluster; 0 if it
 *     never was
 * @param stoppedBy id of the rollout because of which none follows by itself; null where what is deferred, new or drifted
 *     follows by itself, supposed that the rollout under way succeeds
 * @param removedGeneration the latest of its rollouts that is kept no longer because it ended long ago; those before it that are not
 *     there were removed too; null if all are kept
 * @param provenance what Git has said last of it; null if it never came from Git
 */
public record ConfigStatus(
        String name,
        FleetConfig.@Nullable Spec spec,
        long generation,
        String latestRollout,
        @Nullable String activeRollout,
        String fullRollout,
        long plannedGeneration,
        long releasedGeneration,
        @Nullable String stoppedBy,
        @Nullable Long removedGeneration,
        @Nullable Provenance provenance) {

    public static final String TYPE = "dev.kubeproxyfleet.config-status.v1";

    /** What a rollout has to say about a cluster that it has or had; in the order in which the latter counts more. */
    public enum Hold {
        /** Nothing: its config was deleted or planned again without the cluster, or another cluster has the id by now. */
        Past,
        /** It left the cluster to others. */
        Left,
        /** What the cluster shall run. */
        Holds
    }

    /**
     * Whether a rollout of this config still holds a cluster.
     *
     * @param status the cluster in the rollout
     * @param cluster what the inventory has under the cluster's id; null if it has nothing
     */
    public Hold hold(RolloutClusterStatus status, @Nullable ClusterRecord cluster) {
        if (cluster != null && cluster.isOtherThan(status.uid())) {
            return Hold.Past;
        }
        long ofRollout = Long.parseLong(status.rollout().substring(name.length() + 1));
        boolean isOver = ofRollout <= releasedGeneration || ofRollout < plannedGeneration;
        return switch (status.state()) {
            case Updating, Verifying -> Hold.Holds;
            case Waiting, Converged, Failed, RolledBack -> isOver ? Hold.Past : Hold.Holds;
            case Skipped -> isOver ? Hold.Past : isLeft(status) ? Hold.Left : Hold.Holds;
        };
    }

    /** Whether {@link #hold} answers the same for all that both know; null is a config that is not known. */
    public static boolean holdAlike(@Nullable ConfigStatus one, @Nullable ConfigStatus other) {
        return one == null || other == null
                ? one == other
                : one.releasedGeneration == other.releasedGeneration
                        && one.plannedGeneration == other.plannedGeneration;
    }

    private static boolean isLeft(RolloutClusterStatus status) {
        return status.code() == ClusterReason.LowerPriority || status.code() == ClusterReason.NoLongerSelected;
    }
}
