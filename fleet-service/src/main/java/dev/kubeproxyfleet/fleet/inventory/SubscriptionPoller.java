package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.fleet.inventory.SubscriptionInventory.Change;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Keeps the records of one subscription in step with ARM, from {@link #start} to {@link #stop}.
 *
 * <p>A listing that failed or was cut short removes nothing. Every listing counts, whoever made it. {@link #listed} is called by one
 * thread at a time; all else is thread-safe.
 */
final class SubscriptionPoller {

    private static final Logger LOG = Logger.getLogger(SubscriptionPoller.class);

    private final String subscription;
    private final Azure azure;
    private final InventoryPublisher publisher;
    private final InventorySettings settings;
    private final Timing timing;
    private final SubscriptionInventory inventory;
    private final MaintenanceCache maintenance;
    private final MaintenancePoller maintenancePoller;
    private final FeatureState feature;
    private final ReadOnlyLocks locks;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile CompletableFuture<Void> wake = new CompletableFuture<>();
    /** Beginning of the latest complete listing, whoever asked for it. */
    private volatile Instant listedAt = Instant.MIN;

    private volatile Instant changedAt = Instant.MIN;

    /** @param published what the topic holds of it, by key */
    SubscriptionPoller(
            String subscription,
            Map<String, Published> published,
            Azure azure,
            InventoryPublisher publisher,
            InventorySettings settings,
            Timing timing) {
        this.subscription = subscription;
        this.azure = azure;
        this.publisher = publisher;
        this.settings = settings;
        this.timing = timing;
        inventory = new SubscriptionInventory(published);
        maintenance = new MaintenanceCache(published.values());
        maintenancePoller = new MaintenancePoller(maintenance, azure, settings, timing);
        feature = new FeatureState(subscription, azure, settings.featureInterval());
        locks = new ReadOnlyLocks(subscription, azure, settings.lockInterval());
    }

    /** @param threads runs each task that it is given at once, beside the others */
    void start(Executor threads) {
        threads.execute(this::keepPolling);
        // Beside the listings: a large subscription's first reading takes as many seconds as it has clusters.
        threads.execute(this::keepReadingMaintenance);
    }

    /** It makes no further round; the one under way ends by itself. */
    void stop() {
        stopped.complete(null);
        wake.complete(null);
    }

    /** Something has changed there: it is listed soon. */
    void changed() {
        changedAt = timing.now();
        wake.complete(null);
    }

    /** The feature is read again soon. */
    void featureChanged() {
        feature.forget();
        changed();
    }

    /**
     * Publishes what a listing changes, and waits until that has arrived. What has not is published again with the next listing.
     *
     * @param fleet the fleet's subscriptions
     */
    void listed(Listing listing, List<String> fleet) {
        List<ClusterRecord> clusters = maintenance.complete(listing.clusters());
        List<Change> changes = listing.complete()
                ? inventory.complete(clusters, record(clusters.size(), fleet))
                : inventory.partial(clusters);
        if (listing.complete()) {
            maintenance.retain(clusters);
            listedAt = listing.began();
        }
        if (listing.error() != null) {
            LOG.warnf(
                    "listing incomplete subscription=%s code=%s message=%s clusters=%d",
                    subscription,
                    listing.error().code(),
                    listing.error().message(),
                    listing.clusters().size());
        }
        publisher.publish(changes).forEach(inventory::published);
    }

    /** One round: reads what is due, and lists if that is due. */
    void poll() {
        try {
            // Before listing: what ends from here on wakes the next round.
            wake = new CompletableFuture<>();
            feature.read(timing.now());
            locks.read(timing.now());
            if (isListingDue()) {
                azure.list(subscription);
            }
        } catch (RuntimeException e) {
            // One subscription's trouble, a bug included, must not end its polling.
            LOG.errorf(e, "inventory failed; trying again subscription=%s", subscription);
        }
    }

    /** Reads the maintenance windows once, as far as they are due. */
    void readMaintenance() {
        try {
            if (maintenancePoller.read(() -> !stopped.isDone() && azure.owns(subscription))) {
                // The next listing publishes them.
                changed();
            }
        } catch (RuntimeException e) {
            // One subscription's trouble, a bug included, must not end its reading.
            LOG.errorf(e, "reading maintenance windows failed; trying again subscription=%s", subscription);
        }
    }

    private void keepPolling() {
        while (!stopped.isDone()) {
            poll();
            Duration shortest = settings.minInterval();
            timing.pause().await(stopped, shortest);
            Duration left = timing.jittered(settings.interval()).minus(shortest);
            if (left.isPositive() && !stopped.isDone()) {
                timing.pause().await(wake, left);
            }
        }
    }

    private void keepReadingMaintenance() {
        while (!stopped.isDone()) {
            timing.pause().await(stopped, settings.minInterval());
            readMaintenance();
        }
    }

    /** While operations run the worker lists, more often than the inventory would, and the inventory hears of it. */
    private boolean isListingDue() {
        return !listedAt.isAfter(changedAt)
                || listedAt.isBefore(timing.now().minus(settings.interval().dividedBy(2)));
    }

    private SubscriptionRecord record(int clusterCount, List<String> fleet) {
        return new SubscriptionRecord(
                subscription, clusterCount, feature.state(), fleet, azure.apiVersion(), locks.scopes());
    }
}
