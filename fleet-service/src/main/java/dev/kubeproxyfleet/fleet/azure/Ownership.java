package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.Set;

/** The share of the fleet that is this replica's: the subscriptions in its partitions of {@code operations}. Thread-safe. */
public final class Ownership {

    private record Share(Set<Integer> owned, int partitions) {}

    private volatile Share share = new Share(Set.of(), 0);

    void update(Set<Integer> owned, int partitions) {
        share = new Share(Set.copyOf(owned), partitions);
    }

    /** The partitions of {@code operations} that are this replica's. */
    public Set<Integer> partitions() {
        return share.owned();
    }

    public boolean owns(String subscription) {
        Share now = share;
        return now.partitions() > 0 && now.owned().contains(Partitioning.subscription(subscription, now.partitions()));
    }
}
