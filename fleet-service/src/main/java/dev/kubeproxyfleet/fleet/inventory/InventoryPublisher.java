package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.inventory.SubscriptionInventory.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Brings changes to the topic {@code clusters}. Thread-safe. */
final class InventoryPublisher {

    private static final Logger LOG = Logger.getLogger(InventoryPublisher.class);

    private final Function<Change, CompletableFuture<Void>> topic;

    /** @param topic completes once the brokers have the change, exceptionally if they may not have it */
    InventoryPublisher(Function<Change, CompletableFuture<Void>> topic) {
        this.topic = topic;
    }

    /**
     * Publishes the changes of one subscription in their order, and waits. The subscription's own record says that all clusters before
     * it are there, so it is not sent unless they have arrived.
     *
     * @return those that have arrived
     */
    List<Change> publish(List<Change> changes) {
        List<Change> before = changes.stream()
                .filter(change -> !(change instanceof SubscriptionInventory.SubscriptionChanged))
                .toList();
        List<Change> arrived = new ArrayList<>(arrived(before));
        if (arrived.size() == before.size()) {
            arrived.addAll(arrived(changes.subList(before.size(), changes.size())));
        }
        return arrived;
    }

    /** Removes the records of a subscription that has left the fleet, without waiting; a failure is logged. */
    void remove(String subscription, Collection<String> keys) {
        LOG.infof("subscription has left the fleet subscription=%s records=%d", subscription, keys.size());
        keys.stream()
                // The subscription's own record is the shortest: it goes last, as it came.
                .sorted(Comparator.reverseOrder())
                .map(key -> topic.apply(new SubscriptionInventory.Gone(key)))
                .toList()
                .forEach(sent -> sent.exceptionally(failure -> {
                    LOG.warnf(
                            "subscription's record not removed; tried again subscription=%s cause=%s",
                            subscription, failure.getMessage());
                    return null;
                }));
    }

    private List<Change> arrived(List<Change> changes) {
        List<CompletableFuture<Void>> sent = changes.stream().map(topic).toList();
        List<Change> arrived = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).join();
                arrived.add(changes.get(i));
            } catch (CompletionException e) {
                LOG.warnf(
                        "inventory record not published; the next listing repeats it key=%s cause=%s",
                        changes.get(i).key(), e.getMessage());
            }
        }
        return arrived;
    }
}
