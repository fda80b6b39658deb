package dev.kubeproxyfleet.fleet.rollout;

import java.util.Set;

/** Reason codes of skipped clusters that mean something to the controller. */
final class SkipCode {

    static final String CLUSTER_STOPPED = "ClusterStopped";
    static final String CLUSTER_NOT_READY = "ClusterNotReady";
    static final String CLUSTER_BUSY = "ClusterBusy";
    /** Azure's own, and known before a write where locks can be read. */
    static final String SCOPE_LOCKED = "ScopeLocked";

    static final String CLUSTER_GONE = "ClusterGone";
    static final String SUBSCRIPTION_NOT_IN_FLEET = "SubscriptionNotInFleet";
    static final String NO_LONGER_SELECTED = "NoLongerSelected";
    static final String LOWER_PRIORITY = "LowerPriority";
    static final String SKIPPED_BY_OPERATOR = "SkippedByOperator";
    static final String SUPERSEDED = "Superseded";
    static final String NOTHING_TO_REVERT = "NothingToRevert";

    private static final Set<String> DEFERRED = Set.of(CLUSTER_STOPPED, CLUSTER_NOT_READY, CLUSTER_BUSY);

    /** A cluster that is the rollout's to change again is as good as new. */
    private static final Set<String> AS_IF_NEW =
            Set.of(CLUSTER_GONE, SUBSCRIPTION_NOT_IN_FLEET, NO_LONGER_SELECTED, LOWER_PRIORITY);

    /** What Azure answers, and what a cluster shows, while something else is done to it. */
    private static final Set<String> BUSY = Set.of(CLUSTER_BUSY, "OperationNotAllowed", "Conflict");

    /** The cluster is no longer the rollout's to change, or a person decided so. */
    private static final Set<String> RELEASED = Set.of(
            CLUSTER_GONE,
            SUBSCRIPTION_NOT_IN_FLEET,
            NO_LONGER_SELECTED,
            LOWER_PRIORITY,
            SKIPPED_BY_OPERATOR,
            SUPERSEDED);

    private SkipCode() {}

    /** Whether the reason may pass by itself: such a cluster is caught later, and never fails a rollout. */
    static boolean isDeferred(String code) {
        return DEFERRED.contains(code);
    }

    static boolean isAsIfNew(String code) {
        return AS_IF_NEW.contains(code);
    }

    /** Whether the azure worker waited for something else that is done to the cluster. */
    static boolean isBusy(String code) {
        return BUSY.contains(code);
    }

    /** Whether a rollout may succeed although its plan had not shown this. */
    static boolean isHarmless(String code) {
        return isDeferred(code) || RELEASED.contains(code);
    }
}
