package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has been published of one subscription, and what a listing changes in it. Not thread-safe. */
final class SubscriptionInventory {

    /** Complete listings in a row that must lack a cluster before it counts as gone: one may lag behind its creation. */
    static final int MISSES_UNTIL_GONE = 2;

    /** One record to publish on the topic {@code clusters}. */
    sealed interface Change {
        String key();
    }

    record ClusterChanged(ClusterRecord record) implements Change {
        @Override
        public String key() {
            return record.id();
        }
    }

    record SubscriptionChanged(SubscriptionRecord record) implements Change {
        @Override
        public String key() {
            return record.key();
        }
    }

    /** A cluster, or a subscription that has left the fleet. */
    record Gone(String key) implements Change {}

    private final Map<String, Published> published;

    private final Map<String, Integer> misses = new HashMap<>();

    /** @param published by the record's key */
    SubscriptionInventory(Map<String, Published> published) {
        this.published = new HashMap<>(published);
    }

    /** What a listing that was cut short tells: clusters that changed, and nothing about those it lacks. */
    List<Change> partial(Collection<ClusterRecord> clusters) {
        List<Change> changes = new ArrayList<>();
        for (ClusterRecord cluster : clusters) {
            misses.remove(cluster.id());
            if (!new Published.Cluster(cluster).equals(published.get(cluster.id()))) {
                changes.add(new ClusterChanged(cluster));
            }
        }
        return changes;
    }

    /** What a complete listing tells; the record of the subscription comes last. */
    List<Change> complete(Collection<ClusterRecord> clusters, SubscriptionRecord subscription) {
        List<Change> changes = partial(clusters);
        Set<String> listed = new HashSet<>();
        clusters.forEach(cluster -> listed.add(cluster.id()));
        for (String key : published.keySet()) {
            if (!listed.contains(key)
                    && !key.equals(subscription.key())
                    && misses.merge(key, 1, Integer::sum) >= MISSES_UNTIL_GONE) {
                changes.add(new Gone(key));
            }
        }
        if (!new Published.Subscription(subscription).equals(published.get(subscription.key()))) {
            changes.add(new SubscriptionChanged(subscription));
        }
        return changes;
    }

    /** A change is on the topic: it is not published again. */
    void published(Change change) {
        switch (change) {
            case ClusterChanged(ClusterRecord record) -> published.put(change.key(), new Published.Cluster(record));
            case SubscriptionChanged(SubscriptionRecord record) ->
                published.put(change.key(), new Published.Subscription(record));
            case Gone(String key) -> {
                published.remove(key);
                misses.remove(key);
            }
        }
    }
}
