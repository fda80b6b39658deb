package dev.kubeproxyfleet.agent.collect;

/** One real server while it is being told to an {@link IpvsVisitor}. */
public final class RealServerRow {

    final Endpoint endpoint = new Endpoint();
    Forwarding forwarding = Forwarding.MASQ;
    int weight;
    int activeConnections;
    int inactiveConnections;

    RealServerRow() {}

    /** Makes a new string. */
    public String address() {
        return Endpoint.text(endpoint.ipv6, endpoint.high, endpoint.low);
    }

    public int port() {
        return endpoint.port;
    }

    public Forwarding forwarding() {
        return forwarding;
    }

    /** 0 takes no new connections. */
    public int weight() {
        return weight;
    }

    /** ESTABLISHED and SYN_RECV. */
    public int activeConnections() {
        return activeConnections;
    }

    /** All others, and every one of UDP. */
    public int inactiveConnections() {
        return inactiveConnections;
    }
}
