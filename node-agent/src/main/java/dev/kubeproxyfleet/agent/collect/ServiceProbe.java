package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import java.util.List;

/**
 * Whether services can be reached from a node. A snapshot begins an attempt, reads what else it reads, and then asks for the
 * outcome. Implementations need not be thread-safe.
 */
public interface ServiceProbe {

    /** Asks nothing and tells nothing. */
    ServiceProbe NONE = new ServiceProbe() {
        @Override
        public void begin() {}

        @Override
        public List<DnsProbe> finish() {
            return List.of();
        }
    };

    /** Sends what is to be answered; returns at once. */
    void begin();

    /** The totals with what {@link #begin} sent; waits for answers, but never beyond a time that the implementation names. */
    List<DnsProbe> finish();
}
