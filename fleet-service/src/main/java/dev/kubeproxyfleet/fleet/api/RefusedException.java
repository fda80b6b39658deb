package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.io.Serial;

/** Ends a request that cannot be done; {@link HttpAnswers} makes HTTP of it. */
final class RefusedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ApiError error;

    /** @param status of HTTP */
    RefusedException(int status, ApiError error) {
        super(error.message());
        this.status = status;
        this.error = error;
    }

    RefusedException(RequestReason reason, String message) {
        this(reason.status(), ApiError.of(reason, message));
    }

    int status() {
        return status;
    }

    ApiError error() {
        return error;
    }

    /** An expected answer and no bug: where it was thrown says nothing. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
