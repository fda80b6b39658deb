package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.oidc.server.OidcWiremockTestResource;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.net.http.HttpResponse;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Tokens of an issuer that others have written, in every build. It knows no nonce, so that no login of a browser is completed with it. */
@QuarkusTest
@TestProfile(WithIssuerOfQuarkus.class)
class IssuerOfQuarkusTest {

    private static final Set<String> ROLES = Set.of("publisher:env=dev");

    @Test
    void aTokenForTheServiceIsTakenWithItsRoles() {
        given().auth()
                .oauth2(OidcWiremockTestResource.getAccessToken("petra", ROLES))
                .get("/api/v1/whoami")
                .then()
                .statusCode(200)
                .body("name", equalTo("petra"))
                .body("subject", equalTo("123456"))
                .body("grants", contains("publisher:env=dev"));
        given().auth()
                .oauth2(OidcWiremockTestResource.getAccessToken("petra", ROLES))
                .get("/api/v1/access?action=approve")
                .then()
                .statusCode(200)
                .body("allowed", equalTo(false));
    }

    @Test
    void aTokenThatIsWrongInOneThingIsNotTaken() throws Exception {
        String good = OidcWiremockTestResource.getAccessToken("petra", ROLES);
        String[] parts = good.split("\\.");
        String otherPayload =
                OidcWiremockTestResource.getAccessToken("adam", Set.of("admin")).split("\\.")[1];
        try (LoggedLines log = new LoggedLines(RefusedTokens.class.getName())) {
            refused(parts[0] + "." + otherPayload + "." + parts[2]);
            refused(OidcWiremockTestResource.generateJwtToken("petra", ROLES, "s-1", "Bearer", Set.of("another")));
            refused(signed(claims().issuer("https://elsewhere.example")));
            refused(signed(claims().expiresAt(1_000_000_000L)));

            assertThat(log.lines())
                    .satisfiesExactly(
                            line -> assertThat(line).endsWith("the issuer has not signed it"),
                            line -> assertThat(line).contains("it is for another service (subject s-1 "),
                            line -> assertThat(line).contains("it names another issuer (subject s-1 "),
                            line -> assertThat(line).contains("it has ended (subject s-1 "));
        }
        given().auth().oauth2(signed(claims())).get("/api/v1/whoami").then().statusCode(200);
    }

    private static void refused(String token) {
        given().auth()
                .oauth2(token)
                .get("/api/v1/whoami")
                .then()
                .statusCode(401)
                .body("code", equalTo("TokenNotValid"));
    }

    private static JwtClaimsBuilder claims() {
        return Jwt.preferredUserName("petra")
                .groups(ROLES)
                .subject("s-1")
                .issuer(WithIssuerOfQuarkus.ISSUER)
                .audience(WithIssuerOfQuarkus.ISSUER);
    }

    /** By the issuer's own key. */
    private static String signed(JwtClaimsBuilder claims) {
        return claims.jws().keyId("1").sign("privateKey.jwk");
    }

    @Test
    void anAnswerToNoLoginOfOursMakesNoSession() throws Exception {
        try (SessionBrowser browser = new SessionBrowser();
                LoggedLines log = new LoggedLines("")) {
            HttpResponse<String> page = browser.get("");
            assertThat(page.uri().getQuery())
                    .contains(
                            "response_type=code", "client_id=kubeproxy-fleet", "nonce=", "code_challenge_method=S256");
            String issuer = ConfigProvider.getConfig()
                    .getValue("keycloak.url", String.class)
                    .replaceFirst("/auth$", "");

            // What its page would ask for.
            HttpResponse<String> back =
                    browser.get(issuer + "/login?" + page.uri().getRawQuery());

            assertThat(back.uri().getPath()).isEqualTo("/login");
            assertThat(back.statusCode()).isEqualTo(401);
            assertThat(back.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            assertThat(back.body())
                    .contains("The login was not completed", "<a href=\"/\">Log in again</a>", "“is not completed”");
            assertThat(browser.cookies()).noneMatch(cookie -> cookie.startsWith("q_session"));
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .isEqualTo("a login from 127.0.0.1 is not completed: of a token that the issuer has given,"
                            + " it is of another login");
        }
    }
}
