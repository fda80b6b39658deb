package dev.kubeproxyfleet.simulator.arm;

/** What a request asks for; faults and journal entries name it. */
public enum CallKind {
    TOKEN,
    LIST_SUBSCRIPTIONS,
    GET_SUBSCRIPTION,
    GET_PROVIDER,
    REGISTER_PROVIDER,
    LIST_CLUSTERS,
    GET_CLUSTER,
    PUT_CLUSTER,
    GET_OPERATION,
    LIST_MAINTENANCE,
    GET_FEATURE,
    REGISTER_FEATURE,
    UNKNOWN
}
