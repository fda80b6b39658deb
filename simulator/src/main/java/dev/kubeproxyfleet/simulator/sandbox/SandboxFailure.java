package dev.kubeproxyfleet.simulator.sandbox;

import org.jspecify.annotations.Nullable;

/** The sandbox cannot run; the message says why and what to do. */
public final class SandboxFailure extends Exception {

    private static final long serialVersionUID = 1L;

    SandboxFailure(String message) {
        super(message);
    }

    SandboxFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
