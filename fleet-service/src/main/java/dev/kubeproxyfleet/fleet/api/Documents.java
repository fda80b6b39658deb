package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What requests that carry a document have in common: names, and answers to documents that are wrong. */
final class Documents {

    private Documents() {}

    /** @throws RefusedException if nothing can have this name */
    static void checkName(String name) {
        if (!Limits.isName(name)) {
            throw wrong(
                    "/metadata/name",
                    "'" + name + "' cannot name anything here: use lower-case letters, digits and '-', at most 63");
        }
    }

    /**
     * Where in Git it stands, as the caller says.
     *
     * @param source of the event; null if it does not come from Git
     * @throws RefusedException if it cannot be read
     */
    static @Nullable Origin origin(@Nullable String source) {
        if (source == null) {
            return null;
        }
        return Optional.of(source)
                .filter(text -> Limits.isText(text, Limits.MAX_SOURCE_LENGTH))
                .flatMap(Origin::of)
                .orElseThrow(() -> wrong(
                        "/origin",
                        "origin is no place in Git: write git:<host>/<path>?ref=…&file=…&commit=…&blob=…, encoded, at most "
                                + Limits.MAX_SOURCE_LENGTH + " characters"));
    }

    /** The document is of another kind than belongs here. */
    static RefusedException wrongKind(String kind, String place) {
        return wrong("/kind", "/kind is " + kind + "; send it to " + place);
    }

    static RefusedException wrong(String path, String message) {
        return new RefusedException(
                RestResponse.StatusCode.BAD_REQUEST, new ApiError(DocumentReason.InvalidValue, message, path, null));
    }

    /** The first problem is the answer's; the sentence carries the others too. */
    static RefusedException invalid(List<Problem> problems) {
        Problem first = problems.getFirst();
        String others = problems.stream()
                .skip(1)
                .map(problem -> " " + problem.message())
                .reduce("", String::concat);
        return new RefusedException(
                RestResponse.StatusCode.BAD_REQUEST,
                new ApiError(first.code(), first.message() + others, first.path(), null));
    }

    static byte[] orEmpty(byte @Nullable [] body) {
        return body == null ? new byte[0] : body;
    }
}
