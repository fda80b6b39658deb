package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends a request that cannot be done; {@link HttpAnswers} makes HTTP of it. */
final class RefusedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ApiError error;
    private final @Nullable Duration retryAfter;

    /** @param status of HTTP */
    RefusedException(int status, ApiError error) {
        this(status, error, null);
    }

    RefusedException(RequestReason reason, String message) {
        this(reason.status(), ApiError.of(reason, message));
    }

    /** @param retryAfter when the same may be asked again */
    RefusedException(RequestReason reason, String message, Duration retryAfter) {
        this(reason.status(), ApiError.of(reason, message), retryAfter);
    }

    private RefusedException(int status, ApiError error, @Nullable Duration retryAfter) {
        super(error.message());
        this.status = status;
        this.error = error;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    ApiError error() {
        return error;
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** An expected answer and no bug: where it was thrown says nothing. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
