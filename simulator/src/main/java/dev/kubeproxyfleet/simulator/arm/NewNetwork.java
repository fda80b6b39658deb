package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/** What AKS fills into the network profile of a cluster. */
final class NewNetwork {

    private static final String POD_CIDR = "10.244.0.0/16";
    private static final String POD_CIDR_6 = "fd12:3456:789a::/64";
    private static final String SERVICE_CIDR_6 = "fd12:3456:789a:1::/108";

    private NewNetwork() {}

    /** Defaults of what was not sent. */
    static void complete(ObjectNode network, boolean automatic) {
        if (automatic) {
            setDefault(network, "networkPlugin", "azure");
            setDefault(network, "networkPluginMode", "overlay");
            setDefault(network, "networkPolicy", "cilium");
            setDefault(network, "networkDataplane", "cilium");
        }
        setDefault(network, "networkPlugin", "kubenet");
        setDefault(network, "networkPolicy", "none");
        setDefault(network, "networkDataplane", "azure");
        setDefault(network, "loadBalancerSku", "standard");
        setDefault(network, "serviceCidr", "10.0.0.0/16");
        setDefault(network, "dnsServiceIP", "10.0.0.10");
        setDefault(network, "outboundType", "loadBalancer");
        if (!network.hasNonNull("ipFamilies")) {
            network.putArray("ipFamilies").add("IPv4");
        }
        boolean podsOfTheirOwn = network.path("networkPlugin").asText().equalsIgnoreCase("kubenet")
                || network.path("networkPluginMode").asText().equalsIgnoreCase("overlay");
        if (podsOfTheirOwn) {
            setDefault(network, "podCidr", POD_CIDR);
            setCidrs(network, "podCidrs", "podCidr", POD_CIDR_6);
        }
        setCidrs(network, "serviceCidrs", "serviceCidr", SERVICE_CIDR_6);
    }

    private static void setCidrs(ObjectNode network, String member, String first, String second) {
        if (!network.hasNonNull(member)) {
            network.putArray(member).add(network.path(first).asText());
            if (isDualStack(network)) {
                network.withArray(member).add(second);
            }
        }
    }

    private static boolean isDualStack(JsonNode network) {
        for (JsonNode family : network.path("ipFamilies")) {
            if (family.asText().equalsIgnoreCase("IPv6")) {
                return true;
            }
        }
        return false;
    }

    /**
     * The way out that follows from the outbound type, with the addresses that Azure made for it.
     *
     * @param nodeGroup id of the resource group of the nodes
     */
    static void derive(ObjectNode network, String nodeGroup, Supplier<String> ids) {
        switch (network.path("outboundType").asText()) {
            case "loadBalancer" -> {
                if (network.path("loadBalancerSku").asText().equalsIgnoreCase("standard")) {
                    ObjectNode balancer = network.withObject("/loadBalancerProfile");
                    setDefault(balancer, "backendPoolType", "nodeIPConfiguration");
                    boolean chosen = balancer.hasNonNull("outboundIPs") || balancer.hasNonNull("outboundIPPrefixes");
                    if (!chosen && !balancer.hasNonNull("managedOutboundIPs")) {
                        ObjectNode managed = balancer.putObject("managedOutboundIPs");
                        managed.put("count", 1);
                        if (isDualStack(network)) {
                            managed.put("countIPv6", 1);
                        }
                    }
                    setAddresses(balancer, nodeGroup, ids);
                }
            }
            case "managedNATGateway" -> {
                ObjectNode gateway = network.withObject("/natGatewayProfile");
                if (!gateway.hasNonNull("idleTimeoutInMinutes")) {
                    gateway.put("idleTimeoutInMinutes", 4);
                }
                setAddresses(gateway, nodeGroup, ids);
            }
            default -> {
                // Whoever routes the traffic elsewhere has no addresses of AKS's.
            }
        }
    }

    private static void setAddresses(ObjectNode wayOut, String nodeGroup, Supplier<String> ids) {
        if (!wayOut.hasNonNull("effectiveOutboundIPs")) {
            wayOut.putArray("effectiveOutboundIPs")
                    .addObject()
                    .put("id", nodeGroup + "/providers/Microsoft.Network/publicIPAddresses/" + ids.get());
        }
    }

    private static void setDefault(ObjectNode object, String member, String value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value);
        }
    }
}
