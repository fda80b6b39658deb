package dev.kubeproxyfleet.agent;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whose snapshots these are. */
sealed interface Identity {

    /** @param cluster ARM resource id, lower case */
    record Known(String cluster, String node) implements Identity {}

    /** @param message what to set, and how */
    record Unknown(String message) implements Identity {}

    Pattern CLUSTER_ID = Pattern.compile(
            "/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\\.containerservice/managedclusters/[^/]+");

    /** Source of the pattern: Kubernetes, names of objects (RFC 1123 subdomain). */
    Pattern NODE_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    static Identity of(Optional<String> clusterId, Optional<String> nodeName) {
        if (clusterId.isEmpty()) {
            return new Unknown(
                    "kpfleet.agent.cluster-id is not set: give the cluster's Azure resource id, for example as "
                            + "KPFLEET_AGENT_CLUSTER_ID (az aks show -g <group> -n <cluster> --query id -o tsv prints it)");
        }
        if (nodeName.isEmpty()) {
            return new Unknown("kpfleet.agent.node-name is not set: give the node's Kubernetes name, for example as "
                    + "KPFLEET_AGENT_NODE_NAME from the downward API (fieldRef spec.nodeName)");
        }
        String cluster = normalised(clusterId.get());
        if (!CLUSTER_ID.matcher(cluster).matches()) {
            return new Unknown("kpfleet.agent.cluster-id is no resource id of a managed cluster: " + clusterId.get()
                    + "; it looks like /subscriptions/<id>/resourceGroups/<group>/providers/"
                    + "Microsoft.ContainerService/managedClusters/<name>");
        }
        String node = nodeName.get().strip();
        if (!NODE_NAME.matcher(node).matches()) {
            return new Unknown("kpfleet.agent.node-name is no name of a node: " + nodeName.get());
        }
        return new Known(cluster, node);
    }

    /** Azure ignores the case of resource ids, our keys do not. */
    static String normalised(String clusterId) {
        return clusterId.strip().toLowerCase(Locale.ROOT);
    }
}
