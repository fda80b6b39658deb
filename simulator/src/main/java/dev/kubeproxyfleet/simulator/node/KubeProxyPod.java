package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The pod of kube-proxy on a node, as its kubelet would tell of it.
 *
 * @param number 1 for the first pod of a node, one more for each that replaced it
 * @param config that its flags say
 * @param restarts of its container
 * @param startedAt of the process that runs, or that ran last
 * @param up false while the process is away between two crashes
 * @param lastRun the process that ended last in this pod; null if none has
 */
public record KubeProxyPod(
        int number,
        KubeProxyConfig config,
        Instant createdAt,
        int restarts,
        Instant startedAt,
        boolean up,
        @Nullable Run lastRun) {

    /** A process from its start to its end. */
    public record Run(Instant startedAt, Instant endedAt) {}
}
