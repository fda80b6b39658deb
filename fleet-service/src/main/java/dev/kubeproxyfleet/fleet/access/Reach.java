package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What something that somebody wants to do is about. */
public sealed interface Reach {

    /** Nothing is changed. */
    record Nothing() implements Reach {}

    /** The fleet as such: a stored strategy, a subscription, a cluster that is yet to be. */
    record Fleet() implements Reach {}

    record Clusters(List<Target> clusters) implements Reach {
        public Clusters {
            clusters = List.copyOf(clusters);
        }
    }

    /**
     * Clusters of a selector, those that come later too.
     *
     * @param now the ones that it selects now
     */
    record Selected(Selector selector, List<Target> now) implements Reach {
        public Selected {
            now = List.copyOf(now);
        }
    }

    /**
     * A cluster.
     *
     * @param tags its tags in Azure; null if the inventory does not know it, so that no bound covers it
     */
    record Target(String name, @Nullable Map<String, String> tags) {
        public static Target of(ClusterRecord cluster) {
            return new Target(cluster.name(), cluster.tags());
        }
    }
}
