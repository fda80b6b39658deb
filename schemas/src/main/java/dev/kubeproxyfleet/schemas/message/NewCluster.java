package dev.kubeproxyfleet.schemas.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A managed cluster that shall be created with the kube-proxy configuration that a config has by then. Topic {@code
 * new-clusters}; answered by an {@link AuditRecord} whose {@code requestId} is the event's id. A cluster that exists is left alone,
 * so the same event twice creates one cluster.
 *
 * @param id ARM resource id, in the casing that the names shall have
 * @param config name of a published config
 * @param cluster body of the PUT as ARM takes it, without {@code kubeProxyConfig} or with the same
 * @param reason why, in the asker's words
 */
public record NewCluster(
        String id,
        String config,
        JsonNode cluster,
        @Nullable String reason) {

    public static final String TYPE = "dev.kubeproxyfleet.new-cluster.v1";

    public NewCluster {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(cluster, "cluster");
        reason = Attribution.reason(reason);
    }
}
