package dev.kubeproxyfleet.agent.collect;

/**
 * Identity of a real server within its virtual service.
 *
 * @param high upper half of an IPv6 address, else 0
 * @param low lower half of an IPv6 address, or the IPv4 address
 */
public record ServerKey(boolean ipv6, long high, long low, int port) {}
