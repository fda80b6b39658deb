package dev.kubeproxyfleet.schemas.config;

import java.util.Optional;

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

    /** The scheduler that the kernel calls {@code kernelName}; empty for one that AKS cannot configure. */
    public static Optional<IpvsScheduler> ofKernelName(String kernelName) {
        for (IpvsScheduler scheduler : values()) {
            if (scheduler.kernelName.equals(kernelName)) {
                return Optional.of(scheduler);
            }
        }
        return Optional.empty();
    }
}
