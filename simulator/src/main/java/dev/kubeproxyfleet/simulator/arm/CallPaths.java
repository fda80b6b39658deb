package dev.kubeproxyfleet.simulator.arm;

import java.util.List;

/** Path templates; literals in lower case. */
final class CallPaths {
    static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    static final String GROUP = SUBSCRIPTION + "/resourcegroups/{group}";
    static final String PROVIDER = SUBSCRIPTION + "/providers/{namespace}";
    static final String AKS = "/providers/microsoft.containerservice";
    static final String CLUSTER = GROUP + AKS + "/managedclusters/{cluster}";
    static final String FEATURES = "/providers/microsoft.features/providers/microsoft.containerservice";
    static final String FEATURE = SUBSCRIPTION + FEATURES + "/features/{name}";
    static final String FEATURE_REGISTRATIONS = SUBSCRIPTION
            + "/providers/microsoft.features/featureproviders/{namespace}/subscriptionfeatureregistrations";
    static final String POOL = CLUSTER + "/agentpools/{pool}";
    static final String MAINTENANCE = CLUSTER + "/maintenanceconfigurations/{name}";
    private static final String LOCK_TYPE = "/providers/microsoft.authorization/locks";
    static final List<String> LOCKS = List.of(SUBSCRIPTION + LOCK_TYPE, GROUP + LOCK_TYPE, CLUSTER + LOCK_TYPE);
    static final List<String> LOCK =
            LOCKS.stream().map(path -> path + "/{name}").toList();

    private CallPaths() {}
}
