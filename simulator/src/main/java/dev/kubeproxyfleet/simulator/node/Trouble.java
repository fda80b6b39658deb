package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong with one node at a moment, and what that does to its kube-proxy and its network. */
record Trouble(List<NodeFault> faults) {

    static final Trouble NONE = new Trouble(List.of());

    private static final double REFUSALS_OF_SERVICES = 6;
    private static final double REFUSALS_OF_STALE_BACKENDS = 1;
    private static final double REFUSALS_IN_A_STORM = 3;
    private static final double CONNTRACK_FAILURES = 4;

    Trouble {
        faults = List.copyOf(faults);
    }

    /** @param switchedTo the mode that the node runs, if it was switched to it */
    static Trouble of(List<NodeFault> faults, @Nullable KubeProxyMode switchedTo) {
        return faults.isEmpty()
                ? NONE
                : new Trouble(faults.stream()
                        .flatMap(fault -> switch (fault) {
                            case NodeFault.AfterSwitch(KubeProxyMode mode, NodeFault.OfCluster later) ->
                                mode == switchedTo ? Stream.of(later) : Stream.empty();
                            case NodeFault.OfCluster _, NodeFault.RegionStorm _ -> Stream.of(fault);
                        })
                        .toList());
    }

    boolean has(Class<? extends NodeFault> kind) {
        return faults.stream().anyMatch(kind::isInstance);
    }

    Optional<NodeFault.CrashLoop> crashLoop() {
        return faults.stream()
                .filter(NodeFault.CrashLoop.class::isInstance)
                .map(NodeFault.CrashLoop.class::cast)
                .findFirst();
    }

    /** What becomes of the synchronisations of a family that are due. */
    FamilySync.Fate fate(IpFamily family, FamilySync sync) {
        boolean fails = has(NodeFault.NeverSyncs.class)
                || faults.stream()
                        .anyMatch(fault -> fault instanceof NodeFault.OneFamilyStuck one && one.family() == family);
        if (fails) {
            return FamilySync.Fate.FAILED;
        }
        boolean hangs = has(NodeFault.StaleRules.class) && sync.last().isPresent();
        return hangs ? FamilySync.Fate.HANGING : FamilySync.Fate.DONE;
    }

    /** Connections a second that are refused beside those of everyday. */
    double refusalsPerSecond() {
        return (has(NodeFault.RefusedServices.class) ? REFUSALS_OF_SERVICES : 0)
                + (has(NodeFault.StaleRules.class) ? REFUSALS_OF_STALE_BACKENDS : 0)
                + (has(NodeFault.RegionStorm.class) ? REFUSALS_IN_A_STORM : 0);
    }

    /** Connections a second that conntrack loses beside those of everyday. */
    double conntrackFailuresPerSecond() {
        return has(NodeFault.ConntrackDrops.class) ? CONNTRACK_FAILURES : 0;
    }
}
