package dev.kubeproxyfleet.schemas.config;

import java.util.Locale;

/**
 * {@code networkProfile.kubeProxyConfig.mode} of a managed cluster.
 *
 * <p>NFTABLES needs api-version 2025-09-02-preview or newer and Kubernetes 1.33 or newer.
 */
public enum KubeProxyMode {
    IPTABLES,
    IPVS,
    NFTABLES;

    /** As kube-proxy's flag and metrics have it. */
    public String kubeProxyName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
