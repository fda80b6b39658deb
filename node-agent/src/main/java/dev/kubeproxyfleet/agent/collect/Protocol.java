package dev.kubeproxyfleet.agent.collect;

/** Protocol column of a virtual service; {@link #FWM} is a service by firewall mark. */
public enum Protocol {
    TCP,
    UDP,
    SCTP,
    FWM
}
