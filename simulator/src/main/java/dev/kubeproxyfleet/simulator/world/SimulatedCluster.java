package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * A managed cluster as it is when the simulation begins.
 *
 * @param subscription subscription id
 * @param document the whole ARM resource, kubeProxyConfig as it was sent once; the caller must not change it
 */
public record SimulatedCluster(String subscription, String resourceGroup, String name, ObjectNode document) {

    /** ARM resource id in the casing that AKS returns, which is not the one of its reference: {@code resourcegroups}. */
    public String armId() {
        return "/subscriptions/" + subscription + "/resourcegroups/" + resourceGroup
                + "/providers/Microsoft.ContainerService/managedClusters/" + name;
    }

    /** ARM resource id in lower case: the key of this cluster everywhere else. */
    public String id() {
        return armId().toLowerCase(Locale.ROOT);
    }

    /** Such as {@code westeurope}. */
    public String location() {
        return document.path("location").asText();
    }
}
