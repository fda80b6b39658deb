package dev.kubeproxyfleet.fleet.notify;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends a request once. */
@FunctionalInterface
interface Post {

    /** @param retryAfter the header of that name; null if there is none */
    record Reply(int status, @Nullable String retryAfter, String body) {}

    /** @throws IOException if there was no answer, or the address is none that may be asked; its message says why, without a secret */
    Reply send(Letter letter, boolean allowPrivate) throws IOException;
}
