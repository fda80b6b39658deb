package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How many nodes the agent pools of a cluster have by Azure's word, those that autoprovisioning adds not among them.
 *
 * <p>Source: ManagedClusterAgentPoolProfileProperties in Microsoft.ContainerService/aks, api-version 2025-09-02-preview.
 */
record PoolNodes(int linux, int windows) {

    static PoolNodes of(JsonNode pools) {
        int linux = 0;
        int windows = 0;
        for (JsonNode pool : pools) {
            if (isWindows(pool)) {
                windows += count(pool);
            } else {
                linux += count(pool);
            }
        }
        return new PoolNodes(linux, windows);
    }

    /** A pool that does not say its {@code osType} is of Linux, the default. */
    static boolean isWindows(JsonNode pool) {
        return pool.path("osType").asText("").equalsIgnoreCase("Windows");
    }

    private static int count(JsonNode pool) {
        if (pool.path("powerState").path("code").asText("").equalsIgnoreCase("Stopped")
                || pool.path("provisioningState").asText("").equalsIgnoreCase("Deleting")) {
            return 0;
        }
        if (pool.path("count").isNumber()) {
            return Math.max(0, pool.path("count").asInt());
        }
        // Pools of type VirtualMachines: the status is of the machines that are there, the profile of those asked for.
        JsonNode status = pool.path("virtualMachineNodesStatus");
        return sum(
                status.isArray()
                        ? status
                        : pool.path("virtualMachinesProfile").path("scale").path("manual"));
    }

    private static int sum(JsonNode groups) {
        int sum = 0;
        for (JsonNode group : groups) {
            sum += Math.max(0, group.path("count").asInt(0));
        }
        return sum;
    }
}
