package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
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
public record ApiError(
        ReasonCode code,
        String message,
        @Nullable String path,
        @Nullable List<String> candidates) {

    /** An error that neither the body nor an ambiguous name is to blame for. */
    public static ApiError of(ReasonCode code, String message) {
        return new ApiError(code, message, null, null);
    }
}
