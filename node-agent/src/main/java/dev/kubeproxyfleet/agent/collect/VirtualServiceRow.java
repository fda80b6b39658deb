package dev.kubeproxyfleet.agent.collect;

/** One virtual service while it is being told to an {@link IpvsVisitor}. */
public final class VirtualServiceRow {

    final Endpoint endpoint = new Endpoint();
    Protocol protocol = Protocol.TCP;
    long firewallMark;
    String scheduler = "";
    boolean onePacket;
    boolean persistent;
    int persistenceJiffies;
    int persistenceMask;

    VirtualServiceRow() {}

    public Protocol protocol() {
        return protocol;
    }

    /** Virtual address, or the firewall mark in decimal. Makes a new string. */
    public String address() {
        return protocol == Protocol.FWM
                ? Long.toString(firewallMark)
                : Endpoint.text(endpoint.ipv6, endpoint.high, endpoint.low);
    }

    /** 0 with a firewall mark. */
    public int port() {
        return endpoint.port;
    }

    /** Kernel name, such as {@code rr}; {@code none} if the service lost its scheduler. */
    public String scheduler() {
        return scheduler;
    }

    /** {@code ops}; the kernel prints it for IPv4 and firewall marks only. */
    public boolean onePacket() {
        return onePacket;
    }

    public boolean persistent() {
        return persistent;
    }

    /** In kernel ticks, not seconds; 0 if not persistent. */
    public int persistenceJiffies() {
        return persistenceJiffies;
    }

    /** IPv4: net mask. IPv6: prefix length, byte-swapped as the kernel prints it. */
    public int persistenceMask() {
        return persistenceMask;
    }
}
