package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What runs on the nodes of a cluster, and what their workloads do that only counters of kube-proxy show.
 *
 * @param kubernetesVersion such as {@code 1.34.1}; kube-proxy is of the same
 * @param kernel its release, such as {@code 5.15.0-1098-azure}
 * @param reachesLocalhost whether a workload of each node reaches a NodePort at a loopback address, where mode iptables lets it
 * @param sendsInvalidPackets whether connection tracking calls some packets of each node invalid
 */
public record NodeSoftware(
        String kubernetesVersion, String kernel, boolean reachesLocalhost, boolean sendsInvalidPackets) {

    /** Of a cluster of which nothing else is known. */
    public static final NodeSoftware USUAL = new NodeSoftware("1.34.1", kernelOf(""), false, false);

    /** One cluster in so many does the one, and another one the other. */
    private static final int HABITS = 5;

    private static final int REACHES_LOCALHOST = 1;
    private static final int SENDS_INVALID_PACKETS = 4;

    /** @param cluster ARM's document; whoever has the same id has the same habits */
    public static NodeSoftware of(String clusterId, JsonNode cluster) {
        int habit = Math.floorMod(clusterId.hashCode(), HABITS);
        return new NodeSoftware(
                cluster.at("/properties/currentKubernetesVersion").asText(USUAL.kubernetesVersion()),
                kernelOf(cluster.at("/properties/agentPoolProfiles/0/nodeImageVersion")
                        .asText()),
                habit == REACHES_LOCALHOST,
                habit == SENDS_INVALID_PACKETS);
    }

    /** @param image such as {@code AKSUbuntu-2204gen2containerd-202509.11.0}; those of Ubuntu 18.04 have an old kernel */
    public static String kernelOf(String image) {
        return image.contains("-1804") ? "5.4.0-1138-azure" : "5.15.0-1098-azure";
    }
}
