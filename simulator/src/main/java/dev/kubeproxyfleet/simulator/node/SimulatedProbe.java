package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.agent.collect.ServiceProbe;
import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import java.util.List;

/** The probe of one agent process on a simulated node, which is answered or not at once; cluster DNS has no IPv6 address. */
public final class SimulatedProbe implements ServiceProbe {

    /** As {@link ServicePlan} has it. */
    private static final String CLUSTER_DNS = "10.0.0.10";

    private final SimulatedNode node;
    private boolean tcpReachable;
    private boolean udpAnswered;
    private long attempts;
    private long failures;
    private int consecutiveFailures;

    public SimulatedProbe(SimulatedNode node) {
        this.node = node;
    }

    @Override
    public void begin() {
        tcpReachable = node.connectsToDns();
        udpAnswered = node.answersDnsQuery();
        attempts++;
        if (tcpReachable && udpAnswered) {
            consecutiveFailures = 0;
        } else {
            failures++;
            consecutiveFailures++;
        }
    }

    @Override
    public List<DnsProbe> finish() {
        return List.of(
                new DnsProbe(CLUSTER_DNS, null, attempts, failures, consecutiveFailures, tcpReachable, udpAnswered));
    }
}
