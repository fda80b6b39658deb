package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Linux nodes that a cluster has now: none while it is created or stopped, and none in a pool that is stopped. Windows nodes are
 * not in here, since no agent runs there.
 *
 * @param byPool nodes of each Linux pool by the pool's name, in the order of the document; pools of zero nodes are in it
 * @param autoprovisioned nodes that no pool counts, which node autoprovisioning added
 */
public record LinuxNodes(Map<String, Integer> byPool, int autoprovisioned) {

    static final LinuxNodes NONE = new LinuxNodes(Map.of(), 0);

    public LinuxNodes {
        byPool = Collections.unmodifiableMap(new LinkedHashMap<>(byPool));
    }

    /** All of them. */
    public int total() {
        return byPool.values().stream().mapToInt(Integer::intValue).sum() + autoprovisioned;
    }

    /** @param provisioned nodes that autoprovisioning has added, if the document turns it on */
    static LinuxNodes of(JsonNode document, int provisioned) {
        JsonNode properties = document.path("properties");
        if (isStopped(properties)
                || properties.path("provisioningState").asText().equals("Creating")) {
            return NONE;
        }
        Map<String, Integer> byPool = new LinkedHashMap<>();
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            if (!NewPool.isWindows(pool)) {
                byPool.put(pool.path("name").asText(), nodes(pool));
            }
        }
        return new LinuxNodes(byPool, autoprovisions(document) ? provisioned : 0);
    }

    /** Whether node autoprovisioning is on. */
    static boolean autoprovisions(JsonNode document) {
        return document.at("/properties/nodeProvisioningProfile/mode").asText().equalsIgnoreCase("Auto");
    }

    private static int nodes(JsonNode pool) {
        if (isStopped(pool) || pool.path("provisioningState").asText().equals("Creating")) {
            return 0;
        }
        if (!NewPool.isOfVirtualMachines(pool)) {
            return Math.max(0, pool.path("count").asInt(0));
        }
        int count = 0;
        for (JsonNode size : pool.path("virtualMachineNodesStatus")) {
            count += Math.max(0, size.path("count").asInt(0));
        }
        return count;
    }

    private static boolean isStopped(JsonNode powered) {
        return powered.path("powerState").path("code").asText().equalsIgnoreCase("Stopped");
    }
}
