package dev.kubeproxyfleet.schemas.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.NullIfUnreadable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A managed cluster as ARM lists it. Topic {@code clusters}, key {@link #id()}.
 *
 * @param id ARM resource id in lower case: {@code /subscriptions/…/managedclusters/<name>}
 * @param subscription subscription id, lower case
 * @param location such as {@code westeurope}
 * @param kubernetesVersion {@code currentKubernetesVersion}, such as {@code 1.33.2}
 * @param provisioningState ARM's text; what is not Succeeded is not ready
 * @param powerState {@code Running} or {@code Stopped}
 * @param skuName {@code Base} or {@code Automatic}
 * @param networkPlugin such as {@code azure}, {@code none}
 * @param nodeCount Linux nodes that Azure's pools count: those that should report. Nodes that autoprovisioning adds are in no
 *     pool's count; a stopped pool and one that is being deleted count none
 * @param windowsNodeCount Windows nodes of the pools; no agent runs on them, and none is expected to report
 * @param autoprovisioning whether Azure adds nodes that no pool counts ({@code nodeProvisioningProfile.mode} is {@code Auto})
 * @param uid {@code <origin>:<value>}; another value of the same origin means that a cluster was deleted and another one created
 *     under its id; null if Azure told nothing of the kind
 * @param kubeProxy as read back; null if ARM returned something that this version cannot read
 * @param maintenanceWindows null until they have been read; empty if the cluster has none
 * @param unreturnedSecrets what the cluster has and ARM never returns, so that a PUT goes without it: {@code servicePrincipal},
 *     {@code windowsPassword}
 * @param oidcIssuer URL, exactly as its tokens name it, of what signs the service accounts' tokens of the cluster; null if the
 *     cluster has no OIDC issuer, or an earlier version wrote the record
 */
public record ClusterRecord(
        String id,
        String name,
        String subscription,
        String resourceGroup,
        String location,
        Map<String, String> tags,
        String kubernetesVersion,
        String provisioningState,
        String powerState,
        @Nullable String skuName,
        @Nullable String networkPlugin,
        @Nullable String networkPolicy,
        @Nullable String networkDataplane,
        int nodeCount,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int windowsNodeCount,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean autoprovisioning,
        @Nullable String uid,

        @JsonDeserialize(using = NullIfUnreadable.class) @Nullable
        KubeProxyConfig kubeProxy,

        @JsonDeserialize(using = NullIfUnreadable.class) @Nullable
        List<MaintenanceWindow> maintenanceWindows,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unreturnedSecrets,
        @Nullable String oidcIssuer) {

    public static final String TYPE = "dev.kubeproxyfleet.cluster.v1";

    public ClusterRecord {
        tags = Map.copyOf(tags);
        maintenanceWindows = maintenanceWindows == null ? null : List.copyOf(maintenanceWindows);
        unreturnedSecrets = unreturnedSecrets == null ? List.of() : List.copyOf(unreturnedSecrets);
    }

    /**
     * Whether it is known to be another cluster than the one that had this uid. What is missing, or of another origin since Azure
     * tells more by now, cannot be compared.
     */
    public boolean isOtherThan(@Nullable String otherUid) {
        return uid != null
                && otherUid != null
                && !uid.equals(otherUid)
                && origin(uid).equals(origin(otherUid));
    }

    private static String origin(String anyUid) {
        return anyUid.substring(0, Math.max(0, anyUid.indexOf(':')));
    }

    public ClusterRecord withMaintenanceWindows(@Nullable List<MaintenanceWindow> windows) {
        return new ClusterRecord(
                id,
                name,
                subscription,
                resourceGroup,
                location,
                tags,
                kubernetesVersion,
                provisioningState,
                powerState,
                skuName,
                networkPlugin,
                networkPolicy,
                networkDataplane,
                nodeCount,
                windowsNodeCount,
                autoprovisioning,
                uid,
                kubeProxy,
                windows,
                unreturnedSecrets,
                oidcIssuer);
    }
}
