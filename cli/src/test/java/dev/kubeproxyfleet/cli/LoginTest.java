package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.Lifetimes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoginTest {

    private static final Duration ALMOST_AN_HOUR = Duration.ofMinutes(59).plusSeconds(30);

    @TempDir
    private Path folder = Path.of("");

    private LoginLab lab;

    @BeforeEach
    void start() throws IOException {
        lab = new LoginLab(folder);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void logIn() {
        assertThat(lab.console("petra").run("login")).isZero();
    }

    private int whoAmI(Console console) {
        return console.run("whoami");
    }

    @Test
    void aCodeLetsATerminalInThatHasNoBrowser() throws IOException {
        Console console = lab.console("petra");

        assertThat(console.run("login")).isZero();

        assertThat(console.err()).isEmpty();
        assertThat(console.out())
                .contains("✓ logged in to %s as Petra Publisher, viewer, publisher for env=dev"
                        .formatted(lab.fleet.address()));
        assertThat(lab.shown().path("preferred_username").asText()).isEqualTo("petra@fleet.example");
        assertThat(lab.shown().path("aud").asText()).isEqualTo(Issuer.API);
    }

    @Test
    void aLoginIsKeptWhereNobodyElseCanReadIt() throws IOException {
        logIn();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lab.kept())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(lab.kept().getParent())))
                .isEqualTo("rwx------");
        try (var files = Files.list(lab.kept().getParent())) {
            assertThat(files.map(each -> each.getFileName().toString())).noneMatch(name -> name.startsWith("new"));
        }
    }

    @Test
    void theBrowserOfThisMachineComesBackWithACode() throws IOException {
        Console console = lab.console().before(new UsersBrowser("anna"));

        assertThat(console.run("login")).isZero();

        assertThat(console.out()).contains("Log in at " + lab.issuer.base());
        assertThat(lab.shown().path("roles")).hasToString("[\"approver\"]");
    }

    @Test
    void whoeverGuessesThePortOfTheLoginChangesNothing() throws IOException {
        UsersBrowser browser = new UsersBrowser("anna") {
            @Override
            void back(String redirect, String location) throws InterruptedException {
                assertThat(lab.get(redirect + "?code=stolen&state=guessed").statusCode())
                        .isEqualTo(400);
                assertThat(lab.get(redirect + "?code=stolen").statusCode()).isEqualTo(400);
                super.back(redirect, location);
            }
        };

        assertThat(lab.console().before(browser).run("login")).isZero();
        assertThat(lab.shown().path("name").asText()).isEqualTo("Anna Approver");
    }

    @Test
    void aUserWhoSaysNoIsNotLoggedIn() {
        Console byBrowser = lab.console().before(new UsersBrowser("nobody"));
        Console byCode = lab.console("nobody");

        assertThat(byBrowser.run("login")).isEqualTo(ExitCode.REFUSED);
        assertThat(byBrowser.err()).contains("refused: access_denied, There is no user of this name.");
        assertThat(byCode.run("login", "--device-code")).isEqualTo(ExitCode.REFUSED);
        assertThat(byCode.err()).contains("refused: access_denied, The user has denied it.");
        assertThat(lab.kept()).doesNotExist();
    }

    @Test
    void anIssuerThatCallsItselfOtherwiseIsNotTrusted() {
        lab.fleet.on(
                "GET /api/v1/login",
                200,
                new LoginInfo(
                        true,
                        lab.issuer.uri().toString().replace("127.0.0.1", "localhost"),
                        Issuer.COMMAND_LINE,
                        List.of("openid")));
        Console console = lab.console();

        assertThat(console.run("login")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("calls itself 'http://127.0.0.1:");
    }

    @Test
    void anIssuerThatAnswersNonsenseIsNotWaitedFor() {
        try (FakeFleet odd = new FakeFleet()) {
            odd.on(
                            "GET /.well-known/openid-configuration",
                            200,
                            Map.of(
                                    "issuer", odd.address(),
                                    "token_endpoint", odd.address() + "/token",
                                    "device_authorization_endpoint", odd.address() + "/device"))
                    .on("POST /device", 200, Map.of("device_code", "d", "interval", -1, "expires_in", Long.MAX_VALUE));
            lab.fleet.on(
                    "GET /api/v1/login",
                    200,
                    new LoginInfo(true, odd.address(), Issuer.COMMAND_LINE, List.of("openid")));
            Console console = lab.console();

            assertThat(console.run("login")).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(console.err()).contains("answered without verification_uri; is it an OpenID provider?");

            odd.on(
                            "POST /device",
                            200,
                            Map.of(
                                    "device_code", "d",
                                    "verification_uri", "https://odd.example",
                                    "user_code", "u",
                                    "expires_in", Long.MAX_VALUE))
                    .on(
                            "POST /token",
                            200,
                            Map.of("access_token", "t", "token_type", "Bearer", "expires_in", Long.MAX_VALUE));
            assertThat(lab.console().meanwhile(_ -> {}).run("login")).isZero();
            assertThat(lab.authorization()).isEqualTo("Bearer t");
        }
    }

    @Test
    void anIssuerOverPlainHttpElsewhereIsNotAsked() {
        lab.fleet.on(
                "GET /api/v1/login",
                200,
                new LoginInfo(true, "http://issuer.example", Issuer.COMMAND_LINE, List.of("openid")));
        Console console = lab.console();

        assertThat(console.run("login")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("it must begin with https://");
    }

    @Test
    void aServiceWithoutALoginSaysSo() {
        lab.fleet.on("GET /api/v1/login", 200, Map.of("required", false, "scopes", List.of()));
        Console console = lab.console();

        assertThat(console.run("login")).isZero();
        assertThat(console.out()).contains("has no login; every command works as it is.");
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() throws IOException {
        logIn();
        String first = lab.authorization();

        lab.advance(Duration.ofMinutes(58));
        whoAmI(lab.console());
        assertThat(lab.authorization()).isEqualTo(first);
        lab.advance(Duration.ofSeconds(90));
        whoAmI(lab.console());

        assertThat(lab.authorization()).isNotEqualTo(first);
        assertThat(lab.shown().path("preferred_username").asText()).isEqualTo("petra@fleet.example");
    }

    @Test
    void commandsAtOneTimeDoNotBothSpendARefreshToken() {
        lab.issuer.setLifetimes(Lifetimes.USUAL.withOverlap(Duration.ZERO));
        logIn();
        lab.advance(ALMOST_AN_HOUR);
        CountDownLatch together = new CountDownLatch(1);

        List<CompletableFuture<Integer>> codes = IntStream.range(0, 4)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                together.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            return whoAmI(lab.console());
                        },
                        each -> Thread.ofVirtual().start(each)))
                .toList();
        together.countDown();

        assertThat(codes.stream().map(CompletableFuture::join)).containsOnly(0);
        lab.advance(ALMOST_AN_HOUR);
        assertThat(whoAmI(lab.console())).isZero();
    }

    @Test
    void aLoginThatHasEndedIsNotGuessedAbout() {
        logIn();
        lab.advance(Duration.ofDays(2));
        Console console = lab.console();

        assertThat(whoAmI(console)).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err())
                .contains(
                        "the login has ended:", "The refresh token has expired. Log in again with './kpfleet login'.");
    }

    @Test
    void anIssuerThatIsAwayIsMissedOnlyOnceTheTokenHasEnded() {
        logIn();
        lab.issuer.close();

        lab.advance(ALMOST_AN_HOUR);
        assertThat(whoAmI(lab.console())).isZero();
        lab.advance(Duration.ofMinutes(1));
        Console console = lab.console();
        assertThat(whoAmI(console)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("cannot be reached");
    }

    @Test
    void aTokenGoesToTheServerThatItIsForAlone() {
        logIn();
        try (FakeFleet other = new FakeFleet()) {
            lab.console().server(other.address()).run("audit");

            assertThat(other.last().headers()).doesNotContainKey("Authorization");
        }
    }

    @Test
    void aKeptLoginThatOthersCanReadIsNotUsed() throws IOException {
        logIn();
        Files.setPosixFilePermissions(lab.kept(), PosixFilePermissions.fromString("rw-r--r--"));
        Console console = lab.console();

        assertThat(whoAmI(console)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("can be read by others", "chmod 600 " + lab.kept());
        assertThat(lab.console().run("logout")).isZero();
        assertThat(lab.kept()).doesNotExist();
    }

    @Test
    void whatIsNoKeptLoginIsNotRepeated() throws IOException {
        logIn();
        Files.writeString(lab.kept(), "{\"accessToken\": \"very-secret\", ");
        Console console = lab.console();

        assertThat(whoAmI(console)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("is not as it was written").doesNotContain("very-secret");
    }

    @Test
    void loggingOutRevokesAndDeletes() throws Exception {
        logIn();
        JsonNode kept = Json.MAPPER.readTree(Files.readAllBytes(lab.kept()));
        Console console = lab.console();

        assertThat(console.run("logout")).isZero();

        assertThat(console.out()).contains("✓ logged out of " + lab.fleet.address());
        assertThat(lab.kept()).doesNotExist();
        assertThat(lab.post(
                                URI.create(lab.issuer.base() + "/" + Issuer.TENANT + "/oauth2/v2.0/token"),
                                "grant_type=refresh_token&client_id=" + Issuer.COMMAND_LINE + "&refresh_token="
                                        + kept.path("refreshToken").asText())
                        .body())
                .contains("invalid_grant");
        assertThat(lab.console().run("logout")).isZero();
    }

    @Test
    void loggingOutDeletesEvenWhereTheIssuerIsAway() {
        logIn();
        lab.issuer.close();
        Console console = lab.console();

        assertThat(console.run("logout")).isZero();
        assertThat(console.err()).contains("whoever has a copy of the login could renew it");
        assertThat(lab.kept()).doesNotExist();
    }

    @Test
    void noSecretIsPrinted() throws IOException {
        Console console = lab.console("petra");
        console.run("login");
        JsonNode kept = Json.MAPPER.readTree(Files.readAllBytes(lab.kept()));
        console.run("whoami", "-o", "json");
        console.run("logout");

        assertThat(console.out() + console.err())
                .doesNotContain(
                        kept.path("accessToken").asText(),
                        kept.path("refreshToken").asText());
    }

    /** Chooses a user on the issuer's page, and goes where it is sent. */
    private class UsersBrowser implements Browser {

        private final String user;

        UsersBrowser(String user) {
            this.user = user;
        }

        @Override
        public boolean isAt() {
            return true;
        }

        @Override
        public void open(URI page) {
            try {
                String location = lab.post(
                                URI.create(page.toString().replaceFirst("\\?.*", "")),
                                page.getRawQuery() + "&user=" + user)
                        .headers()
                        .firstValue("Location")
                        .orElseThrow();
                back(location.replaceFirst("\\?.*", ""), location);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void back(String redirect, String location) throws InterruptedException {
            assertThat(lab.get(location).body()).contains("Your terminal goes on");
            assertThat(redirect).startsWith("http://127.0.0.1:");
        }
    }
}
