package dev.kubeproxyfleet.simulator.arm;

import java.util.function.Function;

/** Hands a call that {@link ArmChecks} let through to what answers it. Guarded by the lock of {@link ArmModel}. */
final class Dispatcher {

    private final ArmState state;
    private final DirectoryCalls directoryCalls;
    private final GroupCalls groupCalls;
    private final ResourceCalls resourceCalls;
    private final ProviderCalls providerCalls;
    private final FeatureRegistrationCalls featureRegistrationCalls;
    private final AuthorizationCalls authorizationCalls;
    private final ClusterCalls clusterCalls;
    private final PoolCalls poolCalls;
    private final OperationCalls operationCalls;

    Dispatcher(ArmState state) {
        this.state = state;
        directoryCalls = new DirectoryCalls(state);
        groupCalls = new GroupCalls(state);
        resourceCalls = new ResourceCalls(state);
        providerCalls = new ProviderCalls(state);
        featureRegistrationCalls = new FeatureRegistrationCalls(state);
        authorizationCalls = new AuthorizationCalls(state);
        operationCalls = new OperationCalls(state);
        clusterCalls = new ClusterCalls(state, operationCalls);
        poolCalls = new PoolCalls(operationCalls);
    }

    /** The cloud's own description; needs no token. */
    ArmResponse endpoints() {
        return directoryCalls.endpoints();
    }

    /** Answers a call that belongs to the tenant. */
    ArmResponse serveTenant(Call call) {
        if (call.kind == ApiCall.LIST_TENANTS) {
            return directoryCalls.tenants();
        }
        if (call.kind == ApiCall.LIST_SUBSCRIPTIONS) {
            return directoryCalls.subscriptions();
        }
        return call.kind == ApiCall.LIST_ACTIONS ? ProviderCalls.actions() : ProviderCalls.operations(call);
    }

