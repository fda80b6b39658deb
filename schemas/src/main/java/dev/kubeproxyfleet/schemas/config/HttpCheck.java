package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question that the fleet service asks over HTTP with a GET, and what the answer must be. Either {@code json} or
 * {@code prometheus} is given. The terms are those of the web and Prometheus metrics of Argo Rollouts.
 *
 * @param url https, or http to the service's own machine; of Prometheus its address, to which {@code /api/v1/query} is added
 * @param headers sent with the question
 * @param json what a JSON answer must hold
 * @param prometheus what an instant query must result in
 * @param interval from the beginning of one measurement to that of the next
 * @param count how many measurements must tell something before the gate passes; it is asked until the end of the bake in any case
 * @param failureLimit failed measurements that are tolerated in a stage; one more, and the gate fails
 * @param consecutiveErrorLimit measurements in a row that told nothing and are waited out once the stage has baked; one more, and the
 *     gate cannot tell
 * @param timeout of one measurement
 */
public record HttpCheck(
        URI url,
        List<Header> headers,
        @Nullable JsonValue json,
        @Nullable InstantQuery prometheus,
        Duration interval,
        int count,
        int failureLimit,
        int consecutiveErrorLimit,
        Duration timeout) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
    public static final int DEFAULT_COUNT = 5;
    public static final int DEFAULT_FAILURE_LIMIT = 0;
    public static final int DEFAULT_CONSECUTIVE_ERROR_LIMIT = 4;
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    static final Duration MIN_INTERVAL = Duration.ofSeconds(10);
    static final Duration MAX_INTERVAL = Duration.ofHours(1);
    static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    public HttpCheck {
        headers = List.copyOf(headers);
        if ((json == null) == (prometheus == null)) {
            throw new IllegalArgumentException("an HTTP check has either json or prometheus");
        }
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException("interval is from " + MIN_INTERVAL + " to " + MAX_INTERVAL);
        }
        if (!timeout.isPositive() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout is positive, and at most " + MAX_TIMEOUT);
        }
        if (count < 1 || failureLimit < 0 || consecutiveErrorLimit < 0) {
            throw new IllegalArgumentException("count is positive, and no limit is negative");
        }
    }

    /**
     * A header of the question. Either {@code value} or {@code secret} is given.
     *
     * @param secret name of what only the service knows, whose whole content is the value
     */
    public record Header(
            String key, @Nullable String value, @Nullable String secret) {

        public Header {
            if ((value == null) == (secret == null)) {
                throw new IllegalArgumentException("a header has either a value or a secret");
            }
        }
    }

    /** What an answer must be. */
    public sealed interface Expectation {}

    /**
     * A value in a JSON answer.
     *
     * @param pointer where it is, by RFC 6901; empty for the whole answer
     * @param expected a text, a number, true or false
     */
    public record JsonValue(String pointer, JsonNode expected) implements Expectation {

        public JsonValue {
            JsonPointer.compile(pointer);
        }
    }

    /**
     * An instant query to Prometheus. At least one bound is given; a value on a bound is good.
     *
     * @param query in PromQL; it results in one number
     * @param failAbove null for no bound
     * @param failBelow null for no bound
     */
    public record InstantQuery(
            String query,
            @Nullable Double failAbove,
            @Nullable Double failBelow) implements Expectation {

        public InstantQuery {
            if (failAbove == null && failBelow == null) {
                throw new IllegalArgumentException("an instant query has failAbove, failBelow or both");
            }
        }
    }

    /** What an answer must be. */
    public Expectation expectation() {
        return json == null ? Objects.requireNonNull(prometheus) : json;
    }

    /** What is asked for. */
    public URI request() {
        if (prometheus == null) {
            return url;
        }
        String address = url.toString();
        return URI.create((address.endsWith("/") ? address : address + "/") + "api/v1/query?query="
                + URLEncoder.encode(prometheus.query(), StandardCharsets.UTF_8));
    }
}
