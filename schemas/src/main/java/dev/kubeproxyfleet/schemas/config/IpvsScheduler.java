package dev.kubeproxyfleet.schemas.config;

/** {@code ipvsConfig.scheduler} in the spelling of the Azure API, with the name the kernel uses for it. */
public enum IpvsScheduler {
    LeastConnection("lc"),
    RoundRobin("rr");

    private final String kernelName;

    IpvsScheduler(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The name in {@code /proc/net/ip_vs}, for example {@code lc}. */
    public String kernelName() {
        return kernelName;
    }
}
