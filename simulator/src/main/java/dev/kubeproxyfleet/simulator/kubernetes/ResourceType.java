package dev.kubeproxyfleet.simulator.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A kind of object that the API serves, or only answers questions about. */
enum ResourceType {
    NAMESPACE("", "v1", "namespaces", "Namespace", false, "ns"),
    NODE("", "v1", "nodes", "Node", false, "no"),
    POD("", "v1", "pods", "Pod", true, "po"),
    EVENT("", "v1", "events", "Event", true, "ev"),
    SERVICE_ACCOUNT("", "v1", "serviceaccounts", "ServiceAccount", true, "sa"),
    CONFIG_MAP("", "v1", "configmaps", "ConfigMap", true, "cm"),
    SECRET("", "v1", "secrets", "Secret", true, ""),
    SERVICE("", "v1", "services", "Service", true, "svc"),
    DAEMON_SET("apps", "v1", "daemonsets", "DaemonSet", true, "ds"),
    STATEFUL_SET("apps", "v1", "statefulsets", "StatefulSet", true, "sts"),
    CONTROLLER_REVISION("apps", "v1", "controllerrevisions", "ControllerRevision", true, ""),
    PRIORITY_CLASS("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, "pc"),
    ROLE("rbac.authorization.k8s.io", "v1", "roles", "Role", true, ""),
    ROLE_BINDING("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, ""),
    CLUSTER_ROLE("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, ""),
    CLUSTER_ROLE_BINDING("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false, ""),
    NETWORK_POLICY("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, "netpol"),
    INGRESS("networking.k8s.io", "v1", "ingresses", "Ingress", true, "ing"),
    POD_DISRUPTION_BUDGET("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, "pdb"),
    SELF_SUBJECT_ACCESS_REVIEW(
            "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, ""),
    SELF_SUBJECT_REVIEW("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false, "");

    /** Empty for the core group. */
    final String group;

    final String version;
    final String plural;
    final String kind;
    final boolean namespaced;

    /** Empty if there is none. */
    final String shortName;

    ResourceType(String group, String version, String plural, String kind, boolean namespaced, String shortName) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.kind = kind;
        this.namespaced = namespaced;
        this.shortName = shortName;
    }

    static Optional<ResourceType> of(String group, String version, String plural) {
        return Arrays.stream(values())
                .filter(type -> type.group.equals(group) && type.version.equals(version) && type.plural.equals(plural))
                .findFirst();
    }

    /** Such as {@code apps/v1}. */
    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As messages name it, such as {@code daemonsets.apps}. */
    String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    String singular() {
        return kind.toLowerCase(Locale.ROOT);
    }

    /** Whether it is a question that is answered and not kept. */
    boolean isReview() {
        return this == SELF_SUBJECT_ACCESS_REVIEW || this == SELF_SUBJECT_REVIEW;
    }

    boolean hasStatus() {
        return this == NAMESPACE || this == NODE || this == POD || this == SERVICE || this == DAEMON_SET;
    }

    List<String> verbs() {
        return isReview() ? List.of("create") : List.of("create", "delete", "get", "list", "patch", "update", "watch");
    }
}
