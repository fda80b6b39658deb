package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What Azure adds to the document of a cluster that it creates. */
final class NewCluster {

    private static final String VERSION = "1.33";
    private static final String PATCH = ".3";
    private static final int DISK_GIGABYTES = 128;
    private static final int MAX_PODS = 110;

    private NewCluster() {}

    /** Azure's own members, before anything that was sent is in it. */
    static ObjectNode skeleton(Call call, ObjectNode sent, ArmState state) {
        String name = call.name("cluster");
        String location = Regions.normalized(sent.path("location").asText());
        String version = sent.at("/properties/kubernetesVersion").asText(VERSION);
        String host = sent.at("/properties/dnsPrefix").asText(name) + "-"
                + state.newId().substring(0, 8);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put(
                "id",
                "/subscriptions/" + call.subscription() + "/resourcegroups/" + call.group()
                        + "/providers/Microsoft.ContainerService/managedClusters/" + name);
        document.put("name", name);
        document.put("type", "Microsoft.ContainerService/ManagedClusters");
        ObjectNode properties = document.putObject("properties");
        properties.putObject("powerState").put("code", "Running");
        properties.put("currentKubernetesVersion", full(version));
        properties.put("fqdn", host + ".hcp." + location + ".azmk8s.io");
        properties.put("azurePortalFQDN", host + ".portal.hcp." + location + ".azmk8s.io");
        properties.put("maxAgentPools", 100);
        properties.put("resourceUID", state.newId().replace("-", "").substring(0, 24));
        for (JsonNode pool : sent.at("/properties/agentPoolProfiles")) {
            ObjectNode shown = properties.withArray("agentPoolProfiles").addObject();
            shown.put("name", pool.path("name").asText());
            describe(shown, full(version));
        }
        if (sent.path("identity").path("type").asText().equals("SystemAssigned")) {
            document.putObject("identity").put("principalId", state.newId()).put("tenantId", tenant(call, state));
        }
        return document;
    }

    /** What Azure alone says of a pool. */
    private static void describe(ObjectNode pool, String version) {
        pool.put("currentOrchestratorVersion", version);
        pool.put("nodeImageVersion", "AKSUbuntu-2204gen2containerd-202510.03.0");
        pool.putObject("powerState").put("code", "Running");
    }

    /** A pool that joins a cluster, with all that Azure adds. */
    static ObjectNode pool(ObjectNode sent, ObjectNode cluster) {
        ObjectNode pool = sent.deepCopy();
        describe(pool, cluster.at("/properties/currentKubernetesVersion").asText());
        completePool(pool, cluster.at("/properties/kubernetesVersion").asText(), "User");
        return pool;
    }

    private static void completePool(ObjectNode pool, String version, String mode) {
        setDefault(pool, "orchestratorVersion", version);
        setDefault(pool, "osType", "Linux");
        setDefault(pool, "osSKU", "Ubuntu");
        setDefault(pool, "osDiskType", "Managed");
        setDefault(pool, "mode", mode);
        setDefault(pool, "type", "VirtualMachineScaleSets");
        if (!pool.hasNonNull("osDiskSizeGB")) {
            pool.put("osDiskSizeGB", DISK_GIGABYTES);
        }
        if (!pool.hasNonNull("maxPods")) {
            pool.put("maxPods", MAX_PODS);
        }
        if (!pool.hasNonNull("count")) {
            pool.put("count", 1);
        }
    }

    /** Defaults of what was not sent. */
    static void complete(ObjectNode document) {
        ObjectNode properties = document.withObject("/properties");
        if (!properties.hasNonNull("kubernetesVersion")) {
            properties.put("kubernetesVersion", VERSION);
        }
        if (!properties.hasNonNull("nodeResourceGroup")) {
            String[] id = document.path("id").asText().split("/");
            properties.put(
                    "nodeResourceGroup",
                    "MC_" + id[4] + "_" + document.path("name").asText() + "_"
                            + document.path("location").asText());
        }
        if (!document.path("sku").isObject()) {
            document.putObject("sku").put("name", "Base").put("tier", "Free");
        }
        String kind = document.path("sku").path("name").asText("Base");
        setDefault(document, "kind", kind);
        ObjectNode network = properties.withObject("/networkProfile");
        if (kind.equalsIgnoreCase("Automatic")) {
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
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            if (pool instanceof ObjectNode profile) {
                completePool(profile, properties.path("kubernetesVersion").asText(), "System");
            }
        }
    }

    private static void setDefault(ObjectNode object, String member, String value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value);
        }
    }

    private static String full(String version) {
        return version.split("\\.").length < 3 ? version + PATCH : version;
    }

    private static String tenant(Call call, ArmState state) {
        Subscription subscription = state.subscriptions.get(call.subscription());
        return subscription == null ? "" : subscription.identity.tenantId();
    }
}
