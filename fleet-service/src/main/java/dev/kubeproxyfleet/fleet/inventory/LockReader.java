package dev.kubeproxyfleet.fleet.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Management locks in ARM's JSON.
 *
 * <p>Source: ManagementLockObject in Microsoft.Authorization, api-version 2020-05-01.
 */
final class LockReader {

    private static final String LOCKS = "/providers/microsoft.authorization/locks/";

    private LockReader() {}

    /** What the {@code ReadOnly} ones are on, in lower case; a {@code CanNotDelete} lock keeps nobody from a change. */
    static List<String> readOnlyScopes(Iterable<JsonNode> locks) {
        List<String> scopes = new ArrayList<>();
        for (JsonNode lock : locks) {
            String id = lock.path("id").asText("").toLowerCase(Locale.ROOT);
            int end = id.lastIndexOf(LOCKS);
            if (end > 0
                    && "ReadOnly"
                            .equalsIgnoreCase(
                                    lock.path("properties").path("level").asText())) {
                scopes.add(id.substring(0, end));
            }
        }
        return scopes;
    }
}
