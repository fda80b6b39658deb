package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows the fleet in counts. */
final class OverviewProjector {

    private final FoldedClusters inventory;
    private final FoldedRollouts rollouts;
    private final ClusterProjector clusters;

    OverviewProjector(FoldedClusters inventory, FoldedRollouts rollouts, ClusterProjector clusters) {
        this.inventory = inventory;
        this.rollouts = rollouts;
        this.clusters = clusters;
    }

    private record ModeAndScheduler(
            @Nullable String mode, @Nullable String scheduler) {}

    /** Looks at every cluster. */
    FleetOverview count() {
        Map<ModeAndScheduler, Integer> configurations = new HashMap<>();
        Map<ModeAndScheduler, Long> observed = new HashMap<>();
        Map<String, Integer> provisioning = new TreeMap<>();
        Map<String, Integer> power = new TreeMap<>();
        int drifted = 0;
        int byAgents = 0;
        int byKubernetes = 0;
        int byBoth = 0;
        int clustersReporting = 0;
        long expected = 0;
        long reporting = 0;
        long active = 0;
        long inactive = 0;
        Double perSecond = null;
        for (ClusterRecord cluster : inventory.all()) {
            ClusterView view = clusters.view(cluster);
            configurations.merge(new ModeAndScheduler(view.mode(), view.scheduler()), 1, Integer::sum);
            provisioning.merge(view.provisioningState(), 1, Integer::sum);
            power.merge(view.powerState(), 1, Integer::sum);
            drifted += view.drift() == null ? 0 : 1;
            expected += view.nodeCount();
            ClusterView.HealthSummary health = view.health();
            boolean agentsSee = health != null && health.nodesReporting() > 0;
            boolean kubernetesSees =
                    view.kubernetes() != null && view.kubernetes().isSeen();
            byBoth += agentsSee && kubernetesSees ? 1 : 0;
            byAgents += agentsSee && !kubernetesSees ? 1 : 0;
            byKubernetes += kubernetesSees && !agentsSee ? 1 : 0;
            if (health != null) {
                clustersReporting += health.nodesReporting() > 0 ? 1 : 0;
                reporting += health.nodesReporting();
                active += health.activeConnections();
                inactive += health.inactiveConnections();
                if (health.connectionsPerSecond() != null) {
                    perSecond = (perSecond == null ? 0 : perSecond) + health.connectionsPerSecond();
                }
                for (ClusterView.Observed each : health.observed()) {
                    observed.merge(
                            new ModeAndScheduler(
                                    each.kubeProxy().mode(), each.kubeProxy().scheduler()),
                            (long) each.nodes(),
                            Long::sum);
                }
            }
        }
        Map<String, Integer> states = new TreeMap<>();
        rollouts.all().forEach(rollout -> states.merge(rollout.state().name(), 1, Integer::sum));
        return new FleetOverview(
                inventory.all().size(),
                configurations.entrySet().stream()
                        .sorted(mostFirst())
                        .map(entry -> new FleetOverview.Configuration(
                                String.valueOf(entry.getKey().mode()),
                                entry.getKey().scheduler(),
                                entry.getValue()))
                        .toList(),
                provisioning,
                power,
                drifted,
                new FleetOverview.Nodes(expected, reporting, clustersReporting),
                new FleetOverview.Evidence(
                        byAgents, byKubernetes, byBoth, inventory.all().size() - byAgents - byKubernetes - byBoth),
                observed.entrySet().stream()
                        .sorted(mostFirst())
                        .map(entry -> new FleetOverview.ObservedNodes(
                                entry.getKey().mode(), entry.getKey().scheduler(), entry.getValue()))
                        .toList(),
                new FleetOverview.Connections(active, inactive, perSecond),
                states,
                inventory.subscriptions().stream()
                        .map(each -> new FleetOverview.SubscriptionSummary(
                                each.subscription(), each.clusterCount(), each.kubeProxyFeature()))
                        .toList());
    }

    private static <N extends Comparable<N>> Comparator<Map.Entry<ModeAndScheduler, N>> mostFirst() {
        return Map.Entry.<ModeAndScheduler, N>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey().toString());
    }
}
