package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;

/** Whether a cluster has what was desired, by what was seen of it. */
sealed interface Findings permits KubeProxyFindings, AgentDelivery {

    /**
     * When something was seen, for it to count.
     *
     * @param nodesSince snapshots of nodes before it say nothing
     * @param deliverySince as little as what the Kubernetes API showed before this
     * @param restartedSince and restarts of kube-proxy before this
     */
    record Times(Instant nodesSince, Instant deliverySince, Instant restartedSince) {

        /** One for all. */
        static Times since(Instant time) {
            return new Times(time, time, time);
        }
    }

    boolean isProven();

    /** Whether the cluster is known not to be as it must, and not only unseen. */
    boolean isDisproven();

    /** Whether the cluster is known to have something else. */
    boolean isContradicted();

    /** In place of a sentence. */
    String describe();

    /** What to tell when the deadline has passed: what is known to be wrong before what nobody knows. */
    ClusterReason failureCode();
}
