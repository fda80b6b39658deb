package dev.kubeproxyfleet.simulator.world;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The clusters that there are at this moment, as far as their nodes are concerned. Thread-safe. */
public interface Clusters {

    /**
     * Names of the Linux nodes that each cluster has now, by the cluster's id in lower case. Stopped clusters and stopped pools
     * have none; Windows nodes, on which no agent runs, are not among them.
     */
    Map<String, List<String>> nodes();

    /** What the nodes of a cluster shall run; empty if there is no such cluster (any more). */
    Optional<AppliedConfiguration> applied(String clusterId);

    /** Whether the pod of kube-proxy on a node is not replaced, although the cluster's configuration has changed. */
    default boolean holdsBack(String clusterId, String node) {
        return false;
    }

    /** What runs on the nodes of a cluster. */
    default NodeSoftware software(String clusterId) {
        return NodeSoftware.USUAL;
    }

    /** The region that a cluster is in, as ARM's {@code location} has it; empty if there is no such cluster (any more). */
    Optional<String> region(String clusterId);

    /**
     * Whether a person means this cluster.
     *
     * @param clusterId in lower case
     * @param named its name or its ARM resource id, in any casing
     */
    static boolean isMeant(String clusterId, String named) {
        String lower = named.toLowerCase(Locale.ROOT);
        return clusterId.equals(lower)
                || clusterId.substring(clusterId.lastIndexOf('/') + 1).equals(lower);
    }
}
