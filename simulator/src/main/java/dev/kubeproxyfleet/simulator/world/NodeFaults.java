package dev.kubeproxyfleet.simulator.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What goes wrong on nodes now. Thread-safe. */
public final class NodeFaults {

    static final int MAX_FAULTS = 1_000;

    private volatile List<NodeFault> faults = List.of();

    /**
     * Adds all of them; one that is there already stays as it is.
     *
     * @throws IllegalStateException if that would be more than {@value #MAX_FAULTS}; nothing is added then
     */
    public synchronized void begin(List<? extends NodeFault> more) {
        List<NodeFault> all = new ArrayList<>(faults);
        more.stream().filter(fault -> !all.contains(fault)).forEach(all::add);
        if (all.size() > MAX_FAULTS) {
            throw new IllegalStateException("there can be " + MAX_FAULTS + " faults of nodes at once, not more");
        }
        faults = List.copyOf(all);
    }

    /** Ends those that {@code which} holds for. */
    public synchronized void end(Predicate<NodeFault> which) {
        faults = faults.stream().filter(which.negate()).toList();
    }

    /** All of them, in the order in which they began. */
    public List<NodeFault> all() {
        return faults;
    }

    /**
     * Those of one node.
     *
     * @param clusterId in lower case
     * @param region of the cluster
     */
    public List<NodeFault> of(String clusterId, String region, String node) {
        List<NodeFault> now = faults;
        return now.isEmpty()
                ? now
                : now.stream()
                        .filter(fault -> fault.befalls(clusterId, region, node))
                        .toList();
    }
}
