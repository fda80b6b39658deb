package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.KubernetesVersion;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.Locale;
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
        boolean isDefault = KubernetesVersion.parse(cluster.kubernetesVersion())
                .filter(KubernetesVersion::hasDefaultMode)
                .isPresent();
        return new PresentMode(isDefault ? KubeProxyMode.IPTABLES : ofNodes(cluster, evidence), false, false);
    }

    /** Null unless each node proves the same. */
    private static @Nullable KubeProxyMode ofNodes(ClusterRecord cluster, Evidence evidence) {
        if (evidence.nodesReporting() == 0 || evidence.nodesReporting() < cluster.nodeCount()) {
            return null;
        }
        for (KubeProxyMode mode : KubeProxyMode.values()) {
            String told = mode.name().toLowerCase(Locale.ROOT);
            if (evidence.observed().stream()
                    .allMatch(nodes -> nodes.proof() == Evidence.Proof.PROVEN && told.equals(nodes.mode()))) {
                return mode;
            }
        }
        return null;
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
