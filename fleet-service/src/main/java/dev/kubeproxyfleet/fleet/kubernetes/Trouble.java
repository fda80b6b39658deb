package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;

/**
 * Why nothing, or not all, can be seen of a cluster.
 *
 * @param message for people, in place of a sentence's end; cut to {@link #MAX_MESSAGE_LENGTH}
 */
record Trouble(KubernetesReason code, String message) {

    static final int MAX_MESSAGE_LENGTH = 500;

    Trouble {
        message = Limits.cut(message, MAX_MESSAGE_LENGTH);
    }
}
