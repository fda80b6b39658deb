package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ApiError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers requests that are not let in, in the JSON of {@link ApiError}, and counts them. */
@Singleton
class RefusalWriter {

    private static final int SERVICE_UNAVAILABLE = 503;

    /** Seconds after which a client may try again what was too much. */
    private static final String RETRY_AFTER = "1";

    /**
     * What a refused client still sends is dropped for so long before its connection is closed: closed at once, it would see an
     * error of its connection, and not the answer.
     */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Map<ReasonCode, Counter> refused;

    RefusalWriter(MeterRegistry metrics) {
        this.refused = Refusal.CODES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        code -> Counter.builder("kpfleet.http.refused")
                                .description("Requests that were not let in, by reason code")
                                .tag("code", code.code())
                                .register(metrics)));
    }

    void write(RoutingContext routing, Refusal refusal) {
        HttpServerRequest request = routing.request();
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        count(refusal.code());
        response.setStatusCode(refusal.code().status()).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (refusal.code().status() == SERVICE_UNAVAILABLE) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        boolean unread = !request.isEnded();
        if (unread) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(json(refusal.error()));
        if (unread) {
            request.handler(null);
            request.endHandler(_ -> request.connection().close());
            request.resume();
            routing.vertx()
                    .setTimer(LINGER.toMillis(), _ -> request.connection().close());
        }
    }

    /** For what others answer; what is no code of {@link Refusal} is counted by others, or is not refused at the door. */
    void count(ReasonCode code) {
        Counter counter = refused.get(code);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Buffer json(ApiError error) {
        try {
            return Buffer.buffer(Json.MAPPER.writeValueAsBytes(error));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an error of the API cannot be written as JSON", e);
        }
    }
}
