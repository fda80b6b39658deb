package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.Optional;

/**
 * All that is known of a cluster, and matters for leaving its mode.
 *
 * @param subscription empty if the inventory has none of it
 * @param evidence what its agents show
 * @param agents what else they tell
 * @param kubernetes what its Kubernetes API shows now
 */
public record Known(
        ClusterRecord cluster,
        Optional<SubscriptionRecord> subscription,
        Evidence evidence,
        Agents agents,
        Kubernetes kubernetes) {

    /** Empty where no reporting node tells. */
    public record Agents(
            Optional<Oldest> kernel,
            Optional<Oldest> kubeProxy,
            Optional<Packets> invalidDrops,
            Optional<Packets> localhostNodePorts) {

        public static final Agents NONE =
                new Agents(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * What nodes have counted since their kube-proxy started.
     *
     * @param telling nodes that count it
     */
    public record Packets(long packets, int telling) {}

    /** @param linuxNodes 0 where nothing is seen */
    public record Kubernetes(int linuxNodes, Optional<Oldest> kernel) {

        public static final Kubernetes NONE = new Kubernetes(0, Optional.empty());
    }

    /** Linux nodes that the cluster has, as far as anyone knows: Azure's count leaves out those that autoprovisioning adds. */
    int nodes() {
        return Math.max(cluster.nodeCount(), Math.max(evidence.nodesReporting(), kubernetes.linuxNodes()));
    }
}
