package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.core.Response;

/** HTTP for what came of a request. */
final class Answers {

    private Answers() {}

    /** The request is on its way; the audit record with this id will tell what came of it. */
    record Accepted(String requestId) {}

    static Response of(Requests.Answer answer) {
        return switch (answer) {
            case Requests.Answer.Answered(AuditRecord audit) ->
                Response.status(status(audit)).entity(audit).build();
            case Requests.Answer.Unanswered(String requestId) ->
                Response.status(Response.Status.ACCEPTED)
                        .entity(new Accepted(requestId))
                        .build();
            case Requests.Answer.NotSent(RequestReason code, String message) -> ApiError.refused(code, message);
        };
    }

    private static Response.Status status(AuditRecord audit) {
        return switch (audit.verdict()) {
            case Done, Unchanged -> Response.Status.OK;
            case Refused -> Response.Status.CONFLICT;
        };
    }
}
