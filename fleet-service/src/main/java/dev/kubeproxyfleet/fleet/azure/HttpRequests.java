package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Each call as a request over HTTP, with the preconditions under which ARM may carry it out. */
final class HttpRequests {

    /** Where a policy token is shown; its value is as Azure gave it, with the prefix {@code PoP }. */
    static final HttpHeaderName POLICY_TOKEN = HttpHeaderName.fromString("x-ms-policy-external-evaluations");

    /** Has ARM answer a POST when it is done with it, in place of a promise. */
    private static final HttpHeaderName FORCE_SYNC = HttpHeaderName.fromString("x-ms-force-sync");

    private final ArmAddress address;

    HttpRequests(ArmAddress address) {
        this.address = address;
    }

    /** @param url of the request */
    HttpRequest of(ArmRequest request, URI url) {
        return switch (request) {
            case ArmRequest.PutCluster put -> put(url, put, HttpHeaderName.IF_MATCH, put.eTag());
            case ArmRequest.CreateCluster create -> put(url, create, HttpHeaderName.IF_NONE_MATCH, "*");
            case ArmRequest.AcquirePolicyToken(ArmRequest.Put put) ->
                request(HttpMethod.POST, url)
                        .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                        .setHeader(FORCE_SYNC, "true")
                        .setBody(evaluation(put));
            case ArmRequest.RegisterProvider _, ArmRequest.RegisterFeature _, ArmRequest.ListUserCredential _ ->
                request(HttpMethod.POST, url).setHeader(HttpHeaderName.CONTENT_LENGTH, "0");
            case ArmRequest.GetCluster _,
                    ArmRequest.ListClusters _,
                    ArmRequest.ListSubscriptions _,
                    ArmRequest.ListMaintenance _,
                    ArmRequest.ListLocks _,
                    ArmRequest.ReadOperation _,
                    ArmRequest.ReadProvider _,
                    ArmRequest.ReadFeature _,
                    ArmRequest.ReadPermissions _ -> request(HttpMethod.GET, url);
        };
    }

    /**
     * The operation with its body as {@link #put} sends it, byte for byte: the token is bound to that.
     */
    private String evaluation(ArmRequest.Put put) {
        return "{\"operation\":{\"uri\":" + TextNode.valueOf(address.of(put).toString())
                + ",\"httpMethod\":\"PUT\",\"content\":" + put.body() + "}}";
    }

    /** @param value of the precondition; null for none */
    private static HttpRequest put(URI url, ArmRequest.Put write, HttpHeaderName precondition, @Nullable String value) {
        HttpRequest put = request(HttpMethod.PUT, url)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                .setBody(write.body().toString());
        Secret token = write.policyToken();
        if (token != null) {
            put.setHeader(POLICY_TOKEN, token.value());
        }
        return value == null ? put : put.setHeader(precondition, value);
    }

    private static HttpRequest request(HttpMethod method, URI url) {
        return new HttpRequest(method, url.toString()).setHeader(HttpHeaderName.ACCEPT, "application/json");
    }
}
