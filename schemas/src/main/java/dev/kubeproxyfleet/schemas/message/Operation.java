package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * "Make it so": one cluster shall get one kube-proxy configuration, or one set of agents. Topic {@code operations}, key {@link #cluster()}; a tombstone means
 * that nothing is left to do there.
 *
 * @param rollout {@code <config>.<generation>}
 * @param cluster ARM resource id, lower case
 * @param attempt 1 for the first; an outcome answers exactly one attempt
 * @param kubeProxy null if it is about agents
 * @param agents null if it is about kube-proxy
 * @param deadline after this the worker starts no further write and reports {@code DeadlineExceeded}
 */
public record Operation(
        String config,
        String rollout,
        long generation,
        String cluster,
        int attempt,
        @Nullable KubeProxyConfig kubeProxy,
        @Nullable AgentConfig agents,
        Instant issuedAt,
        Instant deadline) {

    public static final String TYPE = "dev.kubeproxyfleet.operation.v1";

    public Operation {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(deadline, "deadline");
        if ((kubeProxy == null) == (agents == null)) {
            throw new IllegalArgumentException("an operation is about kubeProxy or about agents, and not about both");
        }
        if (generation < 1 || attempt < 1) {
            throw new IllegalArgumentException("generation or attempt is less than 1");
        }
        Limits.checkText("config", config, Limits.MAX_NAME_LENGTH);
        Limits.checkText("rollout", rollout, Limits.MAX_ID_LENGTH);
        Limits.checkText("cluster", cluster, Limits.MAX_RESOURCE_ID_LENGTH);
    }

    /** An operation on a cluster's kube-proxy or on its agents. */
    public static Operation of(
            String config,
            String rollout,
            long generation,
            String cluster,
            int attempt,
            Desired desired,
            Instant issuedAt,
            Instant deadline) {
        return switch (desired) {
            case Desired.KubeProxy(KubeProxyConfig kubeProxy) ->
                new Operation(config, rollout, generation, cluster, attempt, kubeProxy, null, issuedAt, deadline);
            case Desired.Agents(AgentConfig agents) ->
                new Operation(config, rollout, generation, cluster, attempt, null, agents, issuedAt, deadline);
        };
    }

    /** What the cluster shall get. */
    public Desired desired() {
        return Desired.of(kubeProxy, agents);
    }
}
