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

    record ClusterGone(String key) implements Change {}

    record SubscriptionChanged(SubscriptionRecord record) implements Change {
        @Override
        public String key() {
            return record.key();
        }
    }

    /** @param published by key: a {@link ClusterRecord}, a {@link SubscriptionRecord}, or a text where it could not be read */
    private final Map<String, Object> published;

    private final Map<String, Integer> misses = new HashMap<>();

    SubscriptionInventory(Map<String, Object> published) {
        this.published = new HashMap<>(published);
    }

    /** What a listing that was cut short tells: clusters that changed, and nothing about those it lacks. */
    List<Change> partial(Collection<ClusterRecord> clusters) {
        List<Change> changes = new ArrayList<>();
        for (ClusterRecord cluster : clusters) {
            misses.remove(cluster.id());
            if (!cluster.equals(published.get(cluster.id()))) {
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
                changes.add(new ClusterGone(key));
            }
        }
        if (!subscription.equals(published.get(subscription.key()))) {
            changes.add(new SubscriptionChanged(subscription));
        }
        return changes;
    }

    /** A change is on the topic: it is not published again. */
    void published(Change change) {
        switch (change) {
            case ClusterChanged(ClusterRecord record) -> published.put(record.id(), record);
            case ClusterGone(String key) -> {
                published.remove(key);
                misses.remove(key);
            }
            case SubscriptionChanged(SubscriptionRecord record) -> published.put(record.key(), record);
        }
    }
}
