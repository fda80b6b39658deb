package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the hub cluster is given: the plain manifest, the clusters' ids by the names of the hub's members, one override by which each
 * cluster's agents read their own, and a placement on these clusters. Agents on a member whose name is not among them do not start.
 *
 * <p>An override holds at most 20 rules and a hub at most 100 overrides, so that a rule for each cluster would not do for a fleet.
 *
 * <p>Source: https://learn.microsoft.com/azure/kubernetes-fleet/howto-use-overrides-customize-resources-placement (reserved variables)
 * and the definitions of group {@code placement.kubernetes-fleet.io} in https://github.com/kubefleet-dev/kubefleet/tree/main/config/crd.
 */
final class FleetManagerFiles {

    static final String FILE = "hub.yaml";

    /** A placement names no more. */
    static final int MOST_CLUSTERS = 100;

    private static final String API_VERSION = "placement.kubernetes-fleet.io/v1";
    private static final String PLACEMENT = "kubeproxy-fleet-agent";
    private static final String CLUSTERS = AgentManifest.NAME + "-clusters";
    private static final String MEMBER = "${MEMBER-CLUSTER-NAME}";

    private FleetManagerFiles() {}

    static Delivery.Written of(Order order) {
        List<Target> clusters = order.clusters();
        if (clusters.size() > MOST_CLUSTERS) {
            throw new IllegalArgumentException(
                    "%d clusters match, and Azure Kubernetes Fleet Manager places on at most %d by name; narrow the selection, or deliver with helm, flux or argocd."
                            .formatted(clusters.size(), MOST_CLUSTERS));
        }
        String hub = String.join(
                "---\n",
                order.agent().ofNoCluster(),
                Yaml.of(clusterIds(clusters)),
                Yaml.of(override()),
                Yaml.of(placement(clusters)));
        return new Delivery.Written(
                new TreeMap<>(Map.of(FILE, hub)),
                List.of(
                        "see that the hub's members have these names: kubectl --context <hub> get memberclusters",
                        "kubectl --context <hub> apply -f " + Delivery.Written.FOLDER + "/" + FILE));
    }

    private static Map<String, Object> clusterIds(List<Target> clusters) {
        Map<String, Object> ids = Yaml.map();
        clusters.forEach(cluster -> ids.put(cluster.label(), cluster.id()));
        return Yaml.map(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Yaml.map("name", CLUSTERS, "namespace", AgentManifest.NAMESPACE),
                "data",
                ids);
    }

    private static Map<String, Object> override() {
        Map<String, Object> clusterId = Yaml.map(
                "name",
                AgentManifest.CLUSTER_ID,
                "valueFrom",
                Map.of("configMapKeyRef", Yaml.map("name", CLUSTERS, "key", MEMBER)));
        Map<String, Object> everywhere = Yaml.map(
                // Without terms it is every cluster; without a selector it would be none.
                "clusterSelector",
                Map.of("clusterSelectorTerms", List.of()),
                "jsonPatchOverrides",
                List.of(Yaml.map("op", "add", "path", "/spec/template/spec/containers/0/env/-", "value", clusterId)));
        return Yaml.object(
                API_VERSION,
                "ResourceOverride",
                AgentManifest.NAMESPACE,
                AgentManifest.NAME,
                Yaml.map(
                        "placement",
                        Map.of("name", PLACEMENT),
                        "resourceSelectors",
                        List.of(
                                selector("apps", "DaemonSet", AgentManifest.NAME),
                                selector("apps", "DaemonSet", AgentManifest.JVM_NAME)),
                        "policy",
                        Map.of("overrideRules", List.of(everywhere))));
    }

    private static Map<String, Object> placement(List<Target> clusters) {
        return Yaml.object(
                API_VERSION,
                "ClusterResourcePlacement",
                PLACEMENT,
                Yaml.map(
                        "resourceSelectors",
                        List.of(selector("", "Namespace", AgentManifest.NAMESPACE)),
                        "policy",
                        Yaml.map(
                                "placementType",
                                "PickFixed",
                                "clusterNames",
                                clusters.stream().map(Target::label).toList())));
    }

    private static Map<String, Object> selector(String group, String kind, String name) {
        return Yaml.map("group", group, "version", "v1", "kind", kind, "name", name);
    }
}
