package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What clusters can be sorted by: members of {@link ClusterView}, by their paths. */
final class ClusterKeys {

    static final RowOrder.Keys<ClusterView> ALL = new RowOrder.Keys<>(
            Map.ofEntries(
                    key("id", ClusterView::id),
                    key("name", ClusterView::name),
                    key("subscription", ClusterView::subscription),
                    key("resourceGroup", ClusterView::resourceGroup),
                    key("location", ClusterView::location),
                    key("kubernetesVersion", cluster -> RowOrder.version(cluster.kubernetesVersion())),
                    key("provisioningState", ClusterView::provisioningState),
                    key("powerState", ClusterView::powerState),
                    key("nodeCount", cluster -> RowOrder.number(cluster.nodeCount())),
                    key("mode", ClusterView::mode),
                    key("scheduler", ClusterView::scheduler),
                    key("effective", ClusterView::effective),
                    key("health.nodesReporting", ClusterKeys::reporting),
                    key("health.activeConnections", ClusterKeys::connections),
                    key(
                            "rollout.id",
                            cluster -> cluster.rollout() == null
                                    ? null
                                    : cluster.rollout().id()),
                    key(
                            "rollout.state",
                            cluster -> cluster.rollout() == null
                                    ? null
                                    : cluster.rollout().state().name()),
                    key(
                            "drift.code",
                            cluster -> cluster.drift() == null
                                    ? null
                                    : cluster.drift().code())),
            "name",
            ClusterView::id);

    private ClusterKeys() {}

    private static Map.Entry<String, Function<ClusterView, @Nullable String>> key(
            String name, Function<ClusterView, @Nullable String> text) {
        return Map.entry(name, text);
    }

    private static @Nullable String reporting(ClusterView cluster) {
        return cluster.health() == null
                ? null
                : RowOrder.number(cluster.health().nodesReporting());
    }

    private static @Nullable String connections(ClusterView cluster) {
        return cluster.health() == null
                ? null
                : RowOrder.number(cluster.health().activeConnections());
    }
}
