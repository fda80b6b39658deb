package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** What the identity must be allowed to do, and whether it is. */
public final class Rights {

    /** Without it there is no inventory. */
    static final String READ = "Microsoft.ContainerService/managedClusters/read";

    /** May also be granted on resource groups, which a subscription's permissions do not show. */
    static final List<String> WANTED = List.of(
            "Microsoft.ContainerService/managedClusters/write",
            "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
            "Microsoft.Features/providers/features/read",
            "Microsoft.Authorization/locks/read",
            "Microsoft.ContainerService/locations/operations/read");

    private Rights() {}

    /**
     * Whether an action is allowed.
     *
     * @param permissions {@code value} of Microsoft.Authorization/permissions, as ARM lists it for a subscription
     */
    public static boolean allow(JsonNode permissions, String action) {
        for (JsonNode permission : permissions) {
            if (any(permission.path("actions"), action) && !any(permission.path("notActions"), action)) {
                return true;
            }
        }
        return false;
    }

    private static boolean any(JsonNode patterns, String action) {
        String wanted = action.toLowerCase(Locale.ROOT);
        return StreamSupport.stream(patterns.spliterator(), false)
                .anyMatch(pattern -> wanted.matches(
                        Pattern.quote(pattern.asText().toLowerCase(Locale.ROOT)).replace("*", "\\E.*\\Q")));
    }
}
