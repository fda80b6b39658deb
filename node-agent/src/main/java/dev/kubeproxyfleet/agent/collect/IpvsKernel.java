package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import java.util.Optional;

/**
 * What only the kernel itself tells, and only to CAP_NET_ADMIN. Asking would load the IPVS module where it is not loaded, so a
 * caller asks only after it has seen {@code /proc/net/ip_vs}. Not thread-safe.
 */
public interface IpvsKernel {

    /** Told once for each entry of a dump; a dump is no snapshot and may tell an entry twice or not at all. */
    @FunctionalInterface
    interface Services {
        /** @param connections since the service was made, 64 bit */
        void service(ServiceKey service, boolean persistent, long connections);
    }

    /** As {@link Services}. */
    @FunctionalInterface
    interface Servers {
        /** @param connections since the real server was added, 64 bit */
        void server(ServerKey server, int weight, long connections);
    }

    /** The timeouts that the kernel holds; empty if it did not answer. */
    Optional<KernelTimeouts> timeouts();

    /** Returns whether the dump came to its end; if not, what was told is of no use. */
    boolean services(Services visitor);

    /** Real servers of one service; as {@link #services}. */
    boolean servers(ServiceKey service, Servers visitor);

    /** Ends one snapshot: what was opened for it is closed. */
    void done();

    /** Where netlink is not asked for. */
    IpvsKernel SILENT = new IpvsKernel() {
        @Override
        public Optional<KernelTimeouts> timeouts() {
            return Optional.empty();
        }

        @Override
        public boolean services(Services visitor) {
            return false;
        }

        @Override
        public boolean servers(ServiceKey service, Servers visitor) {
            return false;
        }

        @Override
        public void done() {}
    };
}
