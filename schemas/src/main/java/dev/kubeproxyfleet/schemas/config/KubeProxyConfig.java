package dev.kubeproxyfleet.schemas.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code networkProfile.kubeProxyConfig} of a managed cluster as it is written: what is unset stays unset.
 *
 * <p>Two of these are compared by what they mean, never field by field: see {@link #effective()}.
 */
public record KubeProxyConfig(
        @Nullable Boolean enabled,
        @Nullable KubeProxyMode mode,
        @Nullable IpvsConfig ipvsConfig) {

    /** Nothing set: what AKS shows as an absent property. */
    public static final KubeProxyConfig UNSET = new KubeProxyConfig(null, null, null);

    /** Azure shows a disabled kube-proxy as an empty object. */
    public static final KubeProxyConfig DISABLED = new KubeProxyConfig(false, null, null);

    /**
     * The same with the mode by name, as it is in a cluster of this version; empty if kube-proxy chooses it there, so that nobody knows
     * it by the configuration. No other place says what a mode means that is not named.
     */
    public Optional<KubeProxyConfig> named(String kubernetesVersion) {
        return namesMode()
                ? Optional.of(this)
                : KubernetesVersion.parse(kubernetesVersion)
                        .flatMap(KubernetesVersion::defaultMode)
                        .map(this::inMode);
    }

    /** False only where kube-proxy runs, and it is left to it in which mode. */
    public boolean namesMode() {
        return mode != null || Boolean.FALSE.equals(enabled);
    }

    public KubeProxyConfig inMode(KubeProxyMode other) {
        return new KubeProxyConfig(enabled, other, ipvsConfig);
    }

    /** Whether a cluster that has {@code current} has all that this asks for: the same, and by name if this names a mode. */
    public boolean isIn(KubeProxyConfig current) {
        return effective().equals(current.effective()) && (current.namesMode() || !namesMode());
    }

    /**
     * What a cluster with this configuration runs, every default filled in. A mode that is not named is IPTABLES, which holds up to
     * Kubernetes 1.39: of a cluster ask for {@link #named} before.
     */
    public EffectiveKubeProxy effective() {
        if (Boolean.FALSE.equals(enabled)) {
            return EffectiveKubeProxy.DISABLED;
        }
        KubeProxyMode effectiveMode = mode == null ? KubeProxyMode.IPTABLES : mode;
        if (effectiveMode != KubeProxyMode.IPVS) {
            return new EffectiveKubeProxy(true, effectiveMode, null);
        }
        IpvsConfig ipvs = ipvsConfig == null ? IpvsConfig.UNSET : ipvsConfig;
        return new EffectiveKubeProxy(
                true,
                KubeProxyMode.IPVS,
                new EffectiveIpvs(
                        ipvs.scheduler() == null ? EffectiveIpvs.DEFAULT_SCHEDULER : ipvs.scheduler(),
                        orElse(ipvs.tcpTimeoutSeconds(), EffectiveIpvs.DEFAULT_TCP_TIMEOUT_SECONDS),
                        orElse(ipvs.tcpFinTimeoutSeconds(), EffectiveIpvs.DEFAULT_TCP_FIN_TIMEOUT_SECONDS),
                        orElse(ipvs.udpTimeoutSeconds(), EffectiveIpvs.DEFAULT_UDP_TIMEOUT_SECONDS)));
    }

    /** Spells an effective configuration out, nothing left to a default: what goes back to where it was must not depend on one. */
    public static KubeProxyConfig explicit(EffectiveKubeProxy effective) {
        if (!effective.enabled()) {
            return DISABLED;
        }
        EffectiveIpvs ipvs = effective.ipvs();
        return new KubeProxyConfig(
                true,
                effective.mode(),
                ipvs == null
                        ? null
                        : new IpvsConfig(
                                ipvs.scheduler(),
                                ipvs.tcpTimeoutSeconds(),
                                ipvs.tcpFinTimeoutSeconds(),
                                ipvs.udpTimeoutSeconds()));
    }

    /**
     * This configuration as it must be sent to a cluster that has {@code current}, so that it takes effect on live nodes.
     *
     * <p>Unsetting a timeout does nothing there: the kernel ignores 0 and kube-proxy sets only values above 0. A timeout
     * that {@code current} sets and this leaves unset is therefore sent as the kernel's default.
     */
    public KubeProxyConfig toSendOver(KubeProxyConfig current) {
        EffectiveKubeProxy effective = effective();
        if (effective.ipvs() == null || current.ipvsConfig() == null) {
            return this;
        }
        IpvsConfig mine = ipvsConfig == null ? IpvsConfig.UNSET : ipvsConfig;
        IpvsConfig theirs = current.ipvsConfig();
        return new KubeProxyConfig(
                enabled,
                mode,
                new IpvsConfig(
                        mine.scheduler(),
                        theirs.tcpTimeoutSeconds() == null
                                ? mine.tcpTimeoutSeconds()
                                : Integer.valueOf(effective.ipvs().tcpTimeoutSeconds()),
                        theirs.tcpFinTimeoutSeconds() == null
                                ? mine.tcpFinTimeoutSeconds()
                                : Integer.valueOf(effective.ipvs().tcpFinTimeoutSeconds()),
                        theirs.udpTimeoutSeconds() == null
                                ? mine.udpTimeoutSeconds()
                                : Integer.valueOf(effective.ipvs().udpTimeoutSeconds())));
    }

    private static int orElse(@Nullable Integer value, int fallback) {
        return value == null ? fallback : value;
    }
}
