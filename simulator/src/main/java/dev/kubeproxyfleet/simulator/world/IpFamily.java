package dev.kubeproxyfleet.simulator.world;

/** An IP family, spelled as kube-proxy's label {@code ip_family} spells it. */
public enum IpFamily {
    IPv4,
    IPv6
}
