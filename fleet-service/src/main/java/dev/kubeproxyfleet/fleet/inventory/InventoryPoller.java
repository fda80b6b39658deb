package dev.kubeproxyfleet.fleet.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.fleet.azure.Pager;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the topic {@code clusters} in step with ARM for the subscriptions that this replica owns.
 *
 * <p>A listing that failed or was cut short removes nothing. Every listing counts, whoever made it; those of one subscription
 * arrive one after the other. A subscription that leaves the fleet takes its clusters with it: no rollout may reach them.
 */
final class InventoryPoller {

    static final String FEATURE_UNKNOWN = "Unknown";

    private static final int FORBIDDEN = 403;

    private static final String SUBSCRIPTION_NOT_FOUND = "SubscriptionNotFound";

    /** A cluster has three maintenance configurations at most. */
    static final int MAX_MAINTENANCE_PAGES = 3;

    /** Of a subscription's locks; ARM cuts long lists into pages. */
    static final int MAX_LOCK_PAGES = 50;

    private static final Logger LOG = Logger.getLogger(InventoryPoller.class);

    /** What the poller needs of Azure and Kafka. */
    interface World {

        boolean owns(String subscription);

        Subscriptions subscriptions();

        /** That clusters are written with. */
        String apiVersion();

        ArmResult call(ArmRequest request);

        /** Lists, and hands the listing to {@link InventoryPoller#listed} before it returns. */
        Listing list(String subscription);

        /** Whether an operator says which subscriptions the fleet has; else they are those that ARM shows. */
        boolean fleetIsConfigured();

        /** The partitions of the fleet that this replica owns. */
        Set<Integer> partitions();

        /** The latest records on the topic of the subscriptions of which {@code wanted} holds, by subscription and key. */
        Map<String, Map<String, Object>> published(Predicate<String> wanted);

        CompletableFuture<Void> publish(SubscriptionInventory.Change change);

        /** Runs a task on a thread of its own. */
        void run(Runnable task);
    }

    /** A subscription that this replica owns. */
    private static final class Owned {
        final String subscription;
        final SubscriptionInventory inventory;
        final MaintenanceCache maintenance;
        volatile CompletableFuture<Void> wake = new CompletableFuture<>();
        volatile String feature = FEATURE_UNKNOWN;
        Instant featureReadAt = Instant.MIN;
        /** Null while they are not known. */
        volatile @Nullable List<String> readOnlyScopes;

        Instant locksReadAt = Instant.MIN;
        /** Beginning of the latest complete listing, whoever asked for it. */
        volatile Instant listedAt = Instant.MIN;

        volatile Instant changedAt = Instant.MIN;

        Owned(String subscription, Map<String, Object> published) {
            this.subscription = subscription;
            this.inventory = new SubscriptionInventory(published);
            this.maintenance = new MaintenanceCache(published.values());
        }
    }

    private final World world;
    private final InventorySettings settings;
    private final Pause pause;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Owned> owned = new ConcurrentHashMap<>();
    private Set<Integer> partitions = Set.of();
    private volatile List<String> fleet = List.of();
    private Instant fleetKnownUntil = Instant.MIN;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    InventoryPoller(World world, InventorySettings settings, Pause pause, InstantSource clock, RandomGenerator random) {
        this.world = world;
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
        this.random = random;
    }

    /** Follows the ownership of subscriptions until {@link #close}. */
    void run(Duration tick) {
        while (!closed.isDone()) {
            try {
                follow();
            } catch (KafkaException e) {
                LOG.warnf("inventory could not be taken over; trying again cause=%s", e.getMessage());
            }
            pause.await(closed, tick);
        }
    }

    void close() {
        closed.complete(null);
        owned.values().forEach(subscription -> subscription.wake.complete(null));
    }

