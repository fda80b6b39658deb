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
public enum CallKind {
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
    GET_SUBSCRIPTION("GET", Api.SUBSCRIPTIONS, "Microsoft.Resources/subscriptions/read", Paths.SUBSCRIPTION),
    LIST_LOCATIONS(
            "GET",
            Api.SUBSCRIPTIONS,
            "Microsoft.Resources/subscriptions/locations/read",
            Paths.SUBSCRIPTION + "/locations"),
    LIST_GROUPS(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            Paths.SUBSCRIPTION + "/resourcegroups"),
    GET_GROUP("GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/read", Paths.GROUP),
    HEAD_GROUP("HEAD", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/read", Paths.GROUP),
    PUT_GROUP("PUT", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/write", Paths.GROUP),
    PATCH_GROUP("PATCH", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/write", Paths.GROUP),
    DELETE_GROUP("DELETE", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/delete", Paths.GROUP),
    GET_GROUP_RESULT(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/operationresults/read",
            Paths.SUBSCRIPTION + "/operationresults/{name}"),
    LIST_PROVIDERS(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/providers/read",
            Paths.SUBSCRIPTION + "/providers"),
    GET_PROVIDER("GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/providers/read", Paths.PROVIDER),
    REGISTER_PROVIDER(
            "POST", Api.RESOURCES, "Microsoft.ContainerService/register/action", Paths.PROVIDER + "/register"),
    UNREGISTER_PROVIDER(
            "POST", Api.RESOURCES, "Microsoft.ContainerService/unregister/action", Paths.PROVIDER + "/unregister"),
    LIST_ALL_FEATURES(
            "GET",
            Api.FEATURES,
            "Microsoft.Features/features/read",
            Paths.SUBSCRIPTION + "/providers/microsoft.features/features"),
    LIST_FEATURES(
            "GET",
            Api.FEATURES,
            "Microsoft.Features/providers/features/read",
            Paths.SUBSCRIPTION + Paths.FEATURES + "/features"),
    GET_FEATURE("GET", Api.FEATURES, "Microsoft.Features/providers/features/read", Paths.FEATURE),
    REGISTER_FEATURE(
            "POST", Api.FEATURES, "Microsoft.Features/providers/features/register/action", Paths.FEATURE + "/register"),
    UNREGISTER_FEATURE(
            "POST",
            Api.FEATURES,
            "Microsoft.Features/providers/features/unregister/action",
            Paths.FEATURE + "/unregister"),
    LIST_PERMISSIONS(
            "GET",
            Api.AUTHORIZATION,
            "Microsoft.Authorization/permissions/read",
            Paths.SUBSCRIPTION + "/providers/microsoft.authorization/permissions"),
    LIST_LOCKS("GET", Api.LOCKS, "Microsoft.Authorization/locks/read", Paths.LOCKS),
    GET_LOCK("GET", Api.LOCKS, "Microsoft.Authorization/locks/read", Paths.LOCK),
    PUT_LOCK("PUT", Api.LOCKS, "Microsoft.Authorization/locks/write", Paths.LOCK),
    DELETE_LOCK("DELETE", Api.LOCKS, "Microsoft.Authorization/locks/delete", Paths.LOCK),
    LIST_CLUSTERS(
            "GET",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/read",
            Set.of(Bucket.LIST_CLUSTERS),
            Paths.SUBSCRIPTION + Paths.AKS + "/managedclusters",
            Paths.GROUP + Paths.AKS + "/managedclusters"),
    GET_CLUSTER(
            "GET",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/read",
            Set.of(Bucket.GET_CLUSTER),
            Paths.CLUSTER),
    PUT_CLUSTER(
            "PUT",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/write",
            Set.of(Bucket.PUT_CLUSTER),
            Paths.CLUSTER),
    PATCH_CLUSTER(
            "PATCH",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/write",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER),
    DELETE_CLUSTER(
            "DELETE",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/delete",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER),
    START_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/start/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/start"),
    STOP_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/stop/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/stop"),
    ABORT_CLUSTER(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/abort/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/abort"),
    LIST_USER_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/listclusterusercredential"),
    LIST_ADMIN_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/listclusteradmincredential"),
    LIST_MONITORING_CREDENTIALS(
            "POST",
            Api.CLUSTERS,
            "Microsoft.ContainerService/managedClusters/listClusterMonitoringUserCredential/action",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/listclustermonitoringusercredential"),
    LIST_POOLS(
            "GET",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/read",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/agentpools"),
    GET_POOL(
            "GET",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/read",
            Set.of(Bucket.OTHER_AKS),
            Paths.POOL),
    PUT_POOL(
            "PUT",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/write",
            Set.of(Bucket.OTHER_AKS),
            Paths.POOL),
    DELETE_POOL(
            "DELETE",
            Api.POOLS,
            "Microsoft.ContainerService/managedClusters/agentPools/delete",
            Set.of(Bucket.OTHER_AKS),
            Paths.POOL),
    LIST_MAINTENANCE(
            "GET",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
            Set.of(Bucket.OTHER_AKS),
            Paths.CLUSTER + "/maintenanceconfigurations"),
    GET_MAINTENANCE(
            "GET",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
            Set.of(Bucket.OTHER_AKS),
            Paths.MAINTENANCE),
    PUT_MAINTENANCE(
            "PUT",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/write",
            Set.of(Bucket.OTHER_AKS),
            Paths.MAINTENANCE),
    DELETE_MAINTENANCE(
            "DELETE",
            Api.MAINTENANCE,
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/delete",
            Set.of(Bucket.OTHER_AKS),
            Paths.MAINTENANCE),
    GET_OPERATION(
            "GET",
            Api.OPERATIONS,
            "Microsoft.ContainerService/locations/operations/read",
            Set.of(Bucket.OPERATION_STATUS),
            Paths.SUBSCRIPTION + Paths.AKS + "/locations/{location}/operations/{name}"),
    GET_OPERATION_RESULT(
            "GET",
            Api.OPERATION_RESULTS,
            "Microsoft.ContainerService/locations/operationresults/read",
            Set.of(Bucket.OPERATION_STATUS),
            Paths.SUBSCRIPTION + Paths.AKS + "/locations/{location}/operationresults/{name}"),
    /** What the simulator does not know; {@link #of} never returns it for a call that it serves. */
    UNKNOWN("", Api.SIGN_IN, "", Set.of());

    /** Path templates; literals in lower case. */
    private static final class Paths {
        static final String SUBSCRIPTION = "/subscriptions/{subscription}";
        static final String GROUP = SUBSCRIPTION + "/resourcegroups/{group}";
        static final String PROVIDER = SUBSCRIPTION + "/providers/{namespace}";
        static final String AKS = "/providers/microsoft.containerservice";
        static final String CLUSTER = GROUP + AKS + "/managedclusters/{cluster}";
        static final String FEATURES = "/providers/microsoft.features/providers/microsoft.containerservice";
        static final String FEATURE = SUBSCRIPTION + FEATURES + "/features/{name}";
        static final String POOL = CLUSTER + "/agentpools/{pool}";
        static final String MAINTENANCE = CLUSTER + "/maintenanceconfigurations/{name}";
        private static final String LOCK_TYPE = "/providers/microsoft.authorization/locks";
        static final List<String> LOCKS = List.of(SUBSCRIPTION + LOCK_TYPE, GROUP + LOCK_TYPE, CLUSTER + LOCK_TYPE);
        static final List<String> LOCK =
                LOCKS.stream().map(path -> path + "/{name}").toList();
    }

    /** A call that the simulator knows, with the names in its path. */
    record Match(CallKind kind, Map<String, String> names) {}

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

    CallKind(String method, Api api, String action, String path) {
        this(method, api, action, Set.of(), path);
    }

    CallKind(String method, Api api, String action, List<String> paths) {
        this(method, api, action, Set.of(), paths.toArray(String[]::new));
    }

    /** @param buckets of the resource provider; Azure Resource Manager's own come on top */
    CallKind(String method, Api api, String action, Set<Bucket> buckets, String... paths) {
        this.method = method;
        this.api = api;
        this.action = action;
        this.templates = Arrays.stream(paths).map(Forms::pathParts).toList();
        Set<Bucket> all = EnumSet.noneOf(Bucket.class);
        all.addAll(buckets);
        if (paths.length > 0 && paths[0].startsWith(Paths.SUBSCRIPTION)) {
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

    /** Whether it is about all resources of a type, so that nothing tells where they are. */
    boolean lists() {
        return method.equals("GET") && name().startsWith("LIST_");
    }

    /** @param path still percent-encoded */
    static Lookup of(String method, String path) {
        List<String> given = Forms.pathParts(path);
        Set<String> allowed = new TreeSet<>();
        for (CallKind kind : values()) {
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
