package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.Present;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * The mode that a cluster has.
 *
 * @param mode null if nobody knows
 * @param isPinned whether Azure shows it, so that no version of Kubernetes chooses another one
 * @param isWithoutKubeProxy whether there is none
 */
record PresentMode(@Nullable KubeProxyMode mode, boolean isPinned, boolean isWithoutKubeProxy) {

    static PresentMode of(ClusterRecord cluster, Evidence evidence) {
        KubeProxyConfig config = cluster.kubeProxy();
        if ("cilium".equalsIgnoreCase(cluster.networkDataplane())
                || (config != null && Boolean.FALSE.equals(config.enabled()))) {
            return new PresentMode(null, false, true);
        }
        if (config == null) {
            return new PresentMode(null, false, false);
        }
        if (config.mode() != null) {
            return new PresentMode(config.mode(), true, false);
        }
        return new PresentMode(
                Present.inForce(config, cluster, evidence)
                        .map(KubeProxyConfig::mode)
                        .orElse(null),
                false,
                false);
    }

    boolean isPinnedTo(KubeProxyMode other) {
        return isPinned && mode == other;
    }

    /** As {@link ClusterView#mode()} has it. */
    String shown() {
        if (isWithoutKubeProxy) {
            return ClusterView.MODE_DISABLED;
        }
        return mode == null ? ClusterView.MODE_UNKNOWN : mode.name();
    }
}