    /** Answers a call about something in a subscription. */
    ArmResponse serve(Call call, Subscription subscription) {
        return switch (call.kind) {
            case TOKEN,
                    GET_OPENID_CONFIGURATION,
                    GET_ENDPOINTS,
                    LIST_TENANTS,
                    LIST_SUBSCRIPTIONS,
                    LIST_ACTIONS,
                    GET_PROVIDER_OPERATIONS,
                    UNKNOWN -> throw new IllegalStateException(call.kind + " belongs to no subscription");
            case GET_SUBSCRIPTION -> new ArmResponse(200, subscription.shown());
            case LIST_LOCATIONS -> directoryCalls.locations(subscription);
            case LIST_RESOURCES -> resourceCalls.list(call);
            case LIST_GROUPS -> groupCalls.list(call);
            case GET_GROUP -> groupCalls.get(call);
            case HEAD_GROUP -> groupCalls.head(call);
            case PUT_GROUP -> groupCalls.put(call);
            case PATCH_GROUP -> groupCalls.patch(call);
            case DELETE_GROUP -> groupCalls.delete(call);
            case GET_GROUP_RESULT -> groupCalls.result(call);
            case LIST_PROVIDERS -> providerCalls.list(call, subscription);
            case GET_PROVIDER -> providerCalls.get(call, subscription);
            case REGISTER_PROVIDER -> providerCalls.register(call, subscription);
            case UNREGISTER_PROVIDER -> providerCalls.unregister(call, subscription);
            case LIST_ALL_FEATURES, LIST_FEATURES -> providerCalls.features(call, subscription);
            case GET_FEATURE -> providerCalls.feature(call, subscription);
            case REGISTER_FEATURE -> providerCalls.registerFeature(call, subscription);
            case UNREGISTER_FEATURE -> providerCalls.unregisterFeature(call, subscription);
            case LIST_FEATURE_REGISTRATIONS -> featureRegistrationCalls.list(call, subscription);
            case GET_FEATURE_REGISTRATION -> featureRegistrationCalls.get(call, subscription);
            case PUT_FEATURE_REGISTRATION -> featureRegistrationCalls.put(call, subscription);
            case DELETE_FEATURE_REGISTRATION -> featureRegistrationCalls.delete(call, subscription);
            case LIST_PERMISSIONS -> authorizationCalls.permissions(subscription);
            case ACQUIRE_POLICY_TOKEN -> state.policies.acquire(call);
            case LIST_LOCKS -> authorizationCalls.locks(call);
            case GET_LOCK -> authorizationCalls.lock(call);
            case PUT_LOCK -> authorizationCalls.putLock(call);
            case DELETE_LOCK -> authorizationCalls.deleteLock(call);
            case LIST_CLUSTERS -> clusterCalls.list(call);
            case GET_CLUSTER -> ofCluster(call, cluster -> clusterCalls.get(call, cluster));
            case PUT_CLUSTER -> clusterCalls.put(call, subscription);
            case PATCH_CLUSTER -> ofCluster(call, cluster -> clusterCalls.patch(call, cluster));
            case DELETE_CLUSTER -> clusterCalls.delete(call);
            case START_CLUSTER -> ofCluster(call, cluster -> clusterCalls.power(call, cluster, true));
            case STOP_CLUSTER -> ofCluster(call, cluster -> clusterCalls.power(call, cluster, false));
            case ABORT_CLUSTER -> ofCluster(call, cluster -> clusterCalls.abort(call, cluster));
            case ROTATE_CERTIFICATES -> ofCluster(call, cluster -> clusterCalls.rotateCertificates(call, cluster));
            case GET_UPGRADE_PROFILE -> ofParent(call, KubernetesVersions::upgradeProfile);
            case LIST_KUBERNETES_VERSIONS -> KubernetesVersions.list();
            case LIST_USER_CREDENTIALS, LIST_ADMIN_CREDENTIALS, LIST_MONITORING_CREDENTIALS ->
                ofCluster(call, cluster -> Credentials.list(call, cluster, state.kubernetes()));
            case LIST_POOLS -> ofParent(call, poolCalls::list);
            case GET_POOL -> ofParent(call, cluster -> poolCalls.get(call, cluster));
            case PUT_POOL -> ofParent(call, cluster -> poolCalls.put(call, cluster));
            case DELETE_POOL -> ofParent(call, cluster -> poolCalls.delete(call, cluster));
            case UPGRADE_NODE_IMAGE -> ofParent(call, cluster -> poolCalls.upgradeImage(call, cluster));
            case LIST_MAINTENANCE -> ofParent(call, MaintenanceCalls::list);
            case GET_MAINTENANCE -> ofParent(call, cluster -> MaintenanceCalls.get(call, cluster));
            case PUT_MAINTENANCE -> ofParent(call, cluster -> MaintenanceCalls.put(call, cluster));
            case DELETE_MAINTENANCE -> ofParent(call, cluster -> MaintenanceCalls.delete(call, cluster));
            case GET_OPERATION -> operationCalls.status(call);
            case GET_OPERATION_RESULT -> operationCalls.result(call);
        };
    }

    private ArmResponse ofCluster(Call call, Function<ManagedCluster, ArmResponse> answer) {
        return ofCluster(call, answer, Nowhere::noCluster);
    }

    /** As {@link #ofCluster(Call, Function)}, for what is kept below a cluster. */
    private ArmResponse ofParent(Call call, Function<ManagedCluster, ArmResponse> answer) {
        return ofCluster(call, answer, Nowhere::noParent);
    }

    private ArmResponse ofCluster(
            Call call, Function<ManagedCluster, ArmResponse> answer, Function<Call, ArmError> missing) {
        return state.find(call.scope(), call.now)
                .map(answer)
                .orElseGet(() -> ArmResponse.of(
                        state.group(call.subscription(), call.group(), call.now).isEmpty()
                                ? Nowhere.noGroup(call)
                                : missing.apply(call)));
    }
}
