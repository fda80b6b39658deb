package dev.kubeproxyfleet.fleet.packaged;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import io.quarkus.bootstrap.resolver.maven.BootstrapMavenException;
import io.quarkus.bootstrap.resolver.maven.MavenArtifactResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.eclipse.aether.artifact.DefaultArtifact;

/**
 * A Keycloak of Maven Central on loopback, in development mode and with a database in memory. It has the realms of the test's resources,
 * of which {@code fleet} is set up as {@code docs/login.md} says.
 */
final class Keycloak implements AutoCloseable {

    static final String SERVICE = "kubeproxy-fleet";
    static final String COMMAND_LINE = "kpfleet";

    private static final String DISTRIBUTION = "org.keycloak:keycloak-quarkus-dist:zip:26.4.7";
    private static final List<String> REALMS = List.of("fleet", "elsewhere");

    /** A first start takes its configuration in, and a busy machine takes long. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration STOP = Duration.ofSeconds(15);

    private final URI address;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    private Keycloak(URI address, Process process) {
        this.address = address;
        this.process = process;
    }

    /** @param log is written to; a test is skipped where Maven cannot have the distribution */
    static Keycloak start(Path log) throws IOException {
        Path home = home();
        Path realms = Files.createDirectories(home.resolve("data").resolve("import"));
        for (String realm : REALMS) {
            try (InputStream file = resource("keycloak/" + realm + "-realm.json")) {
                Files.copy(file, realms.resolve(realm + "-realm.json"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        URI address = WholeSystem.freeAddress();
        ProcessBuilder command = new ProcessBuilder(
                        "bash",
                        home.resolve("bin").resolve("kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + address.getPort())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().keySet().removeIf(name -> name.startsWith("KC_") || name.startsWith("JAVA_"));
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
        Keycloak keycloak = new Keycloak(address, command.start());
        Runtime.getRuntime().addShutdownHook(new Thread(keycloak::end));
        await("Keycloak answers; its log is " + log)
                .atMost(PATIENCE)
                .failFast("Keycloak has ended; its log is " + log, () -> !keycloak.process.isAlive())
                .ignoreExceptions()
                .until(() -> REALMS.stream().allMatch(keycloak::has));
        return keycloak;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Keycloak.class.getResourceAsStream(name), name);
    }

    /** Unpacked once, below {@code target}. */
    private static Path home() throws IOException {
        DefaultArtifact distribution = new DefaultArtifact(DISTRIBUTION);
        Path home = Path.of("target", "keycloak", "keycloak-" + distribution.getVersion())
                .toAbsolutePath();
        if (!Files.exists(home)) {
            Path unpacked =
                    home.resolveSibling("unpacked-" + ProcessHandle.current().pid());
            unpack(file(distribution), unpacked);
            Files.move(unpacked.resolve(home.getFileName()), home);
            Files.delete(unpacked);
        }
        return home;
    }

    private static Path file(DefaultArtifact distribution) {
        try {
            return MavenArtifactResolver.builder()
                    .setWorkspaceDiscovery(false)
                    .build()
                    .resolve(distribution)
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (BootstrapMavenException e) {
            return abort("skipped: Maven cannot have " + DISTRIBUTION + "; run 'mvn dependency:get -Dartifact="
                    + "org.keycloak:keycloak-quarkus-dist:" + distribution.getVersion() + ":zip' where it may ask"
                    + " Maven Central: " + e.getMessage());
        }
    }

    private static void unpack(Path zip, Path folder) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!file.startsWith(folder)) {
                    throw new IOException(zip + " has an entry that leads out of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
    }

    private boolean has(String realm) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(
                                                    endpoint(realm).resolve("../../.well-known/openid-configuration"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private URI endpoint(String realm) {
        return address.resolve("realms/" + realm + "/protocol/openid-connect/");
    }

    /** Claim {@code iss} of the realm {@code fleet}. */
    String issuer() {
        return address.resolve("realms/fleet").toString();
    }

    /** Settings of a fleet service whose people log in at the realm {@code fleet}; two of them are secret. */
    Map<String, String> settings() {
        return Map.of(
                "kpfleet.access.login", "true",
                "kpfleet.access.issuer", issuer(),
                "kpfleet.access.client-id", SERVICE,
                "kpfleet.access.client-secret", "secret-of-the-service",
                "kpfleet.access.cli-client-id", COMMAND_LINE,
                "kpfleet.access.role-claim", "realm_access/roles",
                "kpfleet.access.roles-from-access-token", "true",
                "kpfleet.access.session-secret", "secret-of-sessions-0123456789abcdef",
                "kpfleet.access.https", "false");
    }

    static String password(String user) {
        return "password-of-" + user;
    }

    /**
     * What a client is given of which users say their passwords.
     *
     * @return members {@code access_token} and {@code id_token}
     */
    JsonNode tokens(String realm, String client, String user) throws IOException, InterruptedException {
        return token(
                realm,
                Map.of(
                        "grant_type",
                        "password",
                        "client_id",
                        client,
                        "username",
                        user,
                        "password",
                        password(user),
                        "scope",
                        "openid"));
    }

    /** What the token endpoint answers to a form. */
    JsonNode token(String realm, Map<String, String> form) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(endpoint(realm).resolve("token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form.entrySet().stream()
                                .map(field -> field.getKey() + "="
                                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"))))
                        .build(),
                BodyHandlers.ofString());
        return Json.MAPPER.readTree(answer.body());
    }

    /** The script passes on the signal to the Java runtime that it has started. */
    private void end() {
        process.destroy();
    }

    @Override
    public void close() throws InterruptedException {
        http.shutdownNow();
        List<ProcessHandle> all = process.descendants().toList();
        end();
        if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            all.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
