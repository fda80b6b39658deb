package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.Accepted;
import dev.kubeproxyfleet.schemas.view.ApiError;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
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
        refusals.count(refused.error().code());
        RestResponse.ResponseBuilder<ApiError> answer = answer(refused.status(), refused.error());
        refused.retryAfter().ifPresent(wait -> answer.header(HttpHeaders.RETRY_AFTER, seconds(wait)));
        return answer.build();
    }

    /** Whole ones, as RFC 9110 wants them, and not too few. */
    private static long seconds(Duration wait) {
        return wait.plusSeconds(1).minusNanos(1).toSeconds();
    }

    /** A token or a session that is not taken. */
    @ServerExceptionMapper
    RestResponse<ApiError> of(AuthenticationFailedException failed, RoutingContext routing) {
        Refusal refusal = LoginMechanism.refusal(routing);
        refusals.count(refusal.code());
        return answer(refusal.code().status(), refusal.error())
                .header(LoginMechanism.WWW_AUTHENTICATE, LoginMechanism.BEARER)
                .build();
    }

    static RestResponse<ApiError> of(RequestReason reason, String message) {
        return answer(reason.status(), ApiError.of(reason, message)).build();
    }

    private static RestResponse.ResponseBuilder<ApiError> answer(int status, ApiError error) {
        return RestResponse.ResponseBuilder.create(Status.fromStatusCode(status), error)
                .type(MediaType.APPLICATION_JSON_TYPE);
    }
}
