package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a node is, as far as its cluster's ARM document says.
 *
 * @param version of Kubernetes, such as {@code 1.33.3}
 * @param labels of its own and of its pool
 */
record NodeFacts(String name, String vmSize, String version, boolean windows, Map<String, String> labels) {

    private static final String IMAGE = "kubernetes.azure.com/node-image-version";

    /** Azure marks sizes with Arm processors by a p behind the number of cores. */
    private static final Pattern ARM_SIZE = Pattern.compile("Standard_[A-Z]+\\d+(-\\d+)?[a-z]*p[a-z]*_.*");

    private static final int ZONES = 3;

    boolean arm64() {
        return ARM_SIZE.matcher(vmSize).matches();
    }

    String architecture() {
        return arm64() ? "arm64" : "amd64";
    }

    /** Of its disk, such as {@code AKSUbuntu-2204gen2containerd-202509.11.0}; empty if it is not known. */
    String image() {
        return labels.getOrDefault(IMAGE, "");
    }

    /** @param pool profile of its pool, or one that is missing where no pool counts it */
    static NodeFacts of(JsonNode cluster, JsonNode pool, String name, int index) {
        boolean windows = pool.path("osType").asText().equalsIgnoreCase("Windows");
        String size = pool.path("vmSize").asText();
        String clusterVersion = cluster.at("/properties/currentKubernetesVersion")
                .asText(cluster.at("/properties/kubernetesVersion").asText());
        String location = cluster.path("location").asText();
        NodeFacts bare = new NodeFacts(
                name,
                size.isEmpty() ? "Standard_D4ds_v5" : size,
                pool.path("currentOrchestratorVersion").asText(clusterVersion),
                windows,
                Map.of());
        Map<String, String> labels = new TreeMap<>();
        pool.path("nodeLabels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.put("kubernetes.io/arch", bare.architecture());
        labels.put("kubernetes.io/os", windows ? "windows" : "linux");
        labels.put("kubernetes.io/hostname", name);
        labels.put("node.kubernetes.io/instance-type", bare.vmSize());
        labels.put("topology.kubernetes.io/region", location);
        labels.put("topology.kubernetes.io/zone", location + "-" + (index % ZONES + 1));
        labels.put(
                "kubernetes.azure.com/cluster",
                cluster.at("/properties/nodeResourceGroup").asText());
        labels.put("kubernetes.azure.com/role", "agent");
        if (pool.has("name")) {
            labels.put("kubernetes.azure.com/agentpool", pool.path("name").asText());
            labels.put("kubernetes.azure.com/mode", pool.path("mode").asText().toLowerCase(java.util.Locale.ROOT));
            labels.put(IMAGE, pool.path("nodeImageVersion").asText());
        }
        return new NodeFacts(bare.name(), bare.vmSize(), bare.version(), windows, labels);
    }
}
