package dev.kubeproxyfleet.simulator.arm;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Everything that can be asked of the simulator: its method, its paths, the right it needs, and what it costs. */
public enum ApiCall {
    TOKEN("POST", Api.SIGN_IN, "", Set.of(), "/{tenant}/oauth2/v2.0/token", "/{tenant}/oauth2/token"),
    GET_OPENID_CONFIGURATION(
            "GET",
            Api.SIGN_IN,
            "",
            Set.of(),
            "/{tenant}/v2.0/.well-known/openid-configuration",
            "/{tenant}/.well-known/openid-configuration"),
    GET_ENDPOINTS("GET", Api.SIGN_IN, "", Set.of(), "/metadata/endpoints"),
    LIST_TENANTS("GET", Api.SUBSCRIPTIONS, "", Set.of(Bucket.TENANT_READS), "/tenants"),
    LIST_SUBSCRIPTIONS("GET", Api.SUBSCRIPTIONS, "", Set.of(Bucket.TENANT_READS), "/subscriptions"),
    GET_SUBSCRIPTION("GET", Api.SUBSCRIPTIONS, "Microsoft.Resources/subscriptions/read", CallPaths.SUBSCRIPTION),
    LIST_LOCATIONS(
            "GET",
            Api.SUBSCRIPTIONS,
            "Microsoft.Resources/subscriptions/locations/read",
            CallPaths.SUBSCRIPTION + "/locations"),
    LIST_RESOURCES(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/resources/read",
            List.of(CallPaths.SUBSCRIPTION + "/resources", CallPaths.GROUP + "/resources")),
    LIST_GROUPS(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            CallPaths.SUBSCRIPTION + "/resourcegroups"),
    GET_GROUP("GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/read", CallPaths.GROUP),
    HEAD_GROUP("HEAD", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/read", CallPaths.GROUP),
    PUT_GROUP("PUT", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/write", CallPaths.GROUP),
    PATCH_GROUP("PATCH", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/write", CallPaths.GROUP),
    DELETE_GROUP("DELETE", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/delete", CallPaths.GROUP),
    GET_GROUP_RESULT(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/operationresults/read",
            CallPaths.SUBSCRIPTION + "/operationresults/{name}"),
    LIST_PROVIDERS(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/providers/read",
            CallPaths.SUBSCRIPTION + "/providers"),
    GET_PROVIDER("GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/providers/read", CallPaths.PROVIDER),
    REGISTER_PROVIDER(
            "POST", Api.RESOURCES, "Microsoft.ContainerService/register/action", CallPaths.PROVIDER + "/register"),
    UNREGISTER_PROVIDER(
            "POST", Api.RESOURCES, "Microsoft.ContainerService/unregister/action", CallPaths.PROVIDER + "/unregister"),
    LIST_ALL_FEATURES(
            "GET",
            Api.FEATURES,
            "Microsoft.Features/features/read",
            CallPaths.SUBSCRIPTION + "/providers/microsoft.features/features"),
    LIST_FEATURES(
            "GET",
            Api.FEATURES,
            "Microsoft.Features/providers/features/read",
            CallPaths.SUBSCRIPTION + CallPaths.FEATURES + "/features"),
    GET_FEATURE("GET", Api.FEATURES, "Microsoft.Features/providers/features/read", CallPaths.FEATURE),
    REGISTER_FEATURE(
            "POST",
            Api.FEATURES,
            "Microsoft.Features/providers/features/register/action",
            CallPaths.FEATURE + "/register"),
    UNREGISTER_FEATURE(
            "POST",
            Api.FEATURES,
            "Microsoft.Features/providers/features/unregister/action",
            CallPaths.FEATURE + "/unregister"),
    LIST_FEATURE_REGISTRATIONS(
            "GET",
            Api.FEATURE_REGISTRATIONS,
            "Microsoft.Features/subscriptionFeatureRegistrations/read",
            List.of(
                    CallPaths.SUBSCRIPTION + "/providers/microsoft.features/subscriptionfeatureregistrations",
                    CallPaths.FEATURE_REGISTRATIONS)),
    GET_FEATURE_REGISTRATION(
            "GET",
            Api.FEATURE_REGISTRATIONS,
            "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations/read",
            CallPaths.FEATURE_REGISTRATIONS + "/{name}"),
    PUT_FEATURE_REGISTRATION(
            "PUT",
            Api.FEATURE_REGISTRATIONS,
            "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations/write",
            CallPaths.FEATURE_REGISTRATIONS + "/{name}"),
    DELETE_FEATURE_REGISTRATION(
            "DELETE",
            Api.FEATURE_REGISTRATIONS,
            "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations/delete",
            CallPaths.FEATURE_REGISTRATIONS + "/{name}"),
    LIST_ACTIONS(
            "GET", Api.ACTIONS, "", Set.of(Bucket.TENANT_READS), "/providers/microsoft.containerservice/operations"),
    GET_PROVIDER_OPERATIONS(
            "GET",
            Api.PROVIDER_OPERATIONS,
            "",
            Set.of(Bucket.TENANT_READS),
            "/providers/microsoft.authorization/provideroperations/{namespace}"),
    LIST_PERMISSIONS(
            "GET",
            Api.AUTHORIZATION,
            "Microsoft.Authorization/permissions/read",
            CallPaths.SUBSCRIPTION + "/providers/microsoft.authorization/permissions"),
    /** Whoever may read the subscription may ask; which right that is in a role is not documented. */
    ACQUIRE_POLICY_TOKEN(
            "POST",
            Api.POLICY_TOKENS,
            "Microsoft.Resources/subscriptions/read",
            CallPaths.SUBSCRIPTION + "/providers/microsoft.authorization/acquirepolicytoken"),
    LIST_LOCKS("GET", Api.LOCKS, "Microsoft.Authorization/locks/read", CallPaths.LOCKS),
    GET_LOCK("GET", Api.LOCKS, "Microsoft.Authorization/locks/read", CallPaths.LOCK),
    PUT_LOCK("PUT", Api.LOCKS, "Microsoft.Authorization/locks/write", CallPaths.LOCK),
    DELETE_LOCK("DELETE", Api.LOCKS, "Microsoft.Authorization/locks/delete", CallPaths.LOCK),
    LIST_CLUSTERS(
            "GET",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/read",
            Set.of(Bucket.LIST_CLUSTERS),
            CallPaths.SUBSCRIPTION + CallPaths.AKS + "/managedclusters",
            CallPaths.GROUP + CallPaths.AKS + "/managedclusters"),
    GET_CLUSTER(
            "GET",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/read",
            Set.of(Bucket.GET_CLUSTER),
            CallPaths.CLUSTER),
    PUT_CLUSTER(
            "PUT",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/write",
            Set.of(Bucket.PUT_CLUSTER),
            CallPaths.CLUSTER),
    PATCH_CLUSTER(
            "PATCH",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/write",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER),
    DELETE_CLUSTER(
            "DELETE",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/delete",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER),
    START_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/start/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/start"),
    STOP_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/stop/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/stop"),
    ABORT_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/abort/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/abort"),
    ROTATE_CERTIFICATES(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/rotateClusterCertificates/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/rotateclustercertificates"),
    GET_UPGRADE_PROFILE(
            "GET",
            Api.UPGRADE_PROFILES,
            "Microsoft.ContainerService/managedClusters/upgradeProfiles/read",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/upgradeprofiles/default"),
    LIST_KUBERNETES_VERSIONS(
            "GET",
            Api.KUBERNETES_VERSIONS,
            "Microsoft.ContainerService/locations/kubernetesVersions/read",
            CallPaths.SUBSCRIPTION + CallPaths.AKS + "/locations/{location}/kubernetesversions"),
    LIST_USER_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/listclusterusercredential"),
    LIST_ADMIN_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/listclusteradmincredential"),
    LIST_MONITORING_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterMonitoringUserCredential/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/listclustermonitoringusercredential"),
    LIST_POOLS(
            "GET",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/read",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/agentpools"),
    GET_POOL(
            "GET",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/read",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.POOL),
    PUT_POOL(
            "PUT",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/write",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.POOL),
    DELETE_POOL(
            "DELETE",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/delete",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.POOL),
    UPGRADE_NODE_IMAGE(
            "POST",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/upgradeNodeImageVersion/action",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.POOL + "/upgradenodeimageversion"),
    LIST_MAINTENANCE(
            "GET",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.CLUSTER + "/maintenanceconfigurations"),
    GET_MAINTENANCE(
            "GET",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.MAINTENANCE),
    PUT_MAINTENANCE(
            "PUT",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/write",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.MAINTENANCE),
    DELETE_MAINTENANCE(
            "DELETE",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/delete",
            Set.of(Bucket.OTHER_AKS),
            CallPaths.MAINTENANCE),
    GET_OPERATION(
            "GET",
            Api.OPERATIONS,
            "Microsoft.ContainerService/locations/operations/read",
            Set.of(Bucket.OPERATION_STATUS),
            CallPaths.SUBSCRIPTION + CallPaths.AKS + "/locations/{location}/operations/{name}"),
    GET_OPERATION_RESULT(
            "GET",
            Api.OPERATION_RESULTS,
            "Microsoft.ContainerService/locations/operationresults/read",
            Set.of(Bucket.OPERATION_STATUS),
            CallPaths.SUBSCRIPTION + CallPaths.AKS + "/locations/{location}/operationresults/{name}"),
    /** What the simulator does not know; {@link #of} never returns it for a call that it serves. */
    UNKNOWN("", Api.SIGN_IN, "", Set.of());

    private static final Set<Api> OF_OPERATIONS = EnumSet.of(Api.CLUSTERS, Api.POOLS);

    /** A call that the simulator knows, with the names in its path. */
    record Match(ApiCall kind, Map<String, String> names) {}

    /** What a path leads to. */
    sealed interface Lookup {
        record Found(Match match) implements Lookup {}

        record WrongMethod(Set<String> allowed) implements Lookup {}

        record Nothing() implements Lookup {}
    }

    final String method;
    final Api api;
    final String action;
    final Set<Bucket> buckets;
    private final List<List<String>> templates;

    ApiCall(String method, Api api, String action, String path) {
        this(method, api, action, Set.of(), path);
    }

    ApiCall(String method, Api api, String action, List<String> paths) {
        this(method, api, action, Set.of(), paths.toArray(String[]::new));
    }

    /** @param buckets of the resource provider; Azure Resource Manager's own come on top */
    ApiCall(String method, Api api, String action, Set<Bucket> buckets, String... paths) {
        this.method = method;
        this.api = api;
        this.action = action;
        this.templates = Arrays.stream(paths).map(Forms::pathParts).toList();
        Set<Bucket> all = EnumSet.noneOf(Bucket.class);
        all.addAll(buckets);
        if (paths.length > 0 && paths[0].startsWith(CallPaths.SUBSCRIPTION)) {
            all.addAll(
                    switch (method) {
                        case "GET", "HEAD" -> Set.of(Bucket.ARM_READS, Bucket.ARM_GLOBAL_READS);
                        case "DELETE" -> Set.of(Bucket.ARM_DELETES, Bucket.ARM_GLOBAL_DELETES);
                        default -> Set.of(Bucket.ARM_WRITES, Bucket.ARM_GLOBAL_WRITES);
                    });
        }
        this.buckets = all;
    }

    /** Whether it needs neither token nor api-version. */
    boolean isOpen() {
        return api == Api.SIGN_IN && this != UNKNOWN;
    }

    /** Whether it changes the resource that its path names, or tells its secrets. */
    boolean writes() {
        return !method.equals("GET") && !method.equals("HEAD");
    }

    /** Whether it begins a long-running operation. */
    boolean beginsOperation() {
        return OF_OPERATIONS.contains(api) && writes() && !name().startsWith("LIST_");
    }

    /** Whether it belongs to the tenant, or to nobody, rather than to a subscription. */
    boolean ofTenant() {
        return buckets.contains(Bucket.TENANT_READS);
    }

    /** Whether it is about all resources of a type, so that nothing tells where they are. */
    boolean lists() {
        return method.equals("GET") && name().startsWith("LIST_");
    }

    /** @param path still percent-encoded */
    static Lookup of(String method, String path) {
        List<String> given = Forms.pathParts(path);
        Set<String> allowed = new TreeSet<>();
        for (ApiCall kind : values()) {
            Optional<Map<String, String>> names = kind.match(given);
            if (names.isPresent()) {
                if (kind.method.equals(method)) {
                    return new Lookup.Found(new Match(kind, names.get()));
                }
                allowed.add(kind.method);
            }
        }
        return allowed.isEmpty() ? new Lookup.Nothing() : new Lookup.WrongMethod(allowed);
    }

    private Optional<Map<String, String>> match(List<String> given) {
        return templates.stream()
                .flatMap(template -> match(template, given).stream())
                .findFirst();
    }

    /** Literals are compared without regard to case, as ARM does. */
    private static Optional<Map<String, String>> match(List<String> template, List<String> given) {
        if (given.size() != template.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            if (part.startsWith("{")) {
                names.put(part.substring(1, part.length() - 1), given.get(i));
            } else if (!part.equals(given.get(i).toLowerCase(Locale.ROOT))) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }
}
