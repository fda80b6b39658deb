package dev.kubeproxyfleet.simulator.arm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that can be asked of the simulator: its method, its paths, the right it needs, and what it costs. */
public enum CallKind {
    TOKEN("POST", Api.SIGN_IN, "", Set.of(), "/{tenant}/oauth2/v2.0/token"),
    LIST_SUBSCRIPTIONS("GET", Api.SUBSCRIPTIONS, "", Set.of(), "/subscriptions"),
    GET_SUBSCRIPTION("GET", Api.SUBSCRIPTIONS, "Microsoft.Resources/subscriptions/read", Paths.SUBSCRIPTION),
    LIST_GROUPS(
            "GET",
            Api.RESOURCES,
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            Paths.SUBSCRIPTION + "/resourcegroups"),
    GET_GROUP("GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/read", Paths.GROUP),
    PUT_GROUP("PUT", Api.RESOURCES, "Microsoft.Resources/subscriptions/resourceGroups/write", Paths.GROUP),
    GET_PROVIDER(
            "GET", Api.RESOURCES, "Microsoft.Resources/subscriptions/providers/read", Paths.SUBSCRIPTION + Paths.AKS),
    REGISTER_PROVIDER(
            "POST",
            Api.RESOURCES,
            "Microsoft.ContainerService/register/action",
            Paths.SUBSCRIPTION + Paths.AKS + "/register"),
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
            Paths.CLUSTER + "/agentpools/{name}"),
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
        static final String AKS = "/providers/microsoft.containerservice";
        static final String CLUSTER = GROUP + AKS + "/managedclusters/{cluster}";
        static final String FEATURES = "/providers/microsoft.features/providers/microsoft.containerservice";
        static final String FEATURE = SUBSCRIPTION + FEATURES + "/features/{name}";
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

        record WrongMethod() implements Lookup {}

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
        this.templates = Arrays.stream(paths).map(CallKind::parts).toList();
        Set<Bucket> all = EnumSet.noneOf(Bucket.class);
        all.addAll(buckets);
        if (paths.length > 0 && paths[0].startsWith(Paths.SUBSCRIPTION)) {
            all.add(method.equals("GET") ? Bucket.ARM_READS : Bucket.ARM_WRITES);
        }
        this.buckets = all;
    }

    /** Whether it changes the resource that its path names. */
    boolean writes() {
        return !method.equals("GET");
    }

    static Lookup of(String method, String path) {
        List<String> given = parts(path);
        boolean there = false;
        for (CallKind kind : values()) {
            Optional<Map<String, String>> names = kind.match(given);
            if (names.isPresent()) {
                there = true;
                if (kind.method.equals(method)) {
                    return new Lookup.Found(new Match(kind, names.get()));
                }
            }
        }
        return there ? new Lookup.WrongMethod() : new Lookup.Nothing();
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

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.split("/")));
        parts.removeIf(String::isEmpty);
        return List.copyOf(parts);
    }
}
