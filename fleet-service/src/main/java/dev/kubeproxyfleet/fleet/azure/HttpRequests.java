package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Each call as a request over HTTP, with the preconditions under which ARM may carry it out. */
final class HttpRequests {

    private HttpRequests() {}

    static HttpRequest of(ArmRequest request, URI url) {
        return switch (request) {
            case ArmRequest.PutCluster put -> put(url, put.body(), HttpHeaderName.IF_MATCH, put.eTag());
            case ArmRequest.CreateCluster create -> put(url, create.body(), HttpHeaderName.IF_NONE_MATCH, "*");
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

    /** @param value of the precondition; null for none */
    private static HttpRequest put(URI url, JsonNode body, HttpHeaderName precondition, @Nullable String value) {
        HttpRequest put = request(HttpMethod.PUT, url)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
                .setBody(body.toString());
        return value == null ? put : put.setHeader(precondition, value);
    }

    private static HttpRequest request(HttpMethod method, URI url) {
        return new HttpRequest(method, url.toString()).setHeader(HttpHeaderName.ACCEPT, "application/json");
    }
}
