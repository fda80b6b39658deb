package dev.kubeproxyfleet.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider as a client without a secret sees it.
 *
 * <p>Sources: OpenID Connect Discovery 1.0, RFC 6749, RFC 8414.
 */
final class Provider implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long MAX_ANSWER_BYTES = 1024 * 1024;
    private static final int MAX_SHOWN = 300;

    /** Where a provider does not say for how long, tokens count as good for this long. */
    private static final long UNSAID_LIFE_SECONDS = 300;

    private static final long MAX_LIFE_SECONDS = 86_400;

    /**
     * What a token endpoint grants.
     *
     * @param refreshToken null where the provider gives none
     * @param life of the access token
     */
    record Granted(String accessToken, @Nullable String refreshToken, Duration life) {

        @Override
        public String toString() {
            return "Granted[for " + life + "]";
        }
    }

    /** What a provider answers instead of a token. */
    record Denied(String error, String description) {

        /** For people. */
        String message() {
            return description.isEmpty() ? error : error + ", " + description;
        }
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final String issuer;
    private final JsonNode configuration;

    /** @param issuer as the fleet service names it */
    Provider(String issuer) throws LoginException, InterruptedException {
        this.issuer = issuer;
        JsonNode found = json(send(
                HttpRequest.newBuilder(address(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration"))));
        if (!found.path("issuer").asText().equals(issuer)) {
            close();
            throw new LoginException(
                    Obstacle.Unreachable,
                    "the provider at %s calls itself '%s'; both must be the same. Whoever runs the fleet service has to set its issuer right."
                            .formatted(issuer, shown(found.path("issuer").asText())));
        }
        configuration = found;
    }

    String issuer() {
        return issuer;
    }

    boolean has(String endpoint) {
        return configuration.path(endpoint).isTextual();
    }

    /** Whether the provider says that it knows PKCE by SHA-256. */
    boolean knowsPkce() {
        for (JsonNode method : configuration.path("code_challenge_methods_supported")) {
            if (method.asText().equals(Pkce.METHOD)) {
                return true;
            }
        }
        return false;
    }

    /** @param name as the provider's configuration has it, such as {@code token_endpoint} */
    URI endpoint(String name) throws LoginException {
        if (!has(name)) {
            throw new LoginException(
                    Obstacle.Refused, "the provider %s has no %s.".formatted(issuer, name.replace('_', ' ')));
        }
        return address(configuration.path(name).asText());
    }

    private static URI address(String text) throws LoginException {
        try {
            URI address = new URI(text);
            if (Addresses.isPrivate(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Said below, with what it should be.
        }
        throw new LoginException(
                Obstacle.Usage,
                "%s is no address to log in at: it must begin with https://, or with http:// on this machine."
                        .formatted(shown(text)));
    }

    /** Asks for a token, and fails if there is none. */
    Granted granted(Map<String, String> form) throws LoginException, InterruptedException {
        HttpResponse<byte[]> answer = post(endpoint("token_endpoint"), form);
        if (answer.statusCode() != 200) {
            throw new LoginException(
                    Obstacle.Refused,
                    "the provider %s refused: %s"
                            .formatted(issuer, denied(answer).message()));
        }
        return granted(answer);
    }

    Granted granted(HttpResponse<byte[]> answer) throws LoginException {
        JsonNode body = json(answer);
        if (!body.path("access_token").isTextual()
                || !"bearer".equalsIgnoreCase(body.path("token_type").asText())) {
            throw unreadable("no bearer token");
        }
        return new Granted(
                Bearer.checked(body.path("access_token").asText(), "the provider's answer"),
                body.hasNonNull("refresh_token") ? body.path("refresh_token").asText() : null,
                Duration.ofSeconds(
                        Math.clamp(body.path("expires_in").asLong(UNSAID_LIFE_SECONDS), 0, MAX_LIFE_SECONDS)));
    }

    /** A member that an answer must have. */
    String text(JsonNode answer, String name) throws LoginException {
        if (answer.path(name).asText().isBlank()) {
            throw unreadable("without " + name);
        }
        return answer.path(name).asText();
    }

    /** Why there was no token. */
    Denied denied(HttpResponse<byte[]> answer) {
        try {
            JsonNode body = json(answer);
            return new Denied(
                    shown(body.path("error").asText("HTTP " + answer.statusCode())),
                    shown(body.path("error_description").asText()));
        } catch (LoginException e) {
            return new Denied("HTTP " + answer.statusCode(), "");
        }
    }

    HttpResponse<byte[]> post(URI endpoint, Map<String, String> form) throws LoginException, InterruptedException {
        return send(HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form))));
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws LoginException, InterruptedException {
        HttpRequest built =
                request.timeout(TIMEOUT).header("Accept", "application/json").build();
        try {
            return http.send(built, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        } catch (IOException e) {
            throw new LoginException(
                    Obstacle.Unreachable,
                    "the provider at %s cannot be reached: %s. Try again, or give a token with --token-file or KPFLEET_TOKEN."
                            .formatted(built.uri().resolve("/"), e));
        }
    }

    JsonNode json(HttpResponse<byte[]> answer) throws LoginException {
        try {
            JsonNode body = Json.MAPPER.readTree(answer.body());
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException e) {
            // As any other answer that is no object.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("reading from memory", e);
        }
        throw unreadable("HTTP " + answer.statusCode() + " without JSON");
    }

    private LoginException unreadable(String what) {
        return new LoginException(
                Obstacle.Unreachable, "the provider %s answered %s; is it an OpenID provider?".formatted(issuer, what));
    }

    private static String shown(String text) {
        return Limits.cut(text.strip(), MAX_SHOWN);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
