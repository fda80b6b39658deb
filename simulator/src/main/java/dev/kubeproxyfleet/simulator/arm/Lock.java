package dev.kubeproxyfleet.simulator.arm;

import java.util.Locale;

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

    /** One lock of a name at a scope. */
    static String key(String scope, String name) {
        return scope + "|" + name.toLowerCase(Locale.ROOT);
    }

    String key() {
        return key(scope, name);
    }

    boolean covers(String resource) {
        return resource.equals(scope) || resource.startsWith(scope + "/");
    }

    /** Whether it is on a resource or on something below that. */
    boolean isWithin(String resource) {
        return scope.equals(resource) || scope.startsWith(resource + "/");
    }

    boolean forbids(CallKind kind) {
        return level.equals("ReadOnly") || kind.method.equals("DELETE");
    }
}
