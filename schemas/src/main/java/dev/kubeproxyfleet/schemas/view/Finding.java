package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it should be.
 *
 * @param code stable reason code
 * @param message what it is, in place of a sentence
 * @param helps what to do about it, one sentence in Markdown; null if nothing helps or nobody knows
 */
public record Finding(String code, String message, @Nullable String helps) {

    /** With what the guide of reasons has to say about it. */
    public static Finding of(ReasonCode code, String message) {
        return new Finding(
                code.code(),
                message,
                code instanceof Reason reason ? reason.words().helps() : null);
    }
}
