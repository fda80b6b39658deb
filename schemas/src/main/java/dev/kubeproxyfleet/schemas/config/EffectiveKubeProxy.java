package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.Nullable;

/**
 * What a cluster runs: the meaning of a {@link KubeProxyConfig}. Equal values mean that there is nothing to change.
 *
 * @param ipvs present exactly when enabled in mode IPVS
 */
public record EffectiveKubeProxy(
        boolean enabled, KubeProxyMode mode, @Nullable EffectiveIpvs ipvs) {

    /** kube-proxy does not run; its mode has no meaning then. */
    public static final EffectiveKubeProxy DISABLED = new EffectiveKubeProxy(false, KubeProxyMode.IPTABLES, null);

    public EffectiveKubeProxy {
        if ((ipvs != null) != (enabled && mode == KubeProxyMode.IPVS)) {
            throw new IllegalArgumentException(
                    "IPVS settings belong to an enabled kube-proxy in mode IPVS, and only there");
        }
    }

    /** One line for people, for example {@code IPVS LeastConnection tcp=900s tcpfin=120s udp=300s}. */
    public String describe() {
        if (!enabled) {
            return "disabled";
        }
        if (ipvs == null) {
            return mode.name();
        }
        return "IPVS " + ipvs.scheduler() + " tcp=" + ipvs.tcpTimeoutSeconds() + "s tcpfin="
                + ipvs.tcpFinTimeoutSeconds() + "s udp=" + ipvs.udpTimeoutSeconds() + "s";
    }
}
