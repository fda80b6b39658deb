package dev.kubeproxyfleet.schemas.view;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agents of the fleet.
 *
 * @param versions nodes that report by the version of their agent; one that tells none is left out
 * @param findings about the fleet as a whole
 * @param clusters by name and then by id: all of the inventory, and those for which agents speak although it does not have them
 */
public record AgentsView(Map<String, Integer> versions, List<Finding> findings, List<Cluster> clusters) {

    /**
     * The agents that speak for one cluster.
     *
     * @param id ARM resource id, lower case; of a cluster that is not in the inventory whatever its agents call it
     * @param nodesReporting nodes that reported lately
     * @param nodesProven of these, those whose token has proven that they are the cluster's
     * @param nodes Linux nodes that the cluster has; null if it is not in the inventory
     * @param countedBy who has counted them; null with them
     * @param versions nodes that report by the version of their agent
     * @param silentNodes names of the nodes without an agent that reports; null where they cannot be told one by one
     * @param foreignNodes names of nodes that report and the cluster does not have, as far as that can be told
     */
    public record Cluster(
            String id,
            String name,
            int nodesReporting,
            int nodesProven,
            @Nullable Integer nodes,
            @Nullable CountedBy countedBy,
            Map<String, Integer> versions,
            @Nullable List<String> silentNodes,
            List<String> foreignNodes,
            List<Finding> findings) {}

    /** Who has counted the nodes of a cluster. */
    public enum CountedBy {
        /** The nodes that there are, seen through the cluster's Kubernetes API. */
        Kubernetes,
        /** The nodes that pools shall have. Those that autoprovisioning adds are in no pool. */
        Azure
    }
}
