package dev.kubeproxyfleet.simulator.arm;

import java.util.List;

/** Resource providers, each with api-versions of its own. */
enum Api {
    SIGN_IN("", ""),
    SUBSCRIPTIONS("Microsoft.Resources", "subscriptions"),
    RESOURCES("Microsoft.Resources", "resourceGroups"),
    FEATURES("Microsoft.Features", "providers/features"),
    FEATURE_REGISTRATIONS("Microsoft.Features", "featureProviders/subscriptionFeatureRegistrations"),
    AUTHORIZATION("Microsoft.Authorization", "permissions"),
    PROVIDER_OPERATIONS("Microsoft.Authorization", "providerOperations"),
    LOCKS("Microsoft.Authorization", "locks"),
    POLICY_TOKENS("Microsoft.Authorization", "policyTokens"),
    CLUSTERS("Microsoft.ContainerService", "managedClusters"),
    POOLS("Microsoft.ContainerService", "managedClusters/agentPools"),
    MAINTENANCE("Microsoft.ContainerService", "managedClusters/maintenanceConfigurations"),
    UPGRADE_PROFILES("Microsoft.ContainerService", "managedClusters/upgradeProfiles"),
    KUBERNETES_VERSIONS("Microsoft.ContainerService", "locations/kubernetesVersions"),
    ACTIONS("Microsoft.ContainerService", "operations"),
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
            case FEATURES, FEATURE_REGISTRATIONS -> ApiVersions.FEATURES;
            case PROVIDER_OPERATIONS -> ApiVersions.PROVIDER_OPERATIONS;
            case AUTHORIZATION -> ApiVersions.PERMISSIONS;
            case LOCKS -> ApiVersions.LOCKS;
            case POLICY_TOKENS -> ApiVersions.POLICY_TOKENS;
            case CLUSTERS, POOLS, MAINTENANCE, UPGRADE_PROFILES, KUBERNETES_VERSIONS, ACTIONS -> containerService;
            case OPERATIONS, OPERATION_RESULTS -> List.of(ApiVersions.OPERATIONS);
        };
    }
}
