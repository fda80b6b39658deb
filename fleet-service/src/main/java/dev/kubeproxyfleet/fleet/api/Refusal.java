package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.util.List;

/** Why a request is not let in. */
record Refusal(RequestReason code, String message) {

    /** Every code, so that each is counted from zero. */
    static final List<RequestReason> CODES = List.of(
            RequestReason.BadHost,
            RequestReason.ForeignHost,
            RequestReason.NotExposed,
            RequestReason.HttpsRequired,
            RequestReason.LoginRequired,
            RequestReason.TokenNotValid,
            RequestReason.LengthRequired,
            RequestReason.BodyTooLarge,
            RequestReason.BodyTooSlow,
            RequestReason.TooManyBytes,
            RequestReason.TooManyOwnChanges,
            RequestReason.TooManyOwnStreams);

    ApiError error() {
        return ApiError.of(code, message);
    }
}
