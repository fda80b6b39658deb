package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question that the fleet service asks over HTTP with a GET, and what the answer must be. Either {@code json} or
 * {@code prometheus} is given. The terms are those of the web and Prometheus metrics of Argo Rollouts.
 *
 * @param url http or https; of Prometheus its address, to which {@code /api/v1/query} is added
 * @param secretRef name of a secret that is sent as a bearer token; null for none
 * @param json what a JSON answer must hold
 * @param prometheus what an instant query must result in
 * @param interval from the beginning of one measurement to that of the next
 * @param count measurements in a row that must succeed before the gate passes
 * @param failureLimit failed measurements that are tolerated in a stage; one more, and the gate fails
 * @param timeout of one measurement
 */
public record HttpCheck(
        URI url,
        @Nullable String secretRef,
        @Nullable JsonValue json,
        @Nullable InstantQuery prometheus,
        Duration interval,
        int count,
        int failureLimit,
        Duration timeout) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
    public static final int DEFAULT_COUNT = 3;
    public static final int DEFAULT_FAILURE_LIMIT = 0;
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    public HttpCheck {
        if ((json == null) == (prometheus == null)) {
            throw new IllegalArgumentException("an HTTP check has either json or prometheus");
        }
        if (!interval.isPositive() || !timeout.isPositive() || count < 1 || failureLimit < 0) {
            throw new IllegalArgumentException(
                    "interval, timeout and count are positive, failureLimit is not negative");
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
     * An instant query to Prometheus. Every sample of its result must hold the comparison; without a sample nobody can tell.
     *
     * @param query in PromQL
     * @param operator how a sample compares with {@code threshold} where all is well
     */
    public record InstantQuery(String query, Operator operator, double threshold) implements Expectation {}

    /** Comparisons as PromQL writes them. */
    public enum Operator {
        @JsonProperty("<")
        LESS,
        @JsonProperty("<=")
        LESS_OR_EQUAL,
        @JsonProperty(">")
        GREATER,
        @JsonProperty(">=")
        GREATER_OR_EQUAL,
        @JsonProperty("==")
        EQUAL,
        @JsonProperty("!=")
        NOT_EQUAL;

        /** As in PromQL, where a NaN is different from everything and nothing else. */
        public boolean holds(double value, double threshold) {
            return switch (this) {
                case LESS -> value < threshold;
                case LESS_OR_EQUAL -> value <= threshold;
                case GREATER -> value > threshold;
                case GREATER_OR_EQUAL -> value >= threshold;
                case EQUAL -> value == threshold;
                case NOT_EQUAL -> value != threshold;
            };
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
