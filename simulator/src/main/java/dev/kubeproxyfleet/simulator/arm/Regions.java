package dev.kubeproxyfleet.simulator.arm;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Regions that offer managed clusters, with the names that people see. */
final class Regions {

    private static final Map<String, String> DISPLAY_NAMES = new TreeMap<>(Map.ofEntries(
            Map.entry("australiaeast", "Australia East"),
            Map.entry("brazilsouth", "Brazil South"),
            Map.entry("canadacentral", "Canada Central"),
            Map.entry("centralindia", "Central India"),
            Map.entry("centralus", "Central US"),
            Map.entry("eastus", "East US"),
            Map.entry("eastus2", "East US 2"),
            Map.entry("francecentral", "France Central"),
            Map.entry("germanywestcentral", "Germany West Central"),
            Map.entry("japaneast", "Japan East"),
            Map.entry("koreacentral", "Korea Central"),
            Map.entry("northeurope", "North Europe"),
            Map.entry("southeastasia", "Southeast Asia"),
            Map.entry("swedencentral", "Sweden Central"),
            Map.entry("switzerlandnorth", "Switzerland North"),
            Map.entry("uksouth", "UK South"),
            Map.entry("westeurope", "West Europe"),
            Map.entry("westus", "West US"),
            Map.entry("westus2", "West US 2"),
            Map.entry("westus3", "West US 3")));

    private Regions() {}

    static List<String> names() {
        return List.copyOf(DISPLAY_NAMES.keySet());
    }

    static List<String> displayNames() {
        return List.copyOf(DISPLAY_NAMES.values());
    }

    static Map<String, String> displayNamesByName() {
        return DISPLAY_NAMES;
    }

    /** The name for what a client may write, such as {@code West Europe}. */
    static String normalized(String location) {
        return location.toLowerCase(Locale.ROOT).replace(" ", "");
    }

    /** Azure Resource Manager's refusal of a place that is none. */
    static Optional<ArmError> unavailable(String location, String type) {
        return DISPLAY_NAMES.containsKey(normalized(location))
                ? Optional.empty()
                : Optional.of(new ArmError(
                        400,
                        "LocationNotAvailableForResourceType",
                        "The provided location '" + location + "' is not available for resource type '" + type
                                + "'. List of available regions for the resource type is '"
                                + String.join(",", names()) + "'."));
    }
}
