package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.reason.SelectionReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a cluster is in the state it is in.
 *
 * @param cluster ARM resource id, lower case
 * @param sentence state, reason, since when, and what would unblock it; times are UTC
 * @param state of the cluster in its latest rollout; {@code NotSelected} if no config is meant for it, {@code NotInRollout}
 *     if one is, and none of its rollouts has it
 * @param code stable reason code; null where the state says it all
 * @param since when the state began; null if no rollout has the cluster
 * @param command what a person would type to move it on; null where there is nothing to do
 */
public record ClusterExplanation(
        String cluster,
        String sentence,
        String state,
        @Nullable String code,
        @Nullable Instant since,
        @Nullable String command) {

    public static final String NOT_SELECTED = SelectionReason.NotSelected.code();
    public static final String NOT_IN_ROLLOUT = SelectionReason.NotInRollout.code();
}
