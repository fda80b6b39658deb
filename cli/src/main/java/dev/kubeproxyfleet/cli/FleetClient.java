package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kubeproxyfleet.cli.login.Credentials;
import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.view.Accepted;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The fleet service's REST interface. Every expected failure is an {@link Answer}; safe for use by several threads.
 *
 * <p>Closing ends event streams that are open.
 */
final class FleetClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** The service itself waits 5 s for its controller before it answers 202. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    /** From the request to the last byte of its answer; the largest one, a fleet of 10,000 clusters, has some 10 MB. */
    static final Duration WHOLE_ANSWER_TIMEOUT = Duration.ofSeconds(60);

    /** All that a request waits, in sum, where the service takes no more from its caller; what may be asked comes back within a minute. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int TOO_MANY_REQUESTS = 429;

    /** A proxy may ask for less, and would be asked without end. */
    private static final long SHORTEST_WAIT_SECONDS = 1;

    private static final String API = "/api/v1";

    /** RFC 8288. */
    private static final Pattern NEXT = Pattern.compile("<[^?>]*(\\?[^>]*)>; *rel=\"next\"");

    private final HttpClient http;
    private final URI server;
    private final String actor;
    private final String program;
    private final Credentials credentials;
    private final Duration wholeAnswer;
    private final Notices notices;

    /** What the user hears beside answers. */
    interface Notices {

        /** What the service knows is of so long ago. */
        void stale(Duration age);

        /** The service takes no more from this caller for so long; returns afterwards. */
        void busy(Duration wait) throws InterruptedException;
    }

    /**
     * @param server scheme, host and port, with or without a path
     * @param actor who asks, for the audit
     * @param program how the user calls this program, for advice
     * @param credentials asked for a token before each request
     * @param trust says which certificates the server may have
     * @param wholeAnswer how long a request may last until its answer is complete; event streams last as they like
     * @param notices told each time
     */
    FleetClient(
            URI server,
            String actor,
            String program,
            Credentials credentials,
            SSLContext trust,
            Duration wholeAnswer,
            Notices notices) {
        // Redirects are not followed: a token is for this server.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(trust)
                .build();
        this.credentials = credentials;
        this.notices = notices;
        this.server = server;
        this.actor = actor;
        this.program = program;
        this.wholeAnswer = wholeAnswer;
    }

    /** One segment of a path, or a value of a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param path below {@code /api/v1}, encoded */
    Answer get(String path) {
        return send(request(path).timeout(ANSWER_TIMEOUT).GET());
    }

    Answer post(String path, Record body) {
        try {
            return post(path, Json.MAPPER.writeValueAsBytes(body), "application/json");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request cannot be written as JSON", e);
        }
    }

    Answer post(String path, byte[] body, String contentType) {
        return send(writing(path).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer put(String path, byte[] body, String contentType) {
        return send(writing(path).header("Content-Type", contentType).PUT(BodyPublishers.ofByteArray(body)));
    }

    Answer delete(String path) {
        return send(writing(path).DELETE());
    }

    /**
     * Opens the stream of server-sent events about one rollout; reading it blocks.
     *
     * @throws IOException if the service does not offer one now
     */
    InputStream events(String rollout) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/events?rollout=" + encode(rollout)))
                .header("Accept", "text/event-stream");
        try {
            authorize(request);
        } catch (LoginException e) {
            throw new IOException("no event stream: " + e.message(), e);
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (response.statusCode() != 200 || !type.startsWith("text/event-stream")) {
            response.body().close();
            throw new IOException("no event stream: HTTP " + response.statusCode() + " " + type);
        }
        return response.body();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private URI uri(String path) {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + API + path);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Accept", "application/json");
    }

    private HttpRequest.Builder writing(String path) {
        return request(path).timeout(ANSWER_TIMEOUT).header(Attribution.ACTOR_HEADER, actor);
    }

    private void authorize(HttpRequest.Builder request) throws LoginException, InterruptedException {
        credentials.token().ifPresent(token -> request.setHeader("Authorization", "Bearer " + token));
    }

    /** What the service refuses because it was asked too often, it has not done: it is asked again. */
    private Answer send(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
        try {
            Duration waited = Duration.ZERO;
            while (true) {
                authorize(request);
                answer = http.sendAsync(request.build(), BodyHandlers.ofByteArray());
                HttpResponse<byte[]> response = answer.get(wholeAnswer.toMillis(), TimeUnit.MILLISECONDS);
                Optional<Duration> wait = waitAsked(response);
                if (wait.isEmpty() || waited.plus(wait.get()).compareTo(PATIENCE) > 0) {
                    return read(response);
                }
                notices.busy(wait.get());
                waited = waited.plus(wait.get());
            }
        } catch (LoginException e) {
            return new Answer.NotAsked(e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Answer.Unreachable(
                    "%s began to answer and had not ended after %s; what answers there, or a proxy before it, is stuck. Its health is at %s/q/health."
                            .formatted(server, Ages.of(wholeAnswer), server));
        } catch (ExecutionException e) {
            return unreachable(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return new Answer.Unreachable("interrupted while waiting for " + server);
        }
    }

    /** Empty if it is not because of too many requests, or does not say how long. */
    private static Optional<Duration> waitAsked(HttpResponse<?> response) {
        return response.statusCode() == TOO_MANY_REQUESTS
                ? response.headers()
                        .firstValue("Retry-After")
                        .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                        .map(seconds -> Duration.ofSeconds(Math.max(SHORTEST_WAIT_SECONDS, Long.parseLong(seconds))))
                : Optional.empty();
    }

    private Answer unreachable(Throwable cause) {
        return new Answer.Unreachable(
                switch (cause) {
                    case HttpConnectTimeoutException _ ->
                        "%s did not take a connection within %d s. %s"
                                .formatted(server, CONNECT_TIMEOUT.toSeconds(), advice());
                    case HttpTimeoutException _ ->
                        "%s did not answer within %d s; its health is at %s/q/health."
                                .formatted(server, ANSWER_TIMEOUT.toSeconds(), server);
                    case SSLHandshakeException e ->
                        "The certificate of %s is not trusted: %s. Name the authority that it is of with --certificate-authority."
                                .formatted(server, e.getMessage());
                    case ConnectException _ -> "Nothing answers at %s. %s".formatted(server, advice());
                    default -> "The connection to %s broke: %s. %s".formatted(server, cause, advice());
                });
    }

    private String advice() {
        return "Start the sandbox with '%s sandbox', or name your fleet service with --server or KPFLEET_SERVER."
                .formatted(program);
    }

    private Answer read(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        response.headers()
                .firstValue(Attribution.DATA_AGE_HEADER)
                .filter(age -> age.matches("[0-9]{1,9}"))
                .ifPresent(age -> notices.stale(Duration.ofSeconds(Long.parseLong(age))));
        JsonNode body = json(response.body());
        if (status >= 500) {
            return new Answer.Unreachable("The fleet service at %s failed (HTTP %d)%s; its log says why."
                    .formatted(
                            server,
                            status,
                            body.hasNonNull("message")
                                    ? ": " + body.get("message").asText()
                                    : ""));
        }
        if (!body.isContainerNode()) {
            return foreign(response);
        }
        try {
            if (status == 202) {
                return new Answer.Pending(Contract.of(body, Accepted.class).requestId());
            }
            return status < 300
                    ? new Answer.Ok(body, total(response), next(response))
                    : new Answer.Refused(status, Contract.of(body, ApiError.class));
        } catch (JsonProcessingException e) {
            return foreign(response);
        }
    }

    private static OptionalInt total(HttpResponse<?> response) {
        return response.headers()
                .firstValue(Attribution.TOTAL_HEADER)
                .filter(total -> total.matches("[0-9]{1,9}"))
                .map(total -> OptionalInt.of(Integer.parseInt(total)))
                .orElseGet(OptionalInt::empty);
    }

    /** Only the query of the link: behind a proxy the path may be another one. */
    private static @Nullable String next(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Link")
                .map(NEXT::matcher)
                .filter(Matcher::matches)
                .map(link -> link.group(1))
                .orElse(null);
    }

    private Answer foreign(HttpResponse<?> response) {
        return new Answer.Unreachable(
                "What answers at %s is not a fleet service of this version (HTTP %d%s). Name yours with --server or KPFLEET_SERVER."
                        .formatted(
                                server,
                                response.statusCode(),
                                response.headers()
                                        .firstValue("Content-Type")
                                        .map(type -> ", " + type)
                                        .orElse("")));
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode node = Json.MAPPER.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("reading from memory", e);
        }
    }
}
