package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.Accepted;
import dev.kubeproxyfleet.schemas.view.ApiError;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place that makes HTTP of what came of a request. */
final class HttpAnswers {

    private final RefusalWriter refusals;

    HttpAnswers(RefusalWriter refusals) {
        this.refusals = refusals;
    }

    /** An {@link AuditRecord} where the controller has answered, else {@link Accepted}. */
    static RestResponse<Object> of(Requests.Reply answer) {
        return switch (answer) {
            case Requests.Reply.Answered(AuditRecord audit) -> of(audit);
            case Requests.Reply.Unanswered(String requestId) ->
                RestResponse.status(Status.ACCEPTED, new Accepted(requestId));
            case Requests.Reply.NotSent(RequestReason reason, String message) ->
                throw new RefusedException(reason, message);
        };
    }

    static RestResponse<Object> of(AuditRecord audit) {
        return switch (audit.verdict()) {
            case Done, Unchanged -> RestResponse.ok(audit);
            case Refused -> RestResponse.status(Status.CONFLICT, audit);
        };
    }

    @ServerExceptionMapper
    RestResponse<ApiError> of(RefusedException refused) {
        return of(refused.status(), refused.error());
    }

    /** A token or a session that is not taken. */
    @ServerExceptionMapper
    RestResponse<ApiError> of(AuthenticationFailedException failed, RoutingContext routing) {
        Refusal refusal = LoginMechanism.refusal(routing);
        refusals.count(refusal);
        return RestResponse.ResponseBuilder.create(Status.UNAUTHORIZED, refusal.error())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(LoginMechanism.WWW_AUTHENTICATE, LoginMechanism.BEARER)
                .build();
    }

    static RestResponse<ApiError> of(RequestReason reason, String message) {
        return of(reason.status(), ApiError.of(reason, message));
    }

    private static RestResponse<ApiError> of(int status, ApiError error) {
        return RestResponse.ResponseBuilder.create(Status.fromStatusCode(status), error)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }
}
