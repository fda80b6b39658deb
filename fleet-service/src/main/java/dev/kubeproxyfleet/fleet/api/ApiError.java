package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not done.
 *
 * @param code for programs and for searching
 * @param message one sentence for people that says what to do
 * @param path JSON pointer into the body, where the body is at fault
 * @param candidates what could have been meant, where the request was ambiguous
 */
record ApiError(
        ReasonCode code,
        String message,
        @Nullable String path,
        @Nullable List<String> candidates) {

    static ApiError of(ReasonCode code, String message) {
        return new ApiError(code, message, null, null);
    }

    static Response refused(RequestReason code, String message) {
        return of(code, message).with(code.status());
    }

    Response with(Response.Status status) {
        return with(status.getStatusCode());
    }

    Response with(int status) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(this)
                .build();
    }
}
