package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/** A span of each request to ARM that belongs to an operation. It tells ids, and neither bodies nor tokens. */
final class CallTraces {

    static final HttpHeaderName CLIENT_REQUEST_ID = HttpHeaderName.fromString("x-ms-client-request-id");
    static final HttpHeaderName CORRELATION_ID = HttpHeaderName.fromString("x-ms-correlation-request-id");
    private static final HttpHeaderName SERVICE_REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");

    private final Tracing tracing;

    CallTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    /** None where no operation is under way. */
    Span begin(ArmRequest request, HttpRequest http) {
        String method = http.getHttpMethod().toString();
        Span span = tracing.below(method + " " + request.kind().tag(), SpanKind.CLIENT);
        if (span.isRecording()) {
            span.setAttribute(Attributes.HTTP_METHOD, method);
            span.setAttribute(Attributes.SERVER_ADDRESS, http.getUrl().getHost());
            span.setAttribute(Attributes.CALL, request.kind().tag());
            switch (request) {
                case ArmRequest.OfCluster of -> {
                    span.setAttribute(Attributes.SUBSCRIPTION, of.scope(Budget.Per.SUBSCRIPTION));
                    span.setAttribute(Attributes.CLUSTER, of.cluster());
                    region(span, of.region());
                }
                case ArmRequest.OfSubscription of -> {
                    span.setAttribute(Attributes.SUBSCRIPTION, of.subscription());
                    region(span, of.region());
                }
                case ArmRequest.ListSubscriptions _ -> {}
            }
        }
        return span;
    }

    private static void region(Span span, String region) {
        if (!region.isEmpty()) {
            span.setAttribute(Attributes.REGION, region);
        }
    }

    /** @param response null if there was none */
    static void end(Span span, HttpRequest http, @Nullable HttpResponse response, ArmResult result) {
        if (!span.isRecording()) {
            return;
        }
        tell(span, Attributes.AZ_CLIENT_REQUEST_ID, http.getHeaders().getValue(CLIENT_REQUEST_ID));
        if (response != null) {
            span.setAttribute(Attributes.HTTP_STATUS, (long) response.getStatusCode());
            tell(span, Attributes.AZ_SERVICE_REQUEST_ID, response.getHeaderValue(SERVICE_REQUEST_ID));
            tell(span, Attributes.CORRELATION_ID, response.getHeaderValue(CORRELATION_ID));
        }
        if (result instanceof ArmResult.ArmError error) {
            span.setAttribute(Attributes.ERROR_TYPE, error.code().toString());
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static void tell(Span span, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            span.setAttribute(key, value);
        }
    }
}
