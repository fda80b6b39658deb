package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import java.util.Map;

/** What readiness can be sorted by: members of {@link ClusterReadiness}, by their paths. */
final class ReadinessKeys {

    static final RowOrder.Keys<ClusterReadiness> ALL = new RowOrder.Keys<>(
            Map.of(
                    "id", ClusterReadiness::id,
                    "name", ClusterReadiness::name,
                    "subscription", ClusterReadiness::subscription,
                    "resourceGroup", ClusterReadiness::resourceGroup,
                    "location", ClusterReadiness::location,
                    "kubernetesVersion", cluster -> RowOrder.version(cluster.kubernetesVersion()),
                    "mode", ClusterReadiness::mode,
                    "verdict", cluster -> cluster.verdict().name(),
                    "support.endOfLife", cluster -> cluster.support().endOfLife()),
            "name",
            ClusterReadiness::id);

    private ReadinessKeys() {}
}
