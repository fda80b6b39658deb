package dev.kubeproxyfleet.agent.collect;

/**
 * Identity of a virtual service, the same in {@code /proc/net/ip_vs} and over netlink.
 *
 * @param ipv6 address family; of a service by firewall mark that of its real servers
 * @param high upper half of an IPv6 address, else 0
 * @param low lower half of an IPv6 address, or the IPv4 address, or the firewall mark
 * @param port 0 with a firewall mark
 */
public record ServiceKey(Protocol protocol, boolean ipv6, long high, long low, int port) {}
