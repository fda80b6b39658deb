package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. */
final class KustomizeFiles {

    static final String API_VERSION = "kustomize.config.k8s.io/v1beta1";

    private static final String MANIFEST = "node-agent.yaml";

    private KustomizeFiles() {}

    static Delivery.Written of(Order order) {
        SortedMap<String, String> files = new TreeMap<>();
        files.put("base/" + MANIFEST, order.agent().ofNoCluster());
        files.put("base/kustomization.yaml", Yaml.of(kustomization(List.of(MANIFEST))));
        for (Target cluster : order.clusters()) {
            Map<String, Object> overlay = kustomization(List.of("../../base"));
            overlay.put("patches", List.of(patch(cluster)));
            files.put("overlays/" + cluster.label() + "/kustomization.yaml", Yaml.of(overlay));
        }
        return new Delivery.Written(
                files,
                List.of("kubectl --context <context> apply -k " + Delivery.Written.FOLDER + "/overlays/"
                        + order.clusters().getFirst().label()));
    }

    static Map<String, Object> kustomization(List<String> resources) {
        return Yaml.map("apiVersion", API_VERSION, "kind", "Kustomization", "resources", resources);
    }

    private static Map<String, Object> patch(Target cluster) {
        return Yaml.map(
                "target",
                Yaml.map("version", "v1", "kind", "ConfigMap", "name", AgentManifest.NAME),
                "patch",
                Yaml.of(Yaml.map(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Map.of("name", AgentManifest.NAME),
                        "data",
                        Map.of(AgentManifest.CLUSTER_ID, cluster.id()))));
    }
}
