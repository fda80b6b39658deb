package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads what ARM answered over HTTP. */
final class HttpResults {

    static final int MAX_MESSAGE_LENGTH = 2_000;
    static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

    private static final HttpHeaderName ASYNC_OPERATION = HttpHeaderName.fromString("Azure-AsyncOperation");
    private static final HttpHeaderName REMAINING_READS =
            HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-reads");
    private static final HttpHeaderName REMAINING_WRITES =
            HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-writes");

    private final InstantSource clock;

    HttpResults(InstantSource clock) {
        this.clock = clock;
    }

    ArmResult of(ArmRequest request, HttpResponse response) {
        int status = response.getStatusCode();
        String length = response.getHeaderValue(HttpHeaderName.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > MAX_ANSWER_BYTES) {
            return new ArmResult.ArmError(
                    status, WorkerReason.UnreadableAnswer, "an answer of " + length + " bytes is too large", null);
        }
        boolean isOk = status >= 200 && status < 300;
        JsonNode body;
        try (InputStream in = response.getBodyAsBinaryData().toStream()) {
            byte[] bytes = in.readNBytes((int) MAX_ANSWER_BYTES);
            body = bytes.length == 0 ? MissingNode.getInstance() : Json.EXACT.readTree(bytes);
        } catch (IOException e) {
            if (status < 300) {
                return new ArmResult.ArmError(
                        0, WorkerReason.UnreadableAnswer, shorten("not JSON: " + e.getMessage()), null);
            }
            body = MissingNode.getInstance();
        }
        Integer remaining = number(response.getHeaderValue(request.writes() ? REMAINING_WRITES : REMAINING_READS));
        return isOk ? ok(response, body, remaining) : error(response, body, remaining);
    }

    private static ArmResult.Ok ok(HttpResponse response, JsonNode body, @Nullable Integer remaining) {
        String operation = response.getHeaderValue(ASYNC_OPERATION);
        return new ArmResult.Ok(
                response.getStatusCode(),
                body,
                eTag(response, body),
                operation == null ? response.getHeaderValue(HttpHeaderName.LOCATION) : operation,
                remaining);
    }

    private ArmResult.ArmError error(HttpResponse response, JsonNode body, @Nullable Integer remaining) {
        ArmErrors.Told told = ArmErrors.read(body);
        return new ArmResult.ArmError(
                response.getStatusCode(),
                told.code() == null ? ReasonCode.of("Http" + response.getStatusCode()) : told.code(),
                shorten(told.message()),
                retryAfter(response),
                remaining,
                told.demand());
    }

    private static @Nullable Integer number(@Nullable String header) {
        try {
            return header == null ? null : Integer.valueOf(header.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable String eTag(HttpResponse response, JsonNode body) {
        String header = response.getHeaderValue(HttpHeaderName.ETAG);
        return header == null && body.path("eTag").isTextual()
                ? body.path("eTag").asText()
                : header;
    }

    /** RFC 9110, section 10.2.3: seconds or a date. */
    private @Nullable Duration retryAfter(HttpResponse response) {
        String value = response.getHeaderValue(HttpHeaderName.RETRY_AFTER);
        if (value == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException e) {
            try {
                Duration wait = Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeParseException notADate) {
                return null;
            }
        }
    }

    static String shorten(String message) {
        return Limits.cut(message, MAX_MESSAGE_LENGTH);
    }
}
