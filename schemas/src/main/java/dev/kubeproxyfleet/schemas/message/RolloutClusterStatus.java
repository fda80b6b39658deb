package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One cluster of a rollout as people see it. Topic {@code rollout-clusters}, key {@link #key()}.
 *
 * @param cluster ARM resource id, lower case
 * @param code stable reason code of the state: what it waits for, why it failed or was skipped; null where there is none
 * @param message one sentence for people, with ARM's own words where ARM gave them
 * @param since when the state began
 * @param group of its stage; null where the stage has none
 * @param before what it had before this rollout: by the inventory, then by what ARM showed just before the write; null where
 *     that cannot be read
 */
public record RolloutClusterStatus(
        String rollout,
        String cluster,
        String stage,
        @Nullable String group,
        State state,
        @Nullable String code,
        String message,
        Instant since,
        int attempt,
        @Nullable KubeProxyConfig before) {

    public static final String TYPE = "dev.kubeproxyfleet.rollout-cluster.v1";

    public String key() {
        return rollout + cluster;
    }

    /** States of a cluster in a rollout. */
    public enum State {
        Waiting,
        Updating,
        Verifying,
        Converged,
        Failed,
        Skipped,
        RolledBack
    }
}
