package dev.kubeproxyfleet.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The login of a program without a secret: what its platform says of it (GitHub Actions, or a file that Azure workload identity
 * projects) is exchanged for a token at Microsoft Entra.
 *
 * <p>Sources: "OpenID Connect reference" of GitHub Actions, "Microsoft identity platform and the OAuth 2.0 client credentials
 * flow" (third case: a federated credential), "Microsoft Entra Workload ID" of AKS.
 */
final class Federation {

    private static final String AUDIENCE = "api://AzureADTokenExchange";
    private static final String PUBLIC_AZURE = "https://login.microsoftonline.com/";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Map<String, String> environment;

    Federation(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * What the platform says goes to the tenant that the environment names, and to nobody else: whoever had it could do all that
     * the program may do in Azure.
     *
     * @param issuer as the fleet service names it
     * @param scopes as the fleet service names them
     */
    Provider.Granted run(String issuer, List<String> scopes) throws LoginException, InterruptedException {
        String expected = variable("AZURE_AUTHORITY_HOST", PUBLIC_AZURE).replaceFirst("/$", "") + "/"
                + variable("AZURE_TENANT_ID", "") + "/v2.0";
        if (!expected.equals(issuer)) {
            throw new LoginException(
                    Obstacle.Usage,
                    "the fleet service takes tokens of %s, and AZURE_TENANT_ID and AZURE_AUTHORITY_HOST name %s; nothing was sent."
                            .formatted(issuer, expected));
        }
        String clientId = variable("AZURE_CLIENT_ID", "");
        try (Provider provider = new Provider(issuer)) {
            return provider.granted(Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    clientId,
                    "scope",
                    ofProgram(scopes),
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion",
                    assertion()));
        }
    }

    private String variable(String name, String otherwise) throws LoginException {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty() && otherwise.isEmpty()) {
            throw new LoginException(
                    Obstacle.Usage,
                    "%s is not set; a federated login needs AZURE_TENANT_ID and AZURE_CLIENT_ID.".formatted(name));
        }
        return value.isEmpty() ? otherwise : value;
    }

    /** Users agree to {@code api://…/access}; a program is given what it has of {@code api://…}, which is asked for thus. */
    private static String ofProgram(List<String> scopes) throws LoginException {
        return scopes.stream()
                .filter(scope -> scope.contains("/"))
                .findFirst()
                .map(scope -> scope.substring(0, scope.lastIndexOf('/')) + "/.default")
                .orElseThrow(() -> new LoginException(
                        Obstacle.Refused, "the fleet service names no scope of its own; it takes no programs."));
    }

    private String assertion() throws LoginException, InterruptedException {
        String file = environment.getOrDefault("AZURE_FEDERATED_TOKEN_FILE", "");
        if (!file.isBlank()) {
            return Bearer.read(Path.of(file));
        }
        String url = environment.getOrDefault("ACTIONS_ID_TOKEN_REQUEST_URL", "");
        String token = environment.getOrDefault("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "");
        if (url.isBlank() || token.isBlank()) {
            throw new LoginException(
                    Obstacle.Usage,
                    "neither AZURE_FEDERATED_TOKEN_FILE nor ACTIONS_ID_TOKEN_REQUEST_URL is set; a job of GitHub Actions needs 'permissions: id-token: write'.");
        }
        return ofGitHub(url, Bearer.checked(token, "ACTIONS_ID_TOKEN_REQUEST_TOKEN"));
    }

    private static String ofGitHub(String url, String token) throws LoginException, InterruptedException {
        URI address =
                URI.create(url + (url.contains("?") ? "&" : "?") + Provider.encoded(Map.of("audience", AUDIENCE)));
        if (!Addresses.isPrivate(address)) {
            throw new LoginException(
                    Obstacle.Usage, "ACTIONS_ID_TOKEN_REQUEST_URL does not begin with https://; nothing was sent.");
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw new LoginException(
                        Obstacle.Refused,
                        "GitHub Actions gave no token of this job: HTTP " + answer.statusCode() + ".");
            }
            JsonNode body = Json.MAPPER.readTree(answer.body());
            return Bearer.checked(body.path("value").asText(), "the answer of GitHub Actions");
        } catch (IOException e) {
            throw new LoginException(
                    Obstacle.Unreachable,
                    "GitHub Actions gave no token of this job: " + e.getClass().getSimpleName() + ".");
        }
    }
}
