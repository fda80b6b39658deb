package dev.kubeproxyfleet.simulator.arm;

import java.util.Locale;

/**
 * A management lock.
 *
 * @param scope what it covers, with everything below, spelled as Azure spells it
 * @param level {@code ReadOnly} or {@code CanNotDelete}
 */
record Lock(String scope, String name, String level, String notes) {

    String id() {
        return scope + "/providers/Microsoft.Authorization/locks/" + name;
    }

    /** One lock of a name at a scope. */
    static String key(String scope, String name) {
        return (scope + "|" + name).toLowerCase(Locale.ROOT);
    }

    String key() {
        return key(scope, name);
    }

    /** @param resource id in lower case */
    boolean covers(String resource) {
        return resource.equals(lowerScope()) || resource.startsWith(lowerScope() + "/");
    }

    /**
     * Whether it is on a resource or on something below that.
     *
     * @param resource id in lower case
     */
    boolean isWithin(String resource) {
        return lowerScope().equals(resource) || lowerScope().startsWith(resource + "/");
    }

    private String lowerScope() {
        return scope.toLowerCase(Locale.ROOT);
    }

    boolean forbids(ApiCall kind) {
        return level.equals("ReadOnly") || kind.method.equals("DELETE");
    }
}
