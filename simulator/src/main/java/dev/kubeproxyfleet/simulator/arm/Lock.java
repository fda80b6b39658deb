package dev.kubeproxyfleet.simulator.arm;

/**
 * A management lock.
 *
 * @param scope what it covers, with everything below; lower case
 * @param level {@code ReadOnly} or {@code CanNotDelete}
 */
record Lock(String scope, String name, String level, String notes) {

    String id() {
        return scope + "/providers/Microsoft.Authorization/locks/" + name;
    }

    boolean covers(String resource) {
        return resource.equals(scope) || resource.startsWith(scope + "/");
    }

    boolean forbids(CallKind kind) {
        return level.equals("ReadOnly") || kind == CallKind.DELETE_CLUSTER || kind == CallKind.DELETE_MAINTENANCE;
    }
}
