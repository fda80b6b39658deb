package dev.kubeproxyfleet.simulator.arm;

import static dev.kubeproxyfleet.simulator.arm.ModelClient.body;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.code;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that have writes evaluated: a token is for one request alone, to the byte. */
class ExternalPoliciesTest {

    private static final String PREVIEW = "?api-version=2025-09-02-preview";
    private static final String LIFE = "PT10M";

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final SimulatedCluster other = fleet.clusters().stream()
            .skip(1)
            .filter(cluster -> cluster.subscription().equals(one.subscription()))
            .findFirst()
            .orElseThrow();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, clock);
    private final ModelClient client = new ModelClient(arm);
    private final String document = sendable(one);

    @Test
    void aWriteNeedsATokenAndATokenLetsItPass() {
        assign("frozen-quarters", false, false);

        ArmAnswer refused = put(document, "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(code(refused)).isEqualTo("RequestDisallowedByPolicy");
        JsonNode info = body(refused).at("/error/additionalInfo/0/info");
        assertThat(info.path("policyDefinitionName").asText()).isEqualTo("frozen-quarters");
        assertThat(info.at("/evaluationDetails/missingPolicyTokenDetails/shouldDeny")
                        .asBoolean())
                .isTrue();

        assertThat(put(document, token(document)).status()).isEqualTo(200);
    }

    @Test
    void readsNeedNone() {
        assign("frozen-quarters", false, false);
        assertThat(client.get(one.id() + PREVIEW).status()).isEqualTo(200);
    }

    @Test
    void aPolicyForAnotherClusterIsNothingToThisOne() {
        arm.assign(new ExternalPolicy("frozen-quarters", other.name(), false, false, null));
        assertThat(put(document, "").status()).isEqualTo(200);
    }

    /** The token is bound to bytes, so a blank more is another body. */
    @Test
    void aTokenForOtherBytesIsNone() {
        assign("frozen-quarters", false, false);
        assertThat(put(document + " ", token(document)).status()).isEqualTo(403);
        assertThat(put(document, token(document.replaceFirst(":", " :"))).status())
                .isEqualTo(403);
    }

    @Test
    void aTokenForAnotherClusterOrVersionIsNone() {
        assign("frozen-quarters", false, false);
        String forOther = token(acquire("PUT", other.id() + PREVIEW, document));
        String forVersion = token(acquire("PUT", one.id() + "?api-version=2025-10-02-preview", document));

        assertThat(put(document, forOther).status()).isEqualTo(403);
        assertThat(put(document, forVersion).status()).isEqualTo(403);
        assertThat(put(document, "PoP made-up").status()).isEqualTo(403);
    }

    @Test
    void aTokenEnds() {
        assign("frozen-quarters", false, false);
        String token = token(document);
        clock.advance(Duration.parse(LIFE));
        assertThat(put(document, token).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"true, false, Deny", "false, true, Error"})
    void theEvaluationMayComeOutAgainstIt(boolean denies, boolean changeReference, String action) {
        assign("frozen-quarters", denies, changeReference);
        JsonNode answer = body(acquire("PUT", one.id() + PREVIEW, document));
        assertThat(answer.path("result").asText()).isEqualTo("Failed");
        assertThat(answer.has("token")).isFalse();
        assertThat(answer.at("/results/0/policyAction").asText()).isEqualTo(action);
        assertThat(answer.at("/results/0/message").asText()).contains("frozen-quarters");
    }

    @Test
    void theContentMayBeTextOfTheBody() {
        assign("frozen-quarters", false, false);
        ObjectNode asked = Json.MAPPER.createObjectNode();
        asked.putObject("operation")
                .put("uri", "https://localhost" + one.id() + PREVIEW)
                .put("httpMethod", "put")
                .put("content", document);
        assertThat(put(document, token(ask(asked.toString()))).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"operation\": {\"uri\": \"https://localhost/subscriptions/elsewhere\", \"httpMethod\": \"PUT\"}}",
                "{\"operation\": {\"uri\": \"not an address\", \"httpMethod\": \"PUT\"}}"
            })
    void whatIsNoOperationIsRefused(String body) {
        assertThat(ask(body).status()).isEqualTo(400);
    }

    @Test
    void tokensAreNotInTheJournal() {
        assign("frozen-quarters", false, false);
        String token = token(document);
        put(document, token);
        assertThat(arm.journal().entries().toString()).doesNotContain(token);
    }

    @Test
    void policiesComeAndGoWithTheAdminCalls() {
        AdminCalls admin = new AdminCalls(arm);
        assertThat(admin.answer("POST", policies(), bytes("{\"name\": \"frozen-quarters\", \"denies\": true}"))
                        .status())
                .isEqualTo(201);
        assertThat(put(document, "").status()).isEqualTo(403);
        assertThat(admin.answer("GET", policies(), bytes(""))
                        .body()
                        .at("/value/0/name")
                        .asText())
                .isEqualTo("frozen-quarters");
        admin.answer("DELETE", policies(), bytes(""));
        assertThat(put(document, "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"name\": \" \"}", "{\"name\": \"a\", \"denys\": true}", "[]", "{"})
    void whatIsNoPolicyIsRefused(String body) {
        assertThat(new AdminCalls(arm)
                        .answer("POST", policies(), bytes(body))
                        .body()
                        .at("/error/code")
                        .asText())
                .isEqualTo("InvalidPolicy");
        assertThat(arm.policies()).isEmpty();
    }

    private void assign(String name, boolean denies, boolean changeReference) {
        arm.assign(new ExternalPolicy(name, null, denies, changeReference, Duration.parse(LIFE)));
    }

    private ArmAnswer put(String document, String token) {
        return client.call(
                "PUT",
                one.id() + PREVIEW,
                document,
                token.isEmpty() ? Map.of() : Map.of(ExternalPolicies.HEADER, token));
    }

    private String token(String document) {
        return token(acquire("PUT", one.id() + PREVIEW, document));
    }

    private static String token(ArmAnswer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return body(answer).path("token").asText();
    }

    private ArmAnswer acquire(String method, String path, String document) {
        return ask("{\"operation\": {\"uri\": \"https://localhost" + path + "\", \"httpMethod\": \"" + method
                + "\", \"content\": " + document + "}}");
    }

    private ArmAnswer ask(String body) {
        return client.call(
                "POST",
                "/subscriptions/" + one.subscription()
                        + "/providers/Microsoft.Authorization/acquirePolicyToken?api-version=2025-11-01",
                body);
    }

    private String sendable(SimulatedCluster cluster) {
        return arm.document(cluster.id()).orElseThrow().toString();
    }

    private static URI policies() {
        return URI.create("/_simulator/policies");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
