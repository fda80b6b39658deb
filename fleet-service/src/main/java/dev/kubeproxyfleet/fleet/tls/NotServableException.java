package dev.kubeproxyfleet.fleet.tls;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A certificate and a key that nothing can be served with. */
final class NotServableException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    /** @param message names the file and what is wrong with it */
    NotServableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
