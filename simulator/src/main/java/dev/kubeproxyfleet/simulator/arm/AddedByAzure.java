package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/** What Azure adds to the document of a cluster that it creates, and to what a PUT makes of it. */
final class AddedByAzure {

    /** The client id that stands for a managed identity instead of a service principal. */
    private static final String MANAGED_IDENTITY = "msi";

    private AddedByAzure() {}

    /** Azure's own members, before anything that was sent is in it; another identity each time, whatever the name. */
    static ObjectNode skeleton(Call call, ObjectNode sent, ArmState state) {
        String name = call.name("cluster");
        String location = Regions.normalized(sent.path("location").asText());
        String version =
                KubernetesVersions.full(sent.at("/properties/kubernetesVersion").asText(KubernetesVersions.DEFAULT));
        String host = sent.at("/properties/dnsPrefix").asText(name) + "-"
                + state.newId().substring(0, 8);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put(
                "id",
                "/subscriptions/" + call.subscription() + "/resourcegroups/" + call.group()
                        + "/providers/Microsoft.ContainerService/managedClusters/" + name);
        document.put("name", name);
        document.put("type", "Microsoft.ContainerService/ManagedClusters");
        document.putObject("systemData")
                .put("createdBy", call.principal)
                .put("createdByType", "Application")
                .put("createdAt", call.now.toString());
        ObjectNode properties = document.putObject("properties");
        properties.putObject("powerState").put("code", "Running");
        properties.put("currentKubernetesVersion", version);
        properties.put("fqdn", host + ".hcp." + location + ".azmk8s.io");
        properties.put("azurePortalFQDN", host + ".portal.hcp." + location + ".azmk8s.io");
        properties.put("maxAgentPools", 100);
        properties.put("resourceUID", state.newId().replace("-", "").substring(0, 24));
        for (JsonNode pool : sent.at("/properties/agentPoolProfiles")) {
            ObjectNode shown = properties.withArray("agentPoolProfiles").addObject();
            shown.put("name", pool.path("name").asText());
            NewPool.describe(shown, pool, version);
        }
        if (sent.path("identity").path("type").asText().equals("SystemAssigned")) {
            document.putObject("identity").put("principalId", state.newId()).put("tenantId", tenant(call, state));
        }
        return document;
    }

    /** Defaults of what was not sent. */
    static void complete(ObjectNode document) {
        ObjectNode properties = document.withObject("/properties");
        setDefault(properties, "kubernetesVersion", KubernetesVersions.DEFAULT);
        setDefault(properties, "supportPlan", "KubernetesOfficial");
        setDefault(properties, "enableRBAC", true);
        setDefault(properties, "disableLocalAccounts", false);
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
        boolean automatic = kind.equalsIgnoreCase("Automatic");
        setDefault(properties.withObject("/oidcIssuerProfile"), "enabled", automatic);
        ObjectNode provisioning = properties.withObject("/nodeProvisioningProfile");
        setDefault(provisioning, "mode", automatic ? "Auto" : "Manual");
        setDefault(provisioning, "defaultNodePools", "Auto");
        setDefault(properties.withObject("/bootstrapProfile"), "artifactSource", "Direct");
        NewNetwork.complete(properties.withObject("/networkProfile"), automatic);
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            if (pool instanceof ObjectNode profile) {
                NewPool.complete(profile, properties.path("kubernetesVersion").asText(), "System");
            }
        }
    }

    /** What follows from what was sent, at the creation and at every PUT after it; write-only secrets are forgotten. */
    static void derive(ObjectNode document, String tenant, Supplier<String> ids) {
        ObjectNode properties = document.withObject("/properties");
        String subscription = document.path("id").asText().split("/")[2];
        String nodeGroup = "/subscriptions/" + subscription + "/resourceGroups/"
                + properties.path("nodeResourceGroup").asText();
        ObjectNode principal = properties.withObject("/servicePrincipalProfile");
        principal.remove("secret");
        setDefault(principal, "clientId", MANAGED_IDENTITY);
        if (principal.path("clientId").asText().equals(MANAGED_IDENTITY)) {
            ObjectNode kubelet = properties.withObject("/identityProfile").withObject("/kubeletidentity");
            setDefault(
                    kubelet,
                    "resourceId",
                    nodeGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                            + document.path("name").asText() + "-agentpool");
            setDefault(kubelet, "clientId", ids);
            setDefault(kubelet, "objectId", ids);
        }
        if (properties.get("oidcIssuerProfile") instanceof ObjectNode issuer
                && issuer.path("enabled").asBoolean()
                && !issuer.hasNonNull("issuerURL")) {
            issuer.put(
                    "issuerURL",
                    "https://" + document.path("location").asText() + ".oic.prod-aks.azure.com/" + tenant + "/"
                            + ids.get() + "/");
        }
        NewNetwork.derive(properties.withObject("/networkProfile"), nodeGroup, ids);
        boolean windows = false;
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            if (pool instanceof ObjectNode profile) {
                NewPool.derive(profile);
                windows |= NewPool.isWindows(profile);
            }
        }
        if (windows || properties.hasNonNull("windowsProfile")) {
            ObjectNode administrator = properties.withObject("/windowsProfile");
            administrator.remove("adminPassword");
            setDefault(administrator, "adminUsername", "azureuser");
            setDefault(administrator, "enableCSIProxy", true);
        }
    }

    private static void setDefault(ObjectNode object, String member, String value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value);
        }
    }

    private static void setDefault(ObjectNode object, String member, boolean value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value);
        }
    }

    private static void setDefault(ObjectNode object, String member, Supplier<String> value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value.get());
        }
    }

    private static String tenant(Call call, ArmState state) {
        Subscription subscription = state.subscriptions.get(call.subscription());
        return subscription == null ? "" : subscription.identity.tenantId();
    }
}
