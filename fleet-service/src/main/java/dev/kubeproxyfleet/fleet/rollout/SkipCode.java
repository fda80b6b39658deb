package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;

/** What the reasons of skipped clusters mean to the controller. */
final class SkipCode {

    private SkipCode() {}

    /** Whether the reason may pass by itself: such a cluster is caught later, and never fails a rollout. */
    static boolean isDeferred(ReasonCode code) {
        return code instanceof ClusterReason reason && reason.kind() == ClusterReason.Kind.CaughtLater;
    }

    /** Whether a cluster that is the rollout's to change again is as good as new. */
    static boolean isAsIfNew(ReasonCode code) {
        return code == ClusterReason.ClusterGone
                || code == ClusterReason.SubscriptionNotInFleet
                || code == ClusterReason.NoLongerSelected
                || code == ClusterReason.LowerPriority;
    }

    /** Whether the azure worker waited for something else that is done to the cluster: so it shows, or so Azure answers. */
    static boolean isBusy(ReasonCode code) {
        return code == ClusterReason.ClusterBusy
                || AzureCode.OPERATION_NOT_ALLOWED.equals(code)
                || AzureCode.CONFLICT.equals(code);
    }

    /** Whether a rollout may succeed although its plan had not shown this. */
    static boolean isHarmless(ReasonCode code) {
        return isDeferred(code)
                || (code instanceof ClusterReason reason && reason.kind() == ClusterReason.Kind.Released);
    }
}
