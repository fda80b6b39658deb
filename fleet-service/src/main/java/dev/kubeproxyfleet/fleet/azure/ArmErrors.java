package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the errors of ARM. */
final class ArmErrors {

    static final String REQUEST_DISALLOWED_BY_POLICY = "RequestDisallowedByPolicy";

    /** Policies that a message names; a cluster can offend more of them. */
    static final int MAX_POLICIES = 3;

    private ArmErrors() {}

    /**
     * What {@code error} says, and for one of Azure Policy which policies refuse the request and by which assignments.
     *
     * <p>Source: {@code additionalInfo} of type {@code PolicyViolation}, in "Azure Policy definitions deny effect". Only some of its
     * members are always there, so that a name stands in for a missing display name.
     */
    static String message(JsonNode error) {
        String message = error.path("message").asText("");
        if (!error.path("code").asText("").equalsIgnoreCase(REQUEST_DISALLOWED_BY_POLICY)) {
            return message;
        }
        List<String> policies = new ArrayList<>();
        for (JsonNode each : error.path("additionalInfo")) {
            if (each.path("type").asText("").equals("PolicyViolation")) {
                String policy = policy(each.path("info"));
                if (policy != null && !policies.contains(policy)) {
                    policies.add(policy);
                }
            }
        }
        if (policies.isEmpty()) {
            return message;
        }
        int more = policies.size() - MAX_POLICIES;
        return "Azure Policy refuses it by "
                + String.join(" and by ", policies.subList(0, Math.min(MAX_POLICIES, policies.size())))
                + (more > 0 ? " and by " + more + " more" : "")
                + (message.isEmpty() ? "" : ": " + message);
    }

    private static @Nullable String policy(JsonNode info) {
        String definition = name(info, "policyDefinition");
        String assignment = name(info, "policyAssignment");
        if (definition == null) {
            return assignment == null ? null : "assignment \"" + assignment + "\"";
        }
        return "policy \"" + definition + "\"" + (assignment == null ? "" : " (assignment \"" + assignment + "\")");
    }

    private static @Nullable String name(JsonNode info, String of) {
        for (String member : List.of("DisplayName", "Name")) {
            String name = info.path(of + member).asText("");
            if (!name.isBlank()) {
                return name;
            }
        }
        String id = info.path(of + "Id").asText("");
        return id.isEmpty() ? null : id.substring(id.lastIndexOf('/') + 1);
    }
}
