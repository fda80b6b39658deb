package dev.kubeproxyfleet.schemas.config;

/**
 * {@code networkProfile.kubeProxyConfig.mode} of a managed cluster.
 *
 * <p>NFTABLES needs api-version 2025-09-02-preview or newer and Kubernetes 1.33 or newer.
 */
public enum KubeProxyMode {
    IPTABLES,
    IPVS,
    NFTABLES
}
