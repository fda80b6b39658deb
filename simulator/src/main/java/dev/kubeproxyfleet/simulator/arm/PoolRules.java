package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Types, enums and limits of an agent pool, alone or in its cluster's body. */
final class PoolRules {

    private static final int MAX_NODES = 1_000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,11}");
    private static final int MAX_WINDOWS_NAME = 6;
    private static final String TARGET = "agentPoolProfile.";

    private static final Map<String, Set<String>> ENUMS = Map.of(
            "mode", Set.of("System", "User", "Gateway"),
            "osType", Set.of("Linux", "Windows"),
            "type", Set.of("VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines"),
            "osDiskType", Set.of("Managed", "Ephemeral"),
            "scaleSetPriority", Set.of("Regular", "Spot"),
            "scaleSetEvictionPolicy", Set.of("Delete", "Deallocate"));

    private static final List<String> COUNTS = List.of("count", "minCount", "maxCount");
    private static final List<String> STRINGS = List.of("vmSize", "osSKU", "orchestratorVersion");
    private static final List<String> OBJECTS = List.of("powerState", "virtualMachinesProfile", "nodeLabels");

    private PoolRules() {}

    static Optional<ArmError> check(JsonNode pool) {
        String name = pool.path("name").asText("");
        if (!NAME.matcher(name).matches()) {
            return ClusterRules.invalid(
                    TARGET + "name",
                    "'" + name + "' must be 1 to 12 lower-case letters and digits and begin with a letter");
        }
        return ofType(pool, COUNTS, "int32", JsonNode::isInt)
                .or(() -> ofType(pool, STRINGS, "string", JsonNode::isTextual))
                .or(() -> ofType(pool, OBJECTS, "object", JsonNode::isObject))
                .or(() -> ofType(pool, List.of("enableAutoScaling"), "bool", JsonNode::isBoolean))
                .or(() -> ENUMS.entrySet().stream()
                        .flatMap(entry ->
                                ClusterRules.oneOf(pool.path(entry.getKey()), entry.getValue(), TARGET + entry.getKey())
                                        .stream())
                        .findFirst())
                .or(() -> ClusterRules.oneOf(
                        pool.path("powerState").path("code"), Set.of("Running", "Stopped"), TARGET + "powerState.code"))
                .or(() -> limits(pool))
                .or(() -> scale(pool.path("virtualMachinesProfile").path("scale")))
                .or(() -> combinations(pool, name));
    }

    private static Optional<ArmError> ofType(
            JsonNode pool, List<String> members, String type, Predicate<JsonNode> test) {
        return members.stream()
                .filter(member -> !ClusterRules.isAbsentOr(pool.path(member), test))
                .findFirst()
                .flatMap(member -> ClusterRules.undecodable(TARGET + member, type, pool.path(member)));
    }

    private static Optional<ArmError> limits(JsonNode pool) {
        for (String member : COUNTS) {
            int count = pool.path(member).asInt(0);
            if (count < 0 || count > MAX_NODES) {
                return ClusterRules.invalid(TARGET + member, "it must be from 0 to " + MAX_NODES);
            }
        }
        return pool.hasNonNull("minCount")
                        && pool.hasNonNull("maxCount")
                        && pool.path("minCount").intValue()
                                > pool.path("maxCount").intValue()
                ? ClusterRules.invalid(TARGET + "minCount", "it must not be above maxCount")
                : Optional.empty();
    }

    /** Sizes and counts of a pool of virtual machines. */
    private static Optional<ArmError> scale(JsonNode scale) {
        String target = TARGET + "virtualMachinesProfile.scale";
        if (!ClusterRules.isAbsentOr(scale, JsonNode::isObject)) {
            return ClusterRules.undecodable(target, "object", scale);
        }
        JsonNode manual = scale.path("manual");
        if (!ClusterRules.isAbsentOr(manual, JsonNode::isArray)) {
            return ClusterRules.undecodable(target + ".manual", "array", manual);
        }
        for (JsonNode size : manual) {
            if (!size.isObject()
                    || !ClusterRules.isAbsentOr(size.path("size"), JsonNode::isTextual)
                    || !ClusterRules.isAbsentOr(size.path("count"), JsonNode::isInt)) {
                return ClusterRules.undecodable(target + ".manual", "ManualScaleProfile", size);
            }
            if (size.path("count").asInt(0) < 0 || size.path("count").asInt(0) > MAX_NODES) {
                return ClusterRules.invalid(target + ".manual.count", "it must be from 0 to " + MAX_NODES);
            }
        }
        return Optional.empty();
    }

    private static Optional<ArmError> combinations(JsonNode pool, String name) {
        boolean system = pool.path("mode").asText().equalsIgnoreCase("System");
        if (pool.path("osType").asText().equalsIgnoreCase("Windows")) {
            if (name.length() > MAX_WINDOWS_NAME) {
                return ClusterRules.invalid(
                        TARGET + "name", "names of Windows pools have at most " + MAX_WINDOWS_NAME + " characters");
            }
            if (system) {
                return ClusterRules.invalid(TARGET + "mode", "a pool of mode System runs Linux");
            }
        }
        return system && pool.path("scaleSetPriority").asText().equalsIgnoreCase("Spot")
                ? ClusterRules.invalid(TARGET + "scaleSetPriority", "a pool of mode System cannot be of priority Spot")
                : Optional.empty();
    }
}
