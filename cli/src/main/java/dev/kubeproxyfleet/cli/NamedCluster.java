package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.List;
import java.util.Optional;

/** The cluster that a user means. */
final class NamedCluster {

    private NamedCluster() {}

    /**
     * @param cluster a name, or an ARM resource id
     * @return empty after saying on standard error why it is not one cluster
     */
    static Optional<ClusterView> find(String cluster, List<ClusterView> all, Surroundings world) {
        List<ClusterView> found = all.stream()
                .filter(each ->
                        each.name().equalsIgnoreCase(cluster) || each.id().equalsIgnoreCase(cluster))
                .toList();
        if (found.size() == 1) {
            return Optional.of(found.getFirst());
        }
        world.complain(
                found.isEmpty()
                        ? "no cluster is named '%s'; '%s get clusters' lists them.".formatted(cluster, world.again())
                        : "%d clusters are named '%s'; give the resource id of one:".formatted(found.size(), cluster));
        found.forEach(each -> world.complainFurther(each.id()));
        return Optional.empty();
    }
}
