package dev.kubeproxyfleet.simulator.arm;

import java.util.List;

/** Resource providers, each with api-versions of its own. */
enum Api {
    SIGN_IN("", ""),
    SUBSCRIPTIONS("Microsoft.Resources", "subscriptions"),
    RESOURCES("Microsoft.Resources", "resourceGroups"),
    FEATURES("Microsoft.Features", "providers/features"),
    AUTHORIZATION("Microsoft.Authorization", "permissions"),
    LOCKS("Microsoft.Authorization", "locks"),
    CLUSTERS("Microsoft.ContainerService", "managedClusters"),
    POOLS("Microsoft.ContainerService", "managedClusters/agentPools"),
    MAINTENANCE("Microsoft.ContainerService", "managedClusters/maintenanceConfigurations"),
    OPERATIONS("Microsoft.ContainerService", "locations/operations"),
    OPERATION_RESULTS("Microsoft.ContainerService", "locations/operationresults");

    final String namespace;
    final String type;

    Api(String namespace, String type) {
        this.namespace = namespace;
        this.type = type;
    }

    boolean ofOperations() {
        return this == OPERATIONS || this == OPERATION_RESULTS;
    }

    /** @param containerService versions of managed clusters and what belongs to them */
    List<String> versions(List<String> containerService) {
        return switch (this) {
            case SIGN_IN -> List.of();
            case SUBSCRIPTIONS -> ApiVersions.SUBSCRIPTIONS;
            case RESOURCES -> ApiVersions.RESOURCES;
            case FEATURES -> ApiVersions.FEATURES;
            case AUTHORIZATION -> ApiVersions.PERMISSIONS;
            case LOCKS -> ApiVersions.LOCKS;
            case CLUSTERS, POOLS, MAINTENANCE -> containerService;
            case OPERATIONS, OPERATION_RESULTS -> List.of(ApiVersions.OPERATIONS);
        };
    }
}
