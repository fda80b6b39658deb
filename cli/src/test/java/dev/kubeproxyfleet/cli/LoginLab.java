package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.User;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A fleet service that demands a login, the issuer that it names, and a user with a folder of settings. */
final class LoginLab implements AutoCloseable, InstantSource {

    private static final Pattern USER_CODE = Pattern.compile("Open (\\S+) in a browser and enter the code (\\S+)");

    final FakeFleet fleet = new FakeFleet();
    final Issuer issuer;
    final Path settings;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<Instant> now = new AtomicReference<>(Fixtures.NOW);

    LoginLab(Path settings) throws IOException {
        this.settings = settings;
        issuer = Issuer.start(0, this, User.OF_EACH_ROLE);
        fleet.on(
                "GET /api/v1/login",
                200,
                new LoginInfo(
                        true,
                        issuer.uri().toString(),
                        Issuer.COMMAND_LINE,
                        List.of("openid", "offline_access", Issuer.SCOPE)));
        fleet.on(
                "GET /api/v1/whoami",
                200,
                new Caller(
                        true,
                        "s-1",
                        "Petra Publisher",
                        List.of(Grant.parse("viewer"), Grant.parse("publisher:env=dev")),
                        Fixtures.NOW.plus(Duration.ofHours(1))));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    void advance(Duration length) {
        now.updateAndGet(instant -> instant.plus(length));
    }

    /** A user of the fleet service with this folder of settings. */
    Console console() {
        return new Console()
                .server(fleet.address())
                .with("XDG_CONFIG_HOME", settings.toString())
                .at(this);
    }

    /** A user who logs in as soon as the command waits for it. */
    Console console(String user) {
        Console console = console();
        return console.meanwhile(_ -> enterCode(console.out(), user));
    }

    private void enterCode(String printed, String user) throws InterruptedException {
        Matcher asked = USER_CODE.matcher(printed);
        if (!asked.find()) {
            throw new AssertionError("no code is printed: " + printed);
        }
        post(URI.create(asked.group(1)), "user_code=" + asked.group(2) + "&user=" + user);
    }

    Path kept() {
        return settings.resolve("kpfleet/logins")
                .resolve(URLEncoder.encode(fleet.address(), StandardCharsets.UTF_8) + ".json");
    }

    /** Claims of the token that the last request has shown. */
    JsonNode shown() throws IOException {
        return claims(authorization().substring("Bearer ".length()));
    }

    String authorization() {
        return fleet.last().headers().getOrDefault("Authorization", List.of("")).getFirst();
    }

    static JsonNode claims(String token) throws IOException {
        return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    HttpResponse<String> post(URI page, String form) throws InterruptedException {
        return send(HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    HttpResponse<String> get(String page) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(page)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        issuer.close();
        fleet.close();
    }
}
