package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry by the REST interface that Confluent's has, and others offer beside their own.
 *
 * <p>Source: "Schema Registry API Reference" of Confluent; Apicurio Registry has it at {@code /apis/ccompat/v7}.
 */
final class SchemaRegistry implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_SHOWN = 300;

    /** The registry refused, or cannot be reached; the message says what it was asked, and what it said. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final int exitCode;

        private Refused(String message, int exitCode) {
            super(message);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI address;
    private final @Nullable String authorization;

    /**
     * @param address what the paths of the interface begin with, without a slash at the end
     * @param authorization value of the header of that name; null for none
     */
    SchemaRegistry(URI address, @Nullable String authorization) {
        this.address = address;
        this.authorization = authorization;
    }

    /** Adds a version to a subject, unless it has it already; returns the schema's id. */
    int register(String subject, String schema) throws Refused, InterruptedException {
        JsonNode answer = send(
                "POST",
                "/subjects/" + FleetClient.encode(subject) + "/versions",
                JsonNodeFactory.instance.objectNode().put("schema", schema));
        if (!answer.path("id").isInt()) {
            throw new Refused(
                    "%s answered without an id to %s; is it the address of a Confluent-compatible interface?"
                            .formatted(address, subject),
                    ExitCode.UNREACHABLE);
        }
        return answer.path("id").intValue();
    }

    /** Says what a further version of a subject must be compatible with. */
    void compatibility(String subject, String level) throws Refused, InterruptedException {
        send(
                "PUT",
                "/config/" + FleetClient.encode(subject),
                JsonNodeFactory.instance.objectNode().put("compatibility", level));
    }

    private JsonNode send(String method, String path, JsonNode body) throws Refused, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(TIMEOUT)
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .method(method, BodyPublishers.ofString(body.toString()));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new Refused("%s cannot be reached: %s".formatted(address, e), ExitCode.UNREACHABLE);
        }
        if (response.statusCode() / 100 != 2) {
            throw new Refused(
                    "%s answered HTTP %d to %s %s: %s"
                            .formatted(
                                    address,
                                    response.statusCode(),
                                    method,
                                    path,
                                    Limits.cut(response.body().strip(), MAX_SHOWN)),
                    ExitCode.REFUSED);
        }
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new Refused(
                    "%s answered something that is no JSON to %s %s; is it the address of a Confluent-compatible interface?"
                            .formatted(address, method, path),
                    ExitCode.UNREACHABLE);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
