package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.management.exception.AdditionalInfo;
import com.azure.core.management.exception.ManagementError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the errors of ARM. */
final class ArmErrors {

    /** Policies that a message names; a cluster can offend more of them. */
    static final int MAX_POLICIES = 3;

    /**
     * What an error says.
     *
     * @param code ARM's; null if it gave none
     * @param message for an error of Azure Policy, with the policies that refuse the request and their assignments
     * @param demand what Azure Policy wants to see with the request; null if it refuses in any case, or is not the one who refuses
     */
    record Told(@Nullable ReasonCode code, String message, PolicyTokens.@Nullable Demand demand) {}

    private ArmErrors() {}

    /** @param body with the error in {@code error}, as ARM wraps it, or bare, as AKS now and then has it */
    static Told read(JsonNode body) {
        ManagementError error = SdkModels.read(body, ManagementError::fromJson)
                // One odd detail must not hide the code that all else goes by.
                .or(() -> SdkModels.read(withoutDetails(body), ManagementError::fromJson))
                .orElseGet(() -> new ManagementError("", ""));
        String code = error.getCode();
        List<Map<?, ?>> violations = violations(error);
        return new Told(
                code == null || code.isEmpty() ? null : ReasonCode.of(code),
                message(error, violations),
                demand(violations));
    }

    /** What each policy that refuses the request says of itself. */
    private static List<Map<?, ?>> violations(ManagementError error) {
        List<AdditionalInfo> additionalInfo = error.getAdditionalInfo();
        if (!AzureCode.REQUEST_DISALLOWED_BY_POLICY.code().equalsIgnoreCase(error.getCode())
                || additionalInfo == null) {
            return List.of();
        }
        List<Map<?, ?>> violations = new ArrayList<>();
        for (AdditionalInfo each : additionalInfo) {
            if ("PolicyViolation".equalsIgnoreCase(each.getType()) && each.getInfo() instanceof Map<?, ?> info) {
                violations.add(info);
            }
        }
        return violations;
    }

    /** A token helps only if each policy that refuses is content with one. */
    private static PolicyTokens.@Nullable Demand demand(List<Map<?, ?>> violations) {
        PolicyTokens.Demand demand = null;
        for (Map<?, ?> info : violations) {
            if (!(info.get("evaluationDetails") instanceof Map<?, ?> details)
                    || !(details.get("missingPolicyTokenDetails") instanceof Map<?, ?> missing)
                    || !Boolean.TRUE.equals(missing.get("shouldDeny"))) {
                return null;
            }
            demand = Boolean.TRUE.equals(missing.get("isChangeReferenceRequired"))
                            || demand == PolicyTokens.Demand.CHANGE_REFERENCE
                    ? PolicyTokens.Demand.CHANGE_REFERENCE
                    : PolicyTokens.Demand.TOKEN;
        }
        return demand;
    }

    private static JsonNode withoutDetails(JsonNode body) {
        JsonNode copy = body.deepCopy();
        for (String member : List.of("details", "additionalInfo")) {
            copy.findParents(member).forEach(parent -> ((ObjectNode) parent).remove(member));
        }
        return copy;
    }

    /**
     * Source: {@code additionalInfo} of type {@code PolicyViolation}, in "Azure Policy definitions deny effect". Only some of its
     * members are always there, so that a name stands in for a missing display name.
     */
    private static String message(ManagementError error, List<Map<?, ?>> violations) {
        String message = Objects.requireNonNullElse(error.getMessage(), "");
        List<String> policies = new ArrayList<>();
        for (Map<?, ?> info : violations) {
            String policy = policy(info);
            if (policy != null && !policies.contains(policy)) {
                policies.add(policy);
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

    private static @Nullable String policy(Map<?, ?> info) {
        String definition = name(info, "policyDefinition");
        String assignment = name(info, "policyAssignment");
        if (definition == null) {
            return assignment == null ? null : "assignment \"" + assignment + "\"";
        }
        return "policy \"" + definition + "\"" + (assignment == null ? "" : " (assignment \"" + assignment + "\")");
    }

    private static @Nullable String name(Map<?, ?> info, String of) {
        for (String member : List.of("DisplayName", "Name")) {
            if (info.get(of + member) instanceof String name && !name.isBlank()) {
                return name;
            }
        }
        return info.get(of + "Id") instanceof String id && !id.isEmpty() ? id.substring(id.lastIndexOf('/') + 1) : null;
    }
}