    /** Starts what is newly owned, drops what no longer is, and takes leave of what has left the fleet. */
    void follow() {
        boolean discovered = discover();
        if (fleet.isEmpty()) {
            // Nothing is known yet, or a right is missing.
            owned.clear();
            return;
        }
        owned.keySet().removeIf(subscription -> !fleet.contains(subscription) || !world.owns(subscription));
        Set<Integer> now = world.partitions();
        if (discovered || !now.equals(partitions) || fleet.stream().anyMatch(this::isNew)) {
            Map<String, Map<String, Object>> published = world.published(this::isNew);
            partitions = now;
            takeOver(published);
            if (discovered) {
                takeLeave(published);
            }
        }
    }

    private boolean isNew(String subscription) {
        return world.owns(subscription) && !owned.containsKey(subscription);
    }

    private void takeOver(Map<String, Map<String, Object>> published) {
        for (String subscription : fleet) {
            if (isNew(subscription)) {
                Owned taken = new Owned(subscription, published.getOrDefault(subscription, Map.of()));
                owned.put(subscription, taken);
                world.run(() -> keepPolling(taken));
                world.run(() -> keepReadingMaintenance(taken));
            }
        }
    }

    /** What could not be published is still on the topic, and taken leave of after the next discovery. */
    private void takeLeave(Map<String, Map<String, Object>> published) {
        published.forEach((subscription, records) -> {
            if (fleet.contains(subscription) || records.isEmpty() || !hasLeft(subscription)) {
                return;
            }
            LOG.infof("subscription has left the fleet subscription=%s records=%d", subscription, records.size());
            records.keySet().stream()
                    // The subscription's own record is the shortest: it goes last, as it came.
                    .sorted(Comparator.reverseOrder())
                    .map(key -> world.publish(new SubscriptionInventory.ClusterGone(key)))
                    .toList()
                    .forEach(sent -> sent.exceptionally(failure -> {
                        LOG.warnf(
                                "subscription's record not removed; tried again subscription=%s cause=%s",
                                subscription, failure.getMessage());
                        return null;
                    }));
        });
    }

    /** Whether a subscription that is not in the fleet is out of it for good: a right to see it may be missing for the moment. */
    private boolean hasLeft(String subscription) {
        return world.fleetIsConfigured()
                || (world.call(new ArmRequest.ReadFeature(subscription)) instanceof ArmResult.ArmError error
                        && error.code().equals(SUBSCRIPTION_NOT_FOUND));
    }

    /** Lists the subscription of {@code cluster} soon: something has changed there. */
    void changed(String cluster) {
        Owned subscription = owned.get(Partitioning.subscriptionOf(cluster));
        if (subscription != null) {
            subscription.changedAt = clock.instant();
            subscription.wake.complete(null);
        }
    }

    /** Reads the feature of a subscription again soon. */
    void featureChanged(String id) {
        Owned subscription = owned.get(id);
        if (subscription != null) {
            subscription.feature = FEATURE_UNKNOWN;
            subscription.changedAt = clock.instant();
            subscription.wake.complete(null);
        }
    }

    /** Publishes what a listing changes. */
    void listed(Listing listing) {
        Owned subscription = owned.get(listing.subscription());
        if (subscription == null || !world.owns(listing.subscription())) {
            return;
        }
        List<ClusterRecord> clusters = subscription.maintenance.complete(listing.clusters());
        List<SubscriptionInventory.Change> changes = listing.complete()
                ? subscription.inventory.complete(clusters, record(subscription, clusters))
                : subscription.inventory.partial(clusters);
        if (listing.complete()) {
            subscription.maintenance.retain(clusters);
            subscription.listedAt = listing.began();
        }
        if (listing.error() != null) {
            LOG.warnf(
                    "listing incomplete subscription=%s code=%s message=%s clusters=%d",
                    listing.subscription(),
                    listing.error().code(),
                    listing.error().message(),
                    listing.clusters().size());
        }
        publish(subscription, changes);
    }

