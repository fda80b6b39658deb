package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;

/**
 * "Make it so": one cluster shall get one configuration. Topic {@code operations}, key {@link #cluster()}; a tombstone means
 * that nothing is left to do there.
 *
 * @param rollout {@code <config>.<generation>}
 * @param cluster ARM resource id, lower case
 * @param attempt 1 for the first; an outcome answers exactly one attempt
 * @param deadline after this the worker starts no further write and reports {@code DeadlineExceeded}
 */
public record Operation(
        String config,
        String rollout,
        long generation,
        String cluster,
        int attempt,
        KubeProxyConfig kubeProxy,
        Instant issuedAt,
        Instant deadline) {

    public static final String TYPE = "dev.kubeproxyfleet.operation.v1";
}
