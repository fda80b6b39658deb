package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What AKS refuses of a maintenance configuration. */
final class MaintenanceRules {

    private static final List<String> SCHEDULED =
            List.of("aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule");
    private static final List<String> KINDS = List.of("daily", "weekly", "absoluteMonthly", "relativeMonthly");
    private static final int SHORTEST_HOURS = 4;
    private static final int LONGEST_HOURS = 24;

    private MaintenanceRules() {}

    static Optional<ArmError> check(String name, ObjectNode sent) {
        JsonNode properties = sent.path("properties");
        if (!properties.isObject()) {
            return invalid("properties", "must be an object");
        }
        JsonNode window = properties.path("maintenanceWindow");
        if (name.equals("default")) {
            return properties.path("timeInWeek").isArray() || window.isObject()
                    ? Optional.empty()
                    : invalid("timeInWeek", "is required for the configuration 'default'");
        }
        if (!SCHEDULED.contains(name)) {
            return invalid("name", "must be one of default, " + String.join(", ", SCHEDULED));
        }
        if (!window.isObject()) {
            return invalid("maintenanceWindow", "is required for the configuration '" + name + "'");
        }
        long kinds = KINDS.stream()
                .filter(kind -> window.path("schedule").path(kind).isObject())
                .count();
        if (kinds != 1) {
            return invalid("maintenanceWindow.schedule", "must have exactly one of " + String.join(", ", KINDS));
        }
        int hours = window.path("durationHours").asInt(0);
        if (hours < SHORTEST_HOURS || hours > LONGEST_HOURS) {
            return invalid(
                    "maintenanceWindow.durationHours", "must be from " + SHORTEST_HOURS + " to " + LONGEST_HOURS);
        }
        return window.path("startTime").asText("").matches("([01]\\d|2[0-3]):[0-5]\\d")
                ? Optional.empty()
                : invalid("maintenanceWindow.startTime", "must be of the form HH:mm");
    }

    private static Optional<ArmError> invalid(String target, String why) {
        return Optional.of(ArmError.ofService(
                400, "InvalidParameter", "The value of parameter " + target + " is invalid: it " + why + ".", target));
    }
}
