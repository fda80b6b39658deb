package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.time.Instant;
import java.util.Objects;

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

    public Operation {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(kubeProxy, "kubeProxy");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(deadline, "deadline");
        if (generation < 1 || attempt < 1) {
            throw new IllegalArgumentException("generation or attempt is less than 1");
        }
        Limits.checkText("config", config, Limits.MAX_NAME_LENGTH);
        Limits.checkText("rollout", rollout, Limits.MAX_ID_LENGTH);
        Limits.checkText("cluster", cluster, Limits.MAX_RESOURCE_ID_LENGTH);
    }
}
