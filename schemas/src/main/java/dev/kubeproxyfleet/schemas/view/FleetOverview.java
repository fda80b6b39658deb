package dev.kubeproxyfleet.schemas.view;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in counts.
 *
 * @param clusters that the inventory knows
 * @param byConfiguration clusters by effective mode and scheduler as Azure shows them, most first
 * @param byProvisioningState clusters by ARM's text
 * @param byPowerState clusters by ARM's text
 * @param drifted clusters that are not as they should be
 * @param evidence clusters by who sees them
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
        Evidence evidence,
        List<ObservedNodes> observed,
        Connections connections,
        Map<String, Integer> rollouts,
        List<SubscriptionSummary> subscriptions) {

    /**
     * Clusters that have one configuration by Azure's word.
     *
     * @param mode as in {@link ClusterView#mode()}
     * @param scheduler null in every mode but IPVS
     */
    public record Configuration(String mode, @Nullable String scheduler, int clusters) {}

    /**
     * Nodes of the fleet.
     *
     * @param expected nodes that the inventory counts
     * @param reporting nodes that reported lately
     * @param clustersReporting clusters with at least one reporting node
     */
    public record Nodes(long expected, long reporting, int clustersReporting) {}

    /**
     * Clusters by what is seen of the inside of them now; each counts once.
     *
     * @param agents seen by agents alone
     * @param kubernetes seen through their Kubernetes API alone
     * @param both seen by both
     * @param nobody of which only Azure's word is known
     */
    public record Evidence(int agents, int kubernetes, int both, int nobody) {}

    /**
     * Nodes that say they run the same.
     *
     * @param mode null if they cannot tell
     * @param scheduler null in every mode but IPVS, and if they cannot tell
     */
    public record ObservedNodes(
            @Nullable String mode, @Nullable String scheduler, long nodes) {}

    /**
     * Connections of all clusters that report.
     *
     * @param perSecond new ones; null if no cluster could tell
     */
    public record Connections(
            long active, long inactive, @Nullable Double perSecond) {}

    /**
     * A subscription of the fleet.
     *
     * @param kubeProxyFeature state of the preview feature; anything but {@code Registered} blocks changes
     */
    public record SubscriptionSummary(String subscription, int clusterCount, String kubeProxyFeature) {}
}
