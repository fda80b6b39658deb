package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A managed cluster in ARM's JSON as the inventory's record of it. */
public final class ClusterRecordReader {

    private static final Pattern ID = Pattern.compile(
            "/subscriptions/([^/]+)/resourcegroups/([^/]+)/providers/microsoft\\.containerservice/managedclusters/([^/]+)");

    private ClusterRecordReader() {}

    /** Empty if it has no resource id of a managed cluster. */
    public static Optional<ClusterRecord> read(JsonNode cluster) {
        String id = cluster.path("id").asText("").toLowerCase(Locale.ROOT);
        Matcher parts = ID.matcher(id);
        if (!parts.matches()) {
            return Optional.empty();
        }
        JsonNode properties = cluster.path("properties");
        JsonNode network = properties.path("networkProfile");
        PoolNodes pools = PoolNodes.of(properties.path("agentPoolProfiles"));
        return Optional.of(new ClusterRecord(
                id,
                cluster.path("name").asText(parts.group(3)),
                parts.group(1),
                parts.group(2),
                cluster.path("location").asText("").toLowerCase(Locale.ROOT).replace(" ", ""),
                tags(cluster.path("tags")),
                properties
                        .path("currentKubernetesVersion")
                        .asText(properties.path("kubernetesVersion").asText("")),
                properties.path("provisioningState").asText(""),
                properties.path("powerState").path("code").asText("Running"),
                text(cluster.path("sku").path("name")),
                text(network.path("networkPlugin")),
                text(network.path("networkPolicy")),
                text(network.path("networkDataplane")),
                pools.linux(),
                pools.windows(),
                autoprovisioning(properties),
                uid(cluster),
                ArmKubeProxy.read(network.path("kubeProxyConfig")).orElse(null),
                null,
                unreturnedSecrets(properties),
                issuer(properties.path("oidcIssuerProfile"))));
    }

    /** ServicePrincipalProfile.secret and ManagedClusterWindowsProfile.adminPassword are write-only. */
    private static List<String> unreturnedSecrets(JsonNode properties) {
        List<String> secrets = new ArrayList<>();
        String principal =
                properties.path("servicePrincipalProfile").path("clientId").asText("");
        if (!principal.isEmpty() && !principal.equalsIgnoreCase("msi")) {
            secrets.add("servicePrincipal");
        }
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            if (PoolNodes.isWindows(pool)) {
                secrets.add("windowsPassword");
                break;
            }
        }
        return secrets;
    }

    private static Map<String, String> tags(JsonNode tags) {
        Map<String, String> read = new HashMap<>();
        tags.properties().forEach(tag -> read.put(tag.getKey(), tag.getValue().asText("")));
        return read;
    }

    private static @Nullable String issuer(JsonNode profile) {
        return profile.path("enabled").asBoolean() ? text(profile.path("issuerURL")) : null;
    }

    private static boolean autoprovisioning(JsonNode properties) {
        return properties
                .path("nodeProvisioningProfile")
                .path("mode")
                .asText("")
                .equalsIgnoreCase("Auto");
    }

    /** The resource's own id if Azure gives it; else when it was created, which tells two of the same name apart as well. */
    private static @Nullable String uid(JsonNode cluster) {
        String resourceUid = text(cluster.path("properties").path("resourceUID"));
        if (resourceUid != null) {
            return "resourceUID:" + resourceUid;
        }
        String createdAt = text(cluster.path("systemData").path("createdAt"));
        return createdAt == null ? null : "createdAt:" + createdAt;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }
}
