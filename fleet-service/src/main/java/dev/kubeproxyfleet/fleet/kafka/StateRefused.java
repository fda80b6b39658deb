package dev.kubeproxyfleet.fleet.kafka;

import java.util.Optional;

/**
 * An application's stores are of a form that this version does not know. It is thrown before anything is written; starting the
 * application again would not help, and so the service ends.
 */
public final class StateRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the two forms, and says what to do */
    public StateRefused(String message) {
        super(message);
    }

    /** The one that is behind a failure of an application. */
    static Optional<StateRefused> behind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StateRefused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }
}
