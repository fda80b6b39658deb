package dev.kubeproxyfleet.agent.collect;

/** How a real server is reached. Source: kernel {@code ip_vs_fwd_name}. */
public enum Forwarding {
    MASQ("Masq"),
    LOCAL("Local"),
    TUNNEL("Tunnel"),
    ROUTE("Route"),
    BYPASS("Bypass");

    private final String kernelName;

    Forwarding(String kernelName) {
        this.kernelName = kernelName;
    }

    /** As {@code /proc/net/ip_vs} prints it. */
    public String kernelName() {
        return kernelName;
    }
}
