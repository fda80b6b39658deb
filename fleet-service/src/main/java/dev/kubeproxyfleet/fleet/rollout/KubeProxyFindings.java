package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;

/**
 * Whether a cluster has the kube-proxy configuration that was desired, by all sources together, as far as they are asked.
 *
 * @param asked whose word counts
 * @param nodes what agents report
 * @param delivery what the Kubernetes API shows
 */
record KubeProxyFindings(Gate.Source asked, Verification nodes, Delivery delivery) implements Findings {

    static KubeProxyFindings of(
            Verification.Demand asks,
            Gate.Source asked,
            ClusterRecord cluster,
            Evidence evidence,
            KubernetesView view,
            Findings.Times times) {
        Verification.Demand demand = asks.in(cluster);
        Delivery delivery = Delivery.of(
                demand.config(), demand.coverage(), view, cluster, times.deliverySince(), times.restartedSince());
        // Azure's count may be old, and knows of no node that autoprovisioning adds.
        int nodesExpected =
                delivery.isNew() && view.seen() != null ? view.seen().linuxNodes() : cluster.nodeCount();
        return new KubeProxyFindings(
                asked,
                Verification.of(demand, evidence, nodesExpected, times.nodesSince(), times.restartedSince()),
                delivery);
    }

    @Override
    public boolean isProven() {
        return switch (asked) {
            case Agents -> nodes.isProven();
            case Kubernetes -> delivery.isProven();
            case Either ->
                (nodes.isProven() && !delivery.isContradicted()) || (delivery.isProven() && !nodes.isDisproven());
            case Both -> nodes.isProven() && delivery.isProven();
        };
    }

    @Override
    public boolean isDisproven() {
        return (asksAgents() && nodes.isDisproven()) || (asksKubernetes() && delivery.isDisproven());
    }

    @Override
    public boolean isContradicted() {
        return (asksAgents() && nodes.isContradicted()) || (asksKubernetes() && delivery.isContradicted());
    }

    /** A source that is not asked is told of where it contradicts. */
    @Override
    public String describe() {
        return switch (asked) {
            case Agents -> nodes.describe() + (delivery.isContradicted() ? "; not asked, " + delivery.describe() : "");
            case Kubernetes ->
                delivery.describe() + (nodes.isContradicted() ? "; not asked, of its agents " + nodes.describe() : "");
            case Either, Both -> nodes.describe() + "; " + delivery.describe();
        };
    }

    @Override
    public ClusterReason failureCode() {
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
