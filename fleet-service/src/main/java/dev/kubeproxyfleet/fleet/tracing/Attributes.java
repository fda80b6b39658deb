package dev.kubeproxyfleet.fleet.tracing;

import io.opentelemetry.api.common.AttributeKey;

/** Names of what spans tell: OpenTelemetry's semantic conventions, and what is the fleet's own. */
public final class Attributes {

    public static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
    public static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    public static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    public static final AttributeKey<String> HTTP_METHOD = AttributeKey.stringKey("http.request.method");
    public static final AttributeKey<String> HTTP_ROUTE = AttributeKey.stringKey("http.route");
    public static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
    public static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    public static final AttributeKey<String> AZ_CLIENT_REQUEST_ID = AttributeKey.stringKey("az.client_request_id");
    public static final AttributeKey<String> AZ_SERVICE_REQUEST_ID = AttributeKey.stringKey("az.service_request_id");

    public static final AttributeKey<String> CORRELATION_ID = AttributeKey.stringKey("kpfleet.azure.correlation_id");
    public static final AttributeKey<String> SUBSCRIPTION = AttributeKey.stringKey("kpfleet.azure.subscription");
    public static final AttributeKey<String> REGION = AttributeKey.stringKey("kpfleet.azure.region");
    public static final AttributeKey<String> CALL = AttributeKey.stringKey("kpfleet.azure.call");
    public static final AttributeKey<String> CLUSTER = AttributeKey.stringKey("kpfleet.cluster");
    public static final AttributeKey<String> CONFIG = AttributeKey.stringKey("kpfleet.config");
    public static final AttributeKey<Long> GENERATION = AttributeKey.longKey("kpfleet.generation");
    public static final AttributeKey<String> ROLLOUT = AttributeKey.stringKey("kpfleet.rollout");
    public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("kpfleet.attempt");
    public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("kpfleet.outcome");

    private Attributes() {}
}
