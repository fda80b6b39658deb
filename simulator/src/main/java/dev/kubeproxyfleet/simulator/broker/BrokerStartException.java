package dev.kubeproxyfleet.simulator.broker;

import org.jspecify.annotations.Nullable;

/** The broker cannot start; the message says where, why and what to do. */
public final class BrokerStartException extends Exception {

    private static final long serialVersionUID = 1L;

    BrokerStartException(String message) {
        super(message);
    }

    BrokerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
