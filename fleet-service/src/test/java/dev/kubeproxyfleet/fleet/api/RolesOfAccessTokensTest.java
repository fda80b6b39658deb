package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;

import dev.kubeproxyfleet.simulator.issuer.Issuer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person at the dashboard, of whom the ID token says no role: by the access token, and only if that is for this service. */
@QuarkusTest
@TestProfile(WithRolesOfAccessTokens.class)
@SuppressWarnings("NullAway.Init")
class RolesOfAccessTokensTest {

    Issuer issuer;

    @BeforeEach
    void asKeycloakWritesIdTokens() {
        issuer.setRolesInIdTokens(false);
    }

    @AfterEach
    void asEntraDoes() {
        issuer.setRolesInIdTokens(true);
    }

    @Test
    void thePageHasTheRolesOfTheAccessToken() throws Exception {
        try (SessionBrowser browser = new SessionBrowser()) {
            HttpResponse<String> choice = browser.get("");
            assertThat(choice.uri().getQuery()).contains("scope=openid+profile+" + Issuer.SCOPE);

            assertThat(browser.get(choosing(choice, "petra")).statusCode()).isEqualTo(200);

            assertThat(browser.get("api/v1/whoami").body()).contains("petra@fleet.example", "publisher:env=dev");
        }
    }

    /** Entra gives one for Microsoft Graph to whoever asks for no API's scope. Nobody else is to look into it. */
    @Test
    void anAccessTokenForAnotherServiceCompletesNoLogin() throws Exception {
        try (SessionBrowser browser = new SessionBrowser();
                LoggedLines log = new LoggedLines("")) {
            HttpResponse<String> choice = browser.get("");
            String withoutTheApi = choosing(choice, "petra")
                    .replace(URLEncoder.encode(" " + Issuer.SCOPE, StandardCharsets.UTF_8), "");

            HttpResponse<String> refused = browser.get(withoutTheApi);

            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).doesNotContain("eyJ", "petra");
            assertThat(browser.cookies()).noneMatch(cookie -> cookie.startsWith("q_session"));
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .isEqualTo("a login from 127.0.0.1 is not completed: of a token that the issuer has given,"
                            + " the issuer has not signed it");
        }
    }

    @Test
    void aProgramHasTheRolesOfItsTokenAsEver() {
        given().auth()
                .oauth2(issuer.token("petra"))
                .get("/api/v1/whoami")
                .then()
                .statusCode(200)
                .body("grants", contains("publisher:env=dev"));
    }

    /** The issuer's page, once somebody has chosen there. */
    private static String choosing(HttpResponse<String> page, String user) {
        return page.uri() + "&user=" + user;
    }
}
