package dev.kubeproxyfleet.fleet.packaged;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.api.Chromium;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged service and command line with a login at an issuer that others have written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class KeycloakTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern CODE = Pattern.compile("Open (\\S+) in a browser and enter the code (\\S+)");
    private static final Pattern PAGE = Pattern.compile("Log in at (\\S+)");
    private static final String CONFIG = """
            {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "%1$s"},
             "spec": {"kubeProxy": {"mode": "IPVS"}, "selector": {"tags": {"matchLabels": {"env": "%1$s"}}}}}\
            """;

    private Path folder;
    private Keycloak keycloak;
    private WholeSystem system;
    private Answers answers;

    @BeforeAll
    void start(@TempDir Path empty) throws Exception {
        folder = empty;
        keycloak = Keycloak.start(folder.resolve("keycloak.log"));
        system = new WholeSystem(folder, keycloak.settings());
        answers = new Answers(system.address);
    }

    @AfterAll
    void stop() throws Exception {
        if (answers != null) {
            answers.close();
        }
        if (system != null) {
            system.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private String token(String user) throws IOException, InterruptedException {
        return keycloak.tokens("fleet", "tokens-of-people", user)
                .path("access_token")
                .asText();
    }

    @ParameterizedTest
    @CsvSource({
        "vera, viewer, view, pause",
        "otto, operator, pause, approve",
        "petra, publisher:env=dev, publish, pause",
        "anna, approver, approve, publish",
        "adam, admin, override, ",
    })
    void eachRoleMayWhatItIsFor(String user, String role, String may, @Nullable String mayNot) throws Exception {
        String token = token(user);

        JsonNode caller = answers.read("api/v1/whoami", token);
        assertThat(caller.path("name").asText()).isEqualTo(user);
        assertThat(caller.path("grants")).hasToString("[\"" + role + "\"]");
        assertThat(answers.read("api/v1/access?action=" + may, token)
                        .path("allowed")
                        .asBoolean())
                .isTrue();
        if (mayNot != null) {
            assertThat(answers.read("api/v1/access?action=" + mayNot, token)
                            .path("allowed")
                            .asBoolean())
                    .isFalse();
        }
    }

    @Test
    void aBoundedPublisherPublishesWithinTheBoundAndNobodyElseDoes() throws Exception {
        String petra = token("petra");

        // Accepted, where the answer takes long.
        assertThat(publish("dev", petra).statusCode()).isIn(200, 202);
        assertThat(publish("prod", petra).statusCode()).isEqualTo(403);
        assertThat(publish("dev", token("vera")).statusCode()).isEqualTo(403);
        assertThat(publish("dev", token("otto")).body()).contains("NotPermitted");
    }

    private HttpResponse<String> publish(String env, String token) throws IOException, InterruptedException {
        return answers.ask(
                "PUT",
                "api/v1/configs/" + env,
                CONFIG.formatted(env),
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json");
    }

    /** The last three are good tokens of the realm: one that Keycloak alone can verify, one that hardly says anything, and an ID token. */
    @ParameterizedTest
    @CsvSource({
        "elsewhere, tokens-of-people, access_token, the issuer has not signed it",
        "fleet, for-another-service, access_token, it is for another service (subject ",
        "fleet, for-another-service-by-a-secret-key, access_token, the issuer has not signed it",
        "fleet, for-another-service-lightweight, access_token, 'it is for no service by name, it is of nobody'",
        "fleet, tokens-of-people, id_token, it is for another service (subject ",
    })
    void aTokenThatIsNotForTheServiceIsNotAnybody(String realm, String client, String which, String why)
            throws Exception {
        String token = keycloak.tokens(realm, client, "adam").path(which).asText();
        int before = refusals().size();

        assertRefused(token);

        List<String> lines = refusals();
        assertThat(lines.subList(before, lines.size()))
                .singleElement()
                .asString()
                .contains("a token from 127.0.0.1 is not taken: " + why);
    }

    @Test
    void aTokenThatHasEndedIsNotAnybody() throws Exception {
        String token = keycloak.tokens("fleet", "short-tokens", "adam")
                .path("access_token")
                .asText();

        await("the token ends").atMost(PATIENCE).untilAsserted(() -> assertRefused(token));

        assertThat(refusals()).anyMatch(line -> line.contains("is not taken: it has ended (subject "));
    }

    private void assertRefused(String token) throws IOException, InterruptedException {
        assertThat(token).contains(".");
        HttpResponse<String> answer = answers.ask("GET", "api/v1/whoami", "", "Authorization", "Bearer " + token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.body()).contains("TokenNotValid");
    }

    private List<String> refusals() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("fleet-service.log"))) {
            return lines.filter(line -> line.contains(" is not taken: ")).toList();
        }
    }

    /** Keycloak demands PKCE of the command line, and gives it tokens that soon have to be renewed. */
    @Test
    void aCodeLetsACommandLineInAndALogoutRevokesIt() throws Exception {
        Path settings = folder.resolve("settings of petra");
        Person petra = Person.whoLogsIn(settings, system.address);
        Path output = folder.resolve("login by code");
        Process login = petra.begins(output, "login", "--device-code");
        Matcher asked = printed(output, CODE, login);
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            page.navigate(asked.group(1));
            page.locator("input[name=device_user_code]").fill(asked.group(2));
            page.locator("[type=submit]").first().click();
            signIn(page, "petra");
            page.locator("[name=accept]").click();
            assertThat(page.getByText("Device Login Successful")).isVisible();
        }
        assertThat(login.waitFor()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("as petra, publisher for env=dev");

        String first = kept(settings).path("accessToken").asText();
        assertThat(petra.does("auth", "can-i", "pause").code()).isEqualTo(1);
        await("a command renews the login").atMost(PATIENCE).until(() -> {
            assertThat(petra.does("auth", "can-i", "publish").code()).isZero();
            return !kept(settings).path("accessToken").asText().equals(first);
        });
        JsonNode renewed = kept(settings);

        Person.Ended logout = petra.does("logout");
        assertThat(logout.code()).as(logout.output()).isZero();
        assertThat(logout.output()).contains("logged out of").doesNotContain("could renew it");
        assertThat(keycloak.token(
                                "fleet",
                                Map.of(
                                        "grant_type",
                                        "refresh_token",
                                        "client_id",
                                        Keycloak.COMMAND_LINE,
                                        "refresh_token",
                                        renewed.path("refreshToken").asText()))
                        .path("error")
                        .asText())
                .isEqualTo("invalid_grant");
        assertThat(petra.does("whoami").output()).contains("[LoginRequired]");
    }

    @Test
    void theBrowserOfAPersonLetsTheCommandLineIn() throws Exception {
        Person anna = Person.whoLogsIn(folder.resolve("settings of anna"), system.address);
        Path output = folder.resolve("login by browser");
        Process login = anna.begins(output, "login", "--browser");
        Matcher asked = printed(output, PAGE, login);
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            page.navigate(asked.group(1));
            signIn(page, "anna");
            assertThat(page.getByText("Your terminal goes on.")).isVisible();
        }
        assertThat(login.waitFor()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("as anna, approver");
        assertThat(anna.does("whoami").output()).contains("anna", "approver");
    }

    private static Matcher printed(Path output, Pattern line, Process login) throws IOException {
        await("the command says where to log in")
                .atMost(PATIENCE)
                .failFast(() -> !login.isAlive())
                .until(() -> line.matcher(Files.readString(output)).find());
        Matcher found = line.matcher(Files.readString(output));
        assertThat(found.find()).isTrue();
        return found;
    }

    /** The one login of these settings. */
    private static JsonNode kept(Path settings) throws IOException {
        try (Stream<Path> files = Files.list(settings.resolve("kpfleet/logins"))) {
            Path file = files.filter(each -> each.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            return Json.MAPPER.readTree(Files.readAllBytes(file));
        }
    }

    /** The ID token has no roles, as Keycloak has it by default. */
    @Test
    void theDashboardHasTheRolesOfWhoLogsInAndEndsTheirSession() throws Exception {
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            page.navigate(system.address.toString());
            signIn(page, "petra");
            assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
            assertThat(page.getByTestId("caller")).containsText("petra");
            page.getByTestId("nav-publish").click();
            page.getByTestId("publish-tags").fill("env=dev");
            assertThat(page.getByTestId("publish-submit")).isEnabled();
            Chromium.picture(page, "keycloak-publisher");

            page.getByTestId("logout").click();
            signIn(page, "vera");
            assertThat(page.getByTestId("caller")).containsText("vera");
            page.getByTestId("nav-publish").click();
            page.getByTestId("publish-tags").fill("env=dev");
            assertThat(page.getByTestId("publish-submit")).isDisabled();
            assertThat(page.getByTestId("publish-refused")).containsText("needs the role publisher or admin");
        }
    }

    private static void signIn(Page page, String user) {
        page.locator("#username").fill(user);
        page.locator("#password").fill(Keycloak.password(user));
        page.locator("#kc-login").click();
    }
}
