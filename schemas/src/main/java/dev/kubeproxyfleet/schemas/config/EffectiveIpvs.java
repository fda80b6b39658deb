package dev.kubeproxyfleet.schemas.config;

/**
 * IPVS settings with every default filled in; timeouts in seconds.
 *
 * <p>Defaults: kube-proxy's scheduler is {@code rr}; the kernel's timeouts are 900, 120 and 300 s
 * ({@code net/netfilter/ipvs/ip_vs_proto_tcp.c}, {@code ip_vs_proto_udp.c}).
 */
public record EffectiveIpvs(
        IpvsScheduler scheduler, int tcpTimeoutSeconds, int tcpFinTimeoutSeconds, int udpTimeoutSeconds) {

    public static final IpvsScheduler DEFAULT_SCHEDULER = IpvsScheduler.RoundRobin;
    public static final int DEFAULT_TCP_TIMEOUT_SECONDS = 900;
    public static final int DEFAULT_TCP_FIN_TIMEOUT_SECONDS = 120;
    public static final int DEFAULT_UDP_TIMEOUT_SECONDS = 300;
}
