package dev.kubeproxyfleet.fleet.view;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in counts.
 *
 * @param byConfiguration clusters by effective mode and scheduler as Azure shows them, most first
 * @param byProvisioningState clusters by ARM's text
 * @param byPowerState clusters by ARM's text
 * @param drifted clusters that are not as they should be
 * @param observed nodes by the mode and scheduler that they say they run, most first
 * @param rollouts rollouts by state
 */
public record FleetOverview(
        int clusters,
        List<Configuration> byConfiguration,
        Map<String, Integer> byProvisioningState,
        Map<String, Integer> byPowerState,
        int drifted,
        Nodes nodes,
        List<ObservedNodes> observed,
        Connections connections,
        Map<String, Integer> rollouts,
        List<SubscriptionSummary> subscriptions) {

    public record Configuration(String mode, @Nullable String scheduler, int clusters) {}

    /**
     * @param expected nodes that the inventory counts
     * @param reporting nodes that reported lately
     * @param clustersReporting clusters with at least one reporting node
     */
    public record Nodes(long expected, long reporting, int clustersReporting) {}

    public record ObservedNodes(
            @Nullable String mode, @Nullable String scheduler, long nodes) {}

    /** @param perSecond null if no cluster could tell */
    public record Connections(
            long active, long inactive, @Nullable Double perSecond) {}

    /** @param kubeProxyFeature state of the preview feature; anything but {@code Registered} blocks changes */
    public record SubscriptionSummary(String subscription, int clusterCount, String kubeProxyFeature) {}
}
