package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets a storm begin in the region of the first cluster that is switched to {@link Chaos#MODE} from now on: before the switch it
 * would be part of what is usual. Each run looks once.
 */
final class StormAfterSwitch implements Runnable {

    private final Clusters clusters;
    private final NodeFaults faults;
    private final Set<String> before;
    private boolean begun;

    StormAfterSwitch(Clusters clusters, NodeFaults faults) {
        this.clusters = clusters;
        this.faults = faults;
        this.before = clusters.nodes().keySet().stream().filter(this::runsIt).collect(Collectors.toSet());
    }

    @Override
    public synchronized void run() {
        if (begun) {
            return;
        }
        clusters.nodes().keySet().stream()
                .filter(cluster -> !before.contains(cluster) && runsIt(cluster))
                .flatMap(cluster -> clusters.region(cluster).stream())
                .findFirst()
                .ifPresent(region -> {
                    faults.begin(List.of(new NodeFault.RegionStorm(region)));
                    begun = true;
                });
    }

    private boolean runsIt(String cluster) {
        return clusters.applied(cluster)
                .filter(applied -> applied.kubeProxy().effective().mode() == Chaos.MODE)
                .isPresent();
    }
}
