package dev.kubeproxyfleet.simulator.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuerTest {

    private final ManualClock clock = new ManualClock();
    private Issuer issuer;
    private OpenIdClient client;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        List<User> users = new ArrayList<>(User.OF_EACH_ROLE);
        users.add(User.inGroups("gus", 201));
        users.add(User.inGroups("greta", 2));
        issuer = Issuer.start(0, clock, users);
        client = new OpenIdClient(issuer.uri());
    }

    @AfterEach
    void stop() {
        client.close();
        issuer.close();
    }

    @Test
    void aUserWhoChoosesOnThePageGetsTokensAsEntraWritesThem() throws Exception {
        Map<String, String> fields = OpenIdClient.request("petra");
        fields.remove("user");
        assertThat(client.post(client.endpoint("authorization_endpoint"), fields)
                        .body())
                .contains("This is the sandbox", "value=\"petra\"", "publisher:env=dev");

        JsonNode answer = client.token(client.redemption("petra"));

        JsonNode access = client.verified(answer.path("access_token").asText());
        assertThat(access.path("iss").asText()).isEqualTo(issuer.uri().toString());
        assertThat(access.path("aud").asText()).isEqualTo(Issuer.API);
        assertThat(access.path("ver").asText()).isEqualTo("2.0");
        assertThat(access.path("scp").asText()).isEqualTo("access openid");
        assertThat(access.path("roles")).hasToString("[\"publisher:env=dev\"]");
        assertThat(access.path("preferred_username").asText()).isEqualTo("petra@fleet.example");
        assertThat(access.path("exp").asLong() - access.path("iat").asLong()).isEqualTo(3_600);
        JsonNode id = client.verified(answer.path("id_token").asText());
        assertThat(id.path("aud").asText()).isEqualTo(Issuer.COMMAND_LINE);
        assertThat(id.path("oid")).isEqualTo(access.path("oid"));
        assertThat(id.path("sub")).isNotEqualTo(access.path("sub"));
        assertThat(client.userInfo(answer.path("access_token").asText()).body()).contains("Petra Publisher");
    }

    @Test
    void withoutTheScopeOfTheApiATokenIsOneThatOnlyGraphCanVerify() throws Exception {
        Map<String, String> fields = OpenIdClient.request("petra");
        fields.put("scope", "openid profile");
        Map<String, String> redemption = client.redemption("petra");
        redemption.put("code", client.authorize(fields).get("code"));

        JsonNode answer = client.token(redemption);

        assertThat(client.verified(answer.path("id_token").asText())
                        .path("name")
                        .asText())
                .isEqualTo("Petra Publisher");
        assertThatThrownBy(() -> client.verified(answer.path("access_token").asText()))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void theStateAndTheNonceComeBack() throws Exception {
        Map<String, String> fields = OpenIdClient.request("vera");
        fields.put("nonce", "n-1");

        Map<String, String> answer = client.authorize(fields);

        assertThat(answer).containsEntry("state", "xyz");
        Map<String, String> redemption = client.redemption("vera");
        redemption.put("code", answer.get("code"));
        assertThat(client.verified(client.token(redemption).path("id_token").asText())
                        .path("nonce")
                        .asText())
                .isEqualTo("n-1");
    }

    @ParameterizedTest
    @CsvSource({
        "code_verifier,another-verifier-that-has-forty-three-letters-x,invalid_grant",
        "code_verifier,short,invalid_grant",
        "redirect_uri,http://127.0.0.1:5001/login,invalid_grant",
        "code,made-up,invalid_grant",
        "client_id,nobody,invalid_client",
        "client_secret,guessed,invalid_client",
        "grant_type,password,unauthorized_client",
    })
    void aCodeIsNotRedeemedByOthers(String field, String value, String error) throws Exception {
        Map<String, String> form = client.redemption("vera");
        form.put(field, value);

        assertThat(client.token(form).path("error").asText()).isEqualTo(error);
    }

    @Test
    void aCodeThatIsUsedTwiceEndsTheLogin() throws Exception {
        Map<String, String> form = client.redemption("vera");
        String refreshToken = client.token(form).path("refresh_token").asText();

        assertThat(client.token(form).path("error_description").asText()).contains("was used before");
        assertThat(refresh(refreshToken).path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aCodeExpires() throws Exception {
        Map<String, String> form = client.redemption("vera");
        clock.advance(Duration.ofMinutes(1));

        assertThat(client.token(form).path("error_description").asText()).contains("expired");
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uri,https://evil.example/login",
        "redirect_uri,http://127.0.0.1:5000/other",
        "redirect_uri,http://127.0.0.1.evil.example/login",
        "redirect_uri,http://user@127.0.0.1:5000/login",
        "client_id,nobody",
    })
    void nobodyIsSentToAnAddressThatIsNotRegistered(String field, String value) throws Exception {
        Map<String, String> fields = OpenIdClient.request("vera");
        fields.put(field, value);

        HttpResponse<String> answer = client.post(client.endpoint("authorization_endpoint"), fields);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge_method,plain,invalid_request",
        "response_type,token,unsupported_response_type",
        "scope,openid admin,invalid_scope",
        "prompt,none,login_required",
        "user,nobody,access_denied",
    })
    void aWrongQuestionIsToldToTheClient(String field, String value, String error) throws Exception {
        Map<String, String> fields = OpenIdClient.request("vera");
        fields.put(field, value);

        assertThat(client.authorize(fields)).containsEntry("error", error).containsEntry("state", "xyz");
    }

    @Test
    void aRefreshTokenIsGoodOnceAndForRequestsThatCrossEachOther() throws Exception {
        String first =
                client.token(client.redemption("otto")).path("refresh_token").asText();

        String second = refresh(first).path("refresh_token").asText();
        assertThat(refresh(first).path("access_token").asText()).isNotEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThat(refresh(first).path("error_description").asText()).contains("used before");
        assertThat(refresh(second).path("error_description").asText()).contains("has ended");
    }

    @Test
    void aRevokedRefreshTokenAndOneOfAUserWhoSignedOutAreRefused() throws Exception {
        JsonNode revoked = client.token(client.redemption("otto"));
        client.post(
                client.endpoint("revocation_endpoint"),
                Map.of(
                        "client_id",
                        Issuer.COMMAND_LINE,
                        "token",
                        revoked.path("refresh_token").asText()));
        JsonNode signedOut = client.token(client.redemption("anna"));
        HttpResponse<String> back = client.post(
                client.endpoint("end_session_endpoint"),
                Map.of(
                        "id_token_hint",
                        signedOut.path("id_token").asText(),
                        "post_logout_redirect_uri",
                        "http://127.0.0.1:7000/login",
                        "state",
                        "bye"));

        assertThat(refresh(revoked.path("refresh_token").asText()).path("error").asText())
                .isEqualTo("invalid_grant");
        assertThat(back.headers().firstValue("Location")).contains("http://127.0.0.1:7000/login?state=bye");
        assertThat(refresh(signedOut.path("refresh_token").asText())
                        .path("error")
                        .asText())
                .isEqualTo("invalid_grant");
    }

    @Test
    void aDeviceIsLetInByItsUsersCode() throws Exception {
        JsonNode device = device();

        assertThat(poll(device).path("error").asText()).isEqualTo("authorization_pending");
        assertThat(poll(device).path("error").asText()).isEqualTo("slow_down");
        clock.advance(Duration.ofSeconds(5));
        answer(device, "anna");

        JsonNode answer = poll(device);
        assertThat(client.verified(answer.path("access_token").asText()).path("roles"))
                .hasToString("[\"approver\"]");
        assertThat(poll(device).path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aDeviceThatHasBegunWithAChallengeEndsWithItsVerifier() throws Exception {
        JsonNode device = device(Map.of("code_challenge", OpenIdClient.challenge(), "code_challenge_method", "S256"));
        answer(device, "anna");

        assertThat(poll(device).path("error_description").asText()).contains("does not match the code_challenge");
        assertThat(poll(device, Map.of("code_verifier", OpenIdClient.VERIFIER))
                        .path("access_token")
                        .asText())
                .isNotEmpty();
        assertThat(device(Map.of("code_challenge", "short")).path("error").asText())
                .isEqualTo("invalid_request");
    }

    @Test
    void aDeviceThatIsDeniedOrTooLateIsToldSo() throws Exception {
        JsonNode denied = device();
        answer(denied, "nobody");
        assertThat(poll(denied).path("error").asText()).isEqualTo("access_denied");

        JsonNode late = device();
        clock.advance(Duration.ofMinutes(15));
        assertThat(answer(late, "vera").statusCode()).isEqualTo(400);
        assertThat(poll(late).path("error").asText()).isEqualTo("expired_token");
    }

    @Test
    void aPipelineShowsItsSecretOrATokenOfItsPlatform() throws Exception {
        assertThat(client.verified(ofClient("client_secret", Issuer.CI_SECRET)
                                .path("access_token")
                                .asText())
                        .path("roles"))
                .hasToString("[\"publisher\"]");
        assertThat(ofClient("client_assertion", issuer.federatedToken(Issuer.FEDERATED_SUBJECT))
                        .path("access_token")
                        .asText())
                .isNotEmpty();
        assertThat(ofClient("client_secret", "guessed").path("error").asText()).isEqualTo("invalid_client");
        assertThat(ofClient("client_assertion", issuer.federatedToken("repo:example/other:ref:refs/heads/main"))
                        .path("error")
                        .asText())
                .isEqualTo("invalid_client");
        assertThat(ofClient("client_assertion", issuer.token("adam"))
                        .path("error")
                        .asText())
                .isEqualTo("invalid_client");
    }

    @Test
    void keysThatWereReplacedTwiceAreNotPublishedAnyMore() throws Exception {
        String token = issuer.token("vera");

        issuer.rotateKeys();
        assertThat(client.verified(token).path("name").asText()).isEqualTo("Vera Viewer");
        assertThat(client.verified(issuer.token("vera")).path("name").asText()).isEqualTo("Vera Viewer");
        issuer.rotateKeys();
        assertThatThrownBy(() -> client.verified(token)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void aTokenOfAUserInTooManyGroupsOnlySaysSo() throws Exception {
        JsonNode many = client.verified(issuer.token("gus"));
        JsonNode few = client.verified(issuer.token("greta"));

        assertThat(many.has("groups")).isFalse();
        assertThat(many.path("_claim_names").path("groups").asText()).isEqualTo("src1");
        assertThat(few.path("groups")).hasSize(2);
        assertThat(few.has("_claim_names")).isFalse();
    }

    @Test
    void aTokenCanBeMadeWrongInOneClaim() throws Exception {
        JsonNode claims = client.verified(issuer.token(
                "adam", Json.MAPPER.createObjectNode().put("aud", "another").putNull("roles")));

        assertThat(claims.path("aud").asText()).isEqualTo("another");
        assertThat(claims.has("roles")).isFalse();
        assertThat(claims.path("tid").asText()).isEqualTo(Issuer.TENANT);
    }

    private JsonNode refresh(String token) throws IOException, InterruptedException {
        return client.token(
                Map.of("grant_type", "refresh_token", "client_id", Issuer.COMMAND_LINE, "refresh_token", token));
    }

    private JsonNode device() throws IOException, InterruptedException {
        return device(Map.of());
    }

    private JsonNode device(Map<String, String> more) throws IOException, InterruptedException {
        Map<String, String> form = new HashMap<>(more);
        form.put("client_id", Issuer.COMMAND_LINE);
        form.put("scope", Issuer.SCOPE);
        return Json.MAPPER.readTree(client.post(client.endpoint("device_authorization_endpoint"), form)
                .body());
    }

    private JsonNode poll(JsonNode device) throws IOException, InterruptedException {
        return poll(device, Map.of());
    }

    private JsonNode poll(JsonNode device, Map<String, String> more) throws IOException, InterruptedException {
        Map<String, String> form = new HashMap<>(more);
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        form.put("client_id", Issuer.COMMAND_LINE);
        form.put("device_code", device.path("device_code").asText());
        return client.token(form);
    }

    private HttpResponse<String> answer(JsonNode device, String user) throws IOException, InterruptedException {
        return client.post(
                device.path("verification_uri").asText(),
                Map.of("user_code", device.path("user_code").asText(), "user", user));
    }

    private JsonNode ofClient(String proof, String value) throws IOException, InterruptedException {
        return client.token(Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                Issuer.CI,
                "scope",
                Issuer.DEFAULT_SCOPE,
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                proof,
                value));
    }
}
