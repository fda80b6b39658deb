package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the records of clusters for tests: what a test does not say is as Azure has it for a plain cluster that runs. */
public final class ClusterRecords {

    private final String id;
    private final String name;
    private final String subscription;
    private final String resourceGroup;
    private String location;
    private Map<String, String> tags;
    private String kubernetesVersion;
    private String provisioningState;
    private String powerState;
    private @Nullable String skuName;
    private @Nullable String networkPlugin;
    private @Nullable String networkPolicy;
    private @Nullable String networkDataplane;
    private int nodeCount;
    private final int windowsNodeCount;
    private boolean autoprovisioning;
    private @Nullable String uid;
    private @Nullable KubeProxyConfig kubeProxy;
    private @Nullable List<MaintenanceWindow> maintenanceWindows;
    private List<String> unreturnedSecrets;
    private @Nullable String oidcIssuer;

    private ClusterRecords(ClusterRecord like) {
        this.id = like.id();
        this.name = like.name();
        this.subscription = like.subscription();
        this.resourceGroup = like.resourceGroup();
        this.location = like.location();
        this.tags = like.tags();
        this.kubernetesVersion = like.kubernetesVersion();
        this.provisioningState = like.provisioningState();
        this.powerState = like.powerState();
        this.skuName = like.skuName();
        this.networkPlugin = like.networkPlugin();
        this.networkPolicy = like.networkPolicy();
        this.networkDataplane = like.networkDataplane();
        this.nodeCount = like.nodeCount();
        this.windowsNodeCount = like.windowsNodeCount();
        this.autoprovisioning = like.autoprovisioning();
        this.uid = like.uid();
        this.kubeProxy = like.kubeProxy();
        this.maintenanceWindows = like.maintenanceWindows();
        this.unreturnedSecrets = like.unreturnedSecrets();
        this.oidcIssuer = like.oidcIssuer();
    }

    /** A cluster of three nodes without a configuration of its own. */
    public static ClusterRecords running(String id, String name, String subscription, String resourceGroup) {
        return new ClusterRecords(new ClusterRecord(
                id,
                name,
                subscription,
                resourceGroup,
                "westeurope",
                Map.of(),
                "1.33.2",
                "Succeeded",
                "Running",
                "Base",
                "azure",
                null,
                null,
                3,
                0,
                false,
                null,
                KubeProxyConfig.UNSET,
                null,
                List.of(),
                null));
    }

    /** The same cluster, but for what is said from here on. */
    public static ClusterRecords of(ClusterRecord cluster) {
        return new ClusterRecords(cluster);
    }

    public ClusterRecords location(String value) {
        this.location = value;
        return this;
    }

    public ClusterRecords tags(Map<String, String> value) {
        this.tags = value;
        return this;
    }

    public ClusterRecords kubernetesVersion(String value) {
        this.kubernetesVersion = value;
        return this;
    }

    public ClusterRecords provisioningState(String value) {
        this.provisioningState = value;
        return this;
    }

    public ClusterRecords powerState(String value) {
        this.powerState = value;
        return this;
    }

    public ClusterRecords skuName(@Nullable String value) {
        this.skuName = value;
        return this;
    }

    public ClusterRecords networkPlugin(@Nullable String value) {
        this.networkPlugin = value;
        return this;
    }

    public ClusterRecords networkPolicy(@Nullable String value) {
        this.networkPolicy = value;
        return this;
    }

    public ClusterRecords networkDataplane(@Nullable String value) {
        this.networkDataplane = value;
        return this;
    }

    public ClusterRecords nodeCount(int value) {
        this.nodeCount = value;
        return this;
    }

    public ClusterRecords autoprovisioning(boolean value) {
        this.autoprovisioning = value;
        return this;
    }

    public ClusterRecords uid(@Nullable String value) {
        this.uid = value;
        return this;
    }

    public ClusterRecords kubeProxy(@Nullable KubeProxyConfig value) {
        this.kubeProxy = value;
        return this;
    }

    public ClusterRecords maintenanceWindows(@Nullable List<MaintenanceWindow> value) {
        this.maintenanceWindows = value;
        return this;
    }

    public ClusterRecords unreturnedSecrets(List<String> value) {
        this.unreturnedSecrets = value;
        return this;
    }

    public ClusterRecords oidcIssuer(@Nullable String value) {
        this.oidcIssuer = value;
        return this;
    }

    public ClusterRecord build() {
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
                maintenanceWindows,
                unreturnedSecrets,
                oidcIssuer);
    }
}