    private void publish(Owned subscription, List<SubscriptionInventory.Change> changes) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (SubscriptionInventory.Change change : changes) {
            if (change instanceof SubscriptionInventory.SubscriptionChanged) {
                // It says that all clusters before it are there, so they have to be.
                if (!confirm(subscription, changes.subList(0, sent.size()), sent)) {
                    return;
                }
                sent.clear();
                confirm(subscription, List.of(change), List.of(world.publish(change)));
                return;
            }
            sent.add(world.publish(change));
        }
        confirm(subscription, changes, sent);
    }

    /** Remembers what has arrived; what has not is published again with the next listing. */
    private boolean confirm(
            Owned subscription, List<SubscriptionInventory.Change> changes, List<CompletableFuture<Void>> sent) {
        boolean all = true;
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).join();
                subscription.inventory.published(changes.get(i));
            } catch (CompletionException e) {
                all = false;
                LOG.warnf(
                        "inventory record not published; the next listing repeats it key=%s cause=%s",
                        changes.get(i).key(), e.getMessage());
            }
        }
        return all;
    }

    private void keepPolling(Owned subscription) {
        while (!closed.isDone() && owned.get(subscription.subscription) == subscription) {
            poll(subscription.subscription);
            Duration interval = settings.interval();
            Duration shortest = settings.minInterval();
            pause.await(closed, shortest);
            Duration left = jittered(interval).minus(shortest);
            if (left.isPositive()) {
                pause.await(subscription.wake, left);
            }
        }
    }

    /** Lists a subscription once, if it is ours. */
    void poll(String subscription) {
        Owned taken = owned.get(subscription);
        if (taken != null) {
            round(taken);
        }
    }

    private void round(Owned subscription) {
        try {
            // Before listing: what ends from here on wakes the next round.
            subscription.wake = new CompletableFuture<>();
            readFeature(subscription);
            readLocks(subscription);
            if (isListingDue(subscription)) {
                world.list(subscription.subscription);
            }
        } catch (RuntimeException e) {
            // One subscription's trouble, a bug included, must not end its polling.
            LOG.errorf(e, "inventory failed; trying again subscription=%s", subscription.subscription);
        }
    }

    /** While operations run the worker lists, more often than the inventory would, and the inventory hears of it. */
    private boolean isListingDue(Owned subscription) {
        return !subscription.listedAt.isAfter(subscription.changedAt)
                || subscription.listedAt.isBefore(
                        clock.instant().minus(settings.interval().dividedBy(2)));
    }

    private void readFeature(Owned subscription) {
        Instant now = clock.instant();
        if (!subscription.feature.equals(FEATURE_UNKNOWN)
                && now.isBefore(subscription.featureReadAt.plus(settings.featureInterval()))) {
            return;
        }
        switch (world.call(new ArmRequest.ReadFeature(subscription.subscription))) {
            case ArmResult.Ok ok -> {
                subscription.feature =
                        ok.body().path("properties").path("state").asText(FEATURE_UNKNOWN);
                subscription.featureReadAt = now;
            }
            case ArmResult.ArmError error ->
                LOG.warnf(
                        "feature state not read subscription=%s code=%s message=%s",
                        subscription.subscription, error.code(), error.message());
        }
    }

    /** Where they cannot be read it is Azure's answer to a write that tells of them. */
    private void readLocks(Owned subscription) {
        Instant now = clock.instant();
        if (now.isBefore(subscription.locksReadAt.plus(settings.lockInterval()))) {
            return;
        }
        subscription.locksReadAt = now;
        List<String> scopes = new ArrayList<>();
        ArmResult.ArmError error = Pager.read(
                        world::call,
                        link -> new ArmRequest.ListLocks(subscription.subscription, link),
                        MAX_LOCK_PAGES,
                        page -> {
                            scopes.addAll(LockReader.readOnlyScopes(page.path("value")));
                            return true;
                        })
                .error();
        if (error == null) {
            subscription.readOnlyScopes = scopes.stream().distinct().sorted().toList();
            return;
        }
        boolean hasNoRight = error.status() == FORBIDDEN;
        // A right that was missing from the beginning is told of once, at the start of the service.
        if (!hasNoRight || subscription.readOnlyScopes != null) {
            LOG.warnf(
                    "locks not read subscription=%s code=%s message=%s",
                    subscription.subscription, error.code(), error.message());
        }
        if (hasNoRight) {
            subscription.readOnlyScopes = null;
        }
    }

    /** Beside the listings: a large subscription's first reading takes as many seconds as it has clusters. */
    private void keepReadingMaintenance(Owned subscription) {
        while (!closed.isDone() && owned.get(subscription.subscription) == subscription) {
            pause.await(closed, settings.minInterval());
            try {
                readMaintenance(subscription);
            } catch (RuntimeException e) {
                // One subscription's trouble, a bug included, must not end its reading.
                LOG.errorf(
                        e,
                        "reading maintenance windows failed; trying again subscription=%s",
                        subscription.subscription);
            }
        }
    }

    /** Reads a subscription's maintenance windows once, as far as they are due. */
    void readMaintenance(String subscription) {
        Owned taken = owned.get(subscription);
        if (taken != null) {
            readMaintenance(taken);
        }
    }

    private void readMaintenance(Owned subscription) {
        boolean changed = false;
        for (MaintenanceCache.Due due : subscription.maintenance.due(clock.instant())) {
            if (closed.isDone() || !world.owns(subscription.subscription)) {
                return;
            }
            Optional<List<MaintenanceWindow>> read = maintenance(due);
            Instant now = clock.instant();
            if (read.isPresent()) {
                changed |= subscription.maintenance.read(
                        due, read.get(), now.plus(jittered(settings.maintenanceInterval())));
            } else {
                subscription.maintenance.failed(due, settings.maintenanceRetry(), now);
            }
        }
        if (changed) {
            // The next listing publishes them.
            subscription.changedAt = clock.instant();
            subscription.wake.complete(null);
        }
    }

    private Optional<List<MaintenanceWindow>> maintenance(MaintenanceCache.Due due) {
        List<JsonNode> configurations = new ArrayList<>();
        ArmResult.ArmError error = Pager.read(
                        world::call,
                        link -> new ArmRequest.ListMaintenance(due.cluster(), due.region(), link),
                        MAX_MAINTENANCE_PAGES,
                        page -> {
                            page.path("value").forEach(configurations::add);
                            return true;
                        })
                .error();
        if (error != null) {
            if (error.status() != 404) {
                LOG.warnf(
                        "maintenance windows not read cluster=%s code=%s message=%s",
                        due.cluster(), error.code(), error.message());
            }
            return Optional.empty();
        }
        Optional<List<MaintenanceWindow>> read = MaintenanceReader.read(configurations);
        if (read.isEmpty()) {
            LOG.warnf("maintenance windows are not what this version knows cluster=%s", due.cluster());
        }
        return read;
    }

    private SubscriptionRecord record(Owned subscription, List<ClusterRecord> clusters) {
        return new SubscriptionRecord(
                subscription.subscription,
                clusters.size(),
                subscription.feature,
                fleet,
                world.apiVersion(),
                subscription.readOnlyScopes);
    }

    /** Asks which subscriptions there are, if that is due; whether there was an answer. */
    private boolean discover() {
        Instant now = clock.instant();
        if (now.isBefore(fleetKnownUntil)) {
            return false;
        }
        return switch (world.subscriptions()) {
            case Subscriptions.Known(Set<String> ids) -> {
                fleet = List.copyOf(new TreeSet<>(ids));
                fleetKnownUntil = now.plus(settings.subscriptionInterval());
                yield true;
            }
            case Subscriptions.Unknown(ArmResult.ArmError error) -> {
                LOG.warnf("subscriptions not listed code=%s message=%s", error.code(), error.message());
                yield false;
            }
        };
    }

    private Duration jittered(Duration interval) {
        long half = Math.max(1, interval.toNanos() / 2);
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }
}
