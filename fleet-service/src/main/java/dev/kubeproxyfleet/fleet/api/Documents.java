package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What requests that carry a document have in common: names, and answers to documents that are wrong. */
final class Documents {

    private Documents() {}

    static boolean mayBeNamed(String name) {
        return Limits.isName(name);
    }

    static Response badName(String name) {
        return wrong(
                "/metadata/name",
                "'" + name + "' cannot name anything here: use lower-case letters, digits and '-', at most 63");
    }

    /** The document is of another kind than belongs here. */
    static Response wrongKind(String kind, String place) {
        return wrong("/kind", "/kind is " + kind + "; send it to " + place);
    }

    static Response wrong(String path, String message) {
        return new ApiError(DocumentReason.InvalidValue, message, path, null).with(Response.Status.BAD_REQUEST);
    }

    /** The first problem is the answer's; the sentence carries the others too. */
    static Response invalid(List<Problem> problems) {
        Problem first = problems.getFirst();
        String others = problems.stream()
                .skip(1)
                .map(problem -> " " + problem.message())
                .reduce("", String::concat);
        return new ApiError(first.code(), first.message() + others, first.path(), null)
                .with(Response.Status.BAD_REQUEST);
    }

    static byte[] orEmpty(byte @Nullable [] body) {
        return body == null ? new byte[0] : body;
    }
}
