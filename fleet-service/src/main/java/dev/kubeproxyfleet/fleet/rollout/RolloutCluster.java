package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import org.jspecify.annotations.Nullable;

/**
 * One cluster of a rollout.
 *
 * @param cluster ARM resource id, lower case
 * @param stage index of its stage
 * @param ordinal its turn within the stage
 * @param attempt operations issued for it so far
 * @param before what ARM showed before this rollout wrote; null until then
 */
public record RolloutCluster(
        RolloutId rollout,
        String cluster,
        int stage,
        int ordinal,
        int attempt,
        ClusterState state,
        @Nullable KubeProxyConfig before) {

    RolloutCluster with(ClusterState next) {
        return new RolloutCluster(rollout, cluster, stage, ordinal, attempt, next, before);
    }

    RolloutCluster started(ClusterState.Updating next) {
        return new RolloutCluster(rollout, cluster, stage, ordinal, next.attempt(), next, before);
    }

    /** The first write of a rollout decides what was there before it. */
    RolloutCluster appliedOver(KubeProxyConfig previous, ClusterState next) {
        return new RolloutCluster(rollout, cluster, stage, ordinal, attempt, next, before == null ? previous : before);
    }
}
