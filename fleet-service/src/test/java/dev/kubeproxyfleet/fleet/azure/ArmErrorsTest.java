package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArmErrorsTest {

    private static final String MESSAGE = "Resource 'prod-1' was disallowed by policy.";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0000', textBlock = """
                    {"policyDefinitionDisplayName": "Only IPTABLES", "policyAssignmentDisplayName": "Network rules", "policyDefinitionName": "1c6e"} | policy "Only IPTABLES" (assignment "Network rules")
                    {"policyDefinitionDisplayName": "", "policyDefinitionName": "1c6e", "policyAssignmentName": "net"} | policy "1c6e" (assignment "net")
                    {"policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/1c6e"} | policy "1c6e"
                    {"policyAssignmentDisplayName": "Network rules"} | assignment "Network rules"
                    """)
    void namesThePolicyAndItsAssignment(String info, String named) {
        assertThat(message(violation(info))).isEqualTo("Azure Policy refuses it by " + named + ": " + MESSAGE);
    }

    @Test
    void namesAFewOfManyPoliciesEachOnce() {
        assertThat(message(violation("{\"policyDefinitionName\": \"a\"}") + ","
                        + violation("{\"policyDefinitionName\": \"a\"}") + ","
                        + violation("{\"policyDefinitionName\": \"b\"}")))
                .startsWith("Azure Policy refuses it by policy \"a\" and by policy \"b\": ");

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < ArmErrors.MAX_POLICIES + 2; i++) {
            many.append(i == 0 ? "" : ",").append(violation("{\"policyDefinitionName\": \"p" + i + "\"}"));
        }
        assertThat(message(many.toString())).contains("policy \"p2\" and by 2 more: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0000', textBlock = """
                    {}
                    {"type": "PolicyViolation", "info": {}}
                    {"type": "PolicyViolation", "info": []}
                    {"type": "Other", "info": {"policyDefinitionName": "a"}}
                    7
                    """)
    void saysWhatArmSaidWhereNoPolicyIsNamed(String additionalInfo) {
        assertThat(message(additionalInfo)).isEqualTo(MESSAGE);
    }

    @Test
    void otherErrorsStayAsTheyAre() {
        assertThat(ArmErrors.read(FakeArm.json("{\"code\": \"Conflict\", \"message\": \"busy\", \"additionalInfo\": ["
                        + violation("{\"policyDefinitionName\": \"a\"}") + "]}")))
                .isEqualTo(new ArmErrors.Told(new AzureCode("Conflict"), "busy", null));
        assertThat(ArmErrors.read(FakeArm.json("{}"))).isEqualTo(new ArmErrors.Told(null, "", null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0000', textBlock = """
                    {"error": {"code": "Conflict", "message": "busy"}}
                    {"code": "Conflict", "message": "busy", "details": null, "subcode": ""}
                    {"status": "Failed", "error": {"code": "Conflict", "message": "busy", "details": [7]}}
                    """)
    void readsBothForms(String body) {
        assertThat(ArmErrors.read(FakeArm.json(body)))
                .isEqualTo(new ArmErrors.Told(new AzureCode("Conflict"), "busy", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[]", "null", "{\"error\": \"invalid_grant\"}", "{\"error\": {}}"})
    void whatIsNoErrorOfArmSaysNothing(String body) {
        assertThat(ArmErrors.read(FakeArm.json(body))).isEqualTo(new ArmErrors.Told(null, "", null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0000', nullValues = "-", textBlock = """
                    [{"shouldDeny": true}] | TOKEN
                    [{"shouldDeny": true, "isChangeReferenceRequired": false}] | TOKEN
                    [{"shouldDeny": true, "isChangeReferenceRequired": true}] | CHANGE_REFERENCE
                    [{"shouldDeny": true}, {"shouldDeny": true, "isChangeReferenceRequired": true}] | CHANGE_REFERENCE
                    [{"shouldDeny": true, "isChangeReferenceRequired": true}, {"shouldDeny": true}] | CHANGE_REFERENCE
                    [{"shouldDeny": false}] | -
                    [{"shouldDeny": true}, null] | -
                    [{"shouldDeny": "yes"}] | -
                    [7] | -
                    [] | -
                    """)
    void tellsWhatWouldLetItPass(String missing, PolicyTokens.@Nullable Demand demand) {
        StringBuilder violations = new StringBuilder();
        for (JsonNode each : FakeArm.json(missing)) {
            violations
                    .append(violations.isEmpty() ? "" : ",")
                    .append(violation("{\"evaluationDetails\": {\"missingPolicyTokenDetails\": " + each + "}}"));
        }
        assertThat(read("RequestDisallowedByPolicy", violations.toString()).demand())
                .isEqualTo(demand);
        assertThat(read("Conflict", violations.toString()).demand()).isNull();
    }

    private static String violation(String info) {
        return "{\"type\": \"PolicyViolation\", \"info\": " + info + "}";
    }

    private static String message(String additionalInfo) {
        return read("RequestDisallowedByPolicy", additionalInfo).message();
    }

    private static ArmErrors.Told read(String code, String additionalInfo) {
        return ArmErrors.read(FakeArm.json("{\"code\": \"" + code + "\", \"message\": \"" + MESSAGE
                + "\", \"additionalInfo\": [" + additionalInfo + "]}"));
    }
}
