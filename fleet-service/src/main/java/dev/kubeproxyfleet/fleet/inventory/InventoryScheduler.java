package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Starts a poller for each subscription of the fleet that this replica owns, and stops it when the subscription leaves the fleet or goes
 * to another replica. A subscription that leaves the fleet takes its clusters with it: no rollout may reach them.
 *
 * <p>One thread follows; the rest is thread-safe.
 */
final class InventoryScheduler {

    private static final Logger LOG = Logger.getLogger(InventoryScheduler.class);

    /** What was published before, by this replica or another. */
    @FunctionalInterface
    interface Memory {

        /**
         * By subscription and key, of the subscriptions of which {@code wanted} holds.
         *
         * @throws KafkaException if the topic cannot be read to its end
         */
        Map<String, Map<String, Published>> read(Predicate<String> wanted);
    }

    private final Azure azure;
    private final Memory memory;
    private final InventoryPublisher publisher;
    private final InventorySettings settings;
    private final Timing timing;
    private final Executor threads;
    private final Discovery discovery;
    private final Map<String, SubscriptionPoller> pollers = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Set<Integer> partitions = Set.of();

    /** @param threads runs each task that it is given at once, beside the others */
    InventoryScheduler(
            Azure azure,
            Memory memory,
            InventoryPublisher publisher,
            InventorySettings settings,
            Timing timing,
            Executor threads) {
        this.azure = azure;
        this.memory = memory;
        this.publisher = publisher;
        this.settings = settings;
        this.timing = timing;
        this.threads = threads;
        discovery = new Discovery(azure, settings.subscriptionInterval());
    }

    /** Follows until {@link #close}. */
    void run(Duration tick) {
        while (!closed.isDone()) {
            try {
                follow();
            } catch (KafkaException e) {
                LOG.warnf("inventory could not be taken over; trying again cause=%s", e.getMessage());
            }
            timing.pause().await(closed, tick);
        }
        pollers.values().forEach(SubscriptionPoller::stop);
    }

    void close() {
        closed.complete(null);
        pollers.values().forEach(SubscriptionPoller::stop);
    }

    /** Starts what is newly owned, stops what no longer is, and takes leave of what has left the fleet. */
    void follow() {
        boolean discovered = discovery.refresh(timing.now());
        List<String> fleet = discovery.subscriptions();
        pollers.forEach((subscription, poller) -> {
            if (!fleet.contains(subscription) || !azure.owns(subscription)) {
                pollers.remove(subscription);
                poller.stop();
            }
        });
        if (fleet.isEmpty()) {
            return;
        }
        Set<Integer> now = azure.partitions();
        if (discovered || !now.equals(partitions) || fleet.stream().anyMatch(this::isNew)) {
            Map<String, Map<String, Published>> published = memory.read(this::isNew);
            partitions = now;
            fleet.stream()
                    .filter(this::isNew)
                    .forEach(subscription -> start(subscription, published.getOrDefault(subscription, Map.of())));
            if (discovered) {
                takeLeave(published);
            }
        }
    }

    /** The poller of a subscription that this replica owns. */
    Optional<SubscriptionPoller> poller(String subscription) {
        return Optional.ofNullable(pollers.get(subscription));
    }

    /** Something has changed at a cluster. */
    void clusterChanged(String cluster) {
        poller(Partitioning.subscriptionOf(cluster)).ifPresent(SubscriptionPoller::changed);
    }

    /** The feature of a subscription has changed. */
    void featureChanged(String subscription) {
        poller(subscription).ifPresent(SubscriptionPoller::featureChanged);
    }

    /** A subscription has been listed, by whomever; those of one subscription arrive one after the other. */
    void listed(Listing listing) {
        poller(listing.subscription())
                .filter(_ -> azure.owns(listing.subscription()))
                .ifPresent(poller -> poller.listed(listing, discovery.subscriptions()));
    }

    private boolean isNew(String subscription) {
        return azure.owns(subscription) && !pollers.containsKey(subscription);
    }

    private void start(String subscription, Map<String, Published> published) {
        SubscriptionPoller poller = new SubscriptionPoller(subscription, published, azure, publisher, settings, timing);
        pollers.put(subscription, poller);
        poller.start(threads);
    }

    /** What could not be removed is still on the topic, and taken leave of after the next discovery. */
    private void takeLeave(Map<String, Map<String, Published>> published) {
        published.forEach((subscription, records) -> {
            if (!records.isEmpty() && discovery.hasLeft(subscription)) {
                publisher.remove(subscription, records.keySet());
            }
        });
    }
}
