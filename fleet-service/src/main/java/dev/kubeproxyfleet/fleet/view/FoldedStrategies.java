package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.view.OriginView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is stored on {@code desired} under the keys of strategies. Not thread-safe: {@link FleetView} guards it. */
final class FoldedStrategies {

    private final Map<String, FleetStrategy> strategies = new TreeMap<>();

    /** Of those that were published from Git last: what came before on a compacted topic, nobody knows. */
    private final Map<String, Origin> origins = new TreeMap<>();

    void fold(Change.Strategy change) {
        Maps.put(strategies, change.name(), change.strategy());
        Maps.put(origins, change.name(), change.origin());
    }

    /** By name. */
    List<FleetStrategy> all() {
        return List.copyOf(strategies.values());
    }

    Optional<FleetStrategy> get(String name) {
        return Optional.ofNullable(strategies.get(name));
    }

    /** Changes with what is folded. */
    Set<String> names() {
        return strategies.keySet();
    }

    /** What comes before, and then those that come from Git, by name. */
    List<OriginView> originsAfter(List<OriginView> before) {
        return Stream.concat(
                        before.stream(),
                        origins.entrySet().stream()
                                .map(strategy -> new OriginView(
                                        FleetStrategy.KIND,
                                        strategy.getKey(),
                                        true,
                                        new Provenance(strategy.getValue(), null))))
                .toList();
    }
}
