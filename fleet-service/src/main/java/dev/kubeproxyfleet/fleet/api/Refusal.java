package dev.kubeproxyfleet.fleet.api;

import java.util.List;

/**
 * Why a request is not let in.
 *
 * @param status of HTTP
 */
record Refusal(int status, ApiError error) {

    static final String BAD_HOST = "BadHost";
    static final String FOREIGN_HOST = "ForeignHost";
    static final String LENGTH_REQUIRED = "LengthRequired";
    static final String BODY_TOO_LARGE = "BodyTooLarge";
    static final String BODY_TOO_SLOW = "BodyTooSlow";
    static final String TOO_MANY_BYTES = "TooManyBytes";

    /** Every code, so that each is counted from zero. */
    static final List<String> CODES =
            List.of(BAD_HOST, FOREIGN_HOST, LENGTH_REQUIRED, BODY_TOO_LARGE, BODY_TOO_SLOW, TOO_MANY_BYTES);

    static Refusal of(int status, String code, String message) {
        return new Refusal(status, ApiError.of(code, message));
    }
}
