package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;

/**
 * Whether a cluster has what was desired, by all sources together, as far as they are asked.
 *
 * @param asked whose word counts
 * @param nodes what agents report
 * @param delivery what the Kubernetes API shows
 */
record Findings(Gate.Source asked, Verification nodes, Delivery delivery) {

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

    static Findings of(
            Verification.Demand demand,
            Gate.Source asked,
            ClusterRecord cluster,
            Evidence evidence,
            KubernetesView view,
            Times times) {
        Delivery delivery = Delivery.of(
                demand.config(), demand.coverage(), view, cluster, times.deliverySince(), times.restartedSince());
        // Azure's count may be old, and knows of no node that autoprovisioning adds.
        int nodesExpected =
                delivery.isNew() && view.seen() != null ? view.seen().linuxNodes() : cluster.nodeCount();
        return new Findings(
                asked,
                Verification.of(demand, evidence, nodesExpected, times.nodesSince(), times.restartedSince()),
                delivery);
    }

    boolean isProven() {
        return switch (asked) {
            case Agents -> nodes.isProven();
            case Kubernetes -> delivery.isProven();
            case Either ->
                (nodes.isProven() && !delivery.isContradicted()) || (delivery.isProven() && !nodes.isDisproven());
            case Both -> nodes.isProven() && delivery.isProven();
        };
    }

    /** Whether the cluster is known not to be as it must, and not only unseen. */
    boolean isDisproven() {
        return (asksAgents() && nodes.isDisproven()) || (asksKubernetes() && delivery.isDisproven());
    }

    /** Whether the cluster is known to run something else. */
    boolean isContradicted() {
        return (asksAgents() && nodes.isContradicted()) || (asksKubernetes() && delivery.isContradicted());
    }

    /** A source that is not asked is told of where it contradicts. */
    String describe() {
        return switch (asked) {
            case Agents -> nodes.describe() + (delivery.isContradicted() ? "; not asked, " + delivery.describe() : "");
            case Kubernetes ->
                delivery.describe() + (nodes.isContradicted() ? "; not asked, of its agents " + nodes.describe() : "");
            case Either, Both -> nodes.describe() + "; " + delivery.describe();
        };
    }

    /** What to tell when the deadline has passed: what is known to be wrong before what nobody knows. */
    ClusterReason failureCode() {
        return switch (asked) {
            case Agents -> nodes.failureCode();
            case Kubernetes -> delivery.failureCode();
            case Both ->
                nodes.isProven() || (delivery.isDisproven() && !nodes.isDisproven())
                        ? delivery.failureCode()
                        : nodes.failureCode();
            case Either ->
                delivery.isDisproven() && !nodes.isDisproven() ? delivery.failureCode() : nodes.failureCode();
        };
    }

    private boolean asksAgents() {
        return asked != Gate.Source.Kubernetes;
    }

    private boolean asksKubernetes() {
        return asked != Gate.Source.Agents;
    }
}
