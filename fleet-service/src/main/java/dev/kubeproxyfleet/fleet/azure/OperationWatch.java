package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Waits for all operations of a subscription with one LIST at an interval, which shows every cluster's provisioning state; the
 * budget for operation status would not do for a wave of them. Operations that no LIST shows are asked for one by one, as many as
 * that budget has at the moment; the first question that ARM does not answer is the last before the next LIST. Thread-safe.
 */
final class OperationWatch implements LongRunning {

    /** Part of the budget for LIST below which no more of it is spent than refills: the inventory lists as well. */
    static final double SPARED = 0.25;

    /** Listings in a row that must fail before the clusters that they lack are asked for one by one. */
    static final int MAX_FAILED_LISTINGS = 2;

    private static final Logger LOG = Logger.getLogger(OperationWatch.class);

    private static final class Waiter {
        final String cluster;
        final @Nullable String operationUrl;
        final CompletableFuture<Void> atRest = new CompletableFuture<>();
        /** A listing has shown it at work; confined to the subscription's poller, as what follows is. */
        boolean seenBusy;

        Instant askedAt = Instant.MIN;

        Waiter(String cluster, @Nullable String operationUrl) {
            this.cluster = cluster;
            this.operationUrl = operationUrl;
        }
    }

    private final ClusterListings listings;
    private final BudgetedArm arm;
    private final Budgets budgets;
    private final Pause pause;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Duration interval;
    private final Executor pollers;
    private final Map<String, Set<Waiter>> waiters = new HashMap<>();

    /** @param pollers runs one long task for each subscription that has something in flight */
    OperationWatch(
            ClusterListings listings,
            BudgetedArm arm,
            Budgets budgets,
            Pause pause,
            InstantSource clock,
            Backoff backoff,
            Duration interval,
            Executor pollers) {
        this.listings = listings;
        this.arm = arm;
        this.budgets = budgets;
        this.pause = pause;
        this.clock = clock;
        this.backoff = backoff;
        this.interval = interval;
        this.pollers = pollers;
    }

    @Override
    public void await(String cluster, @Nullable String operationUrl, CompletionStage<?> over, Instant deadline) {
        String subscription = Partitioning.subscriptionOf(cluster);
        Waiter waiter = new Waiter(cluster, operationUrl);
        boolean first;
        synchronized (waiters) {
            Set<Waiter> there = waiters.get(subscription);
            first = there == null;
            if (there == null) {
                there = new LinkedHashSet<>();
                waiters.put(subscription, there);
            }
            there.add(waiter);
        }
        if (first) {
            pollers.execute(() -> poll(subscription));
        }
        try {
            Duration left = Duration.between(clock.instant(), deadline);
            if (left.isPositive()) {
                pause.await(CompletableFuture.anyOf(waiter.atRest, over.toCompletableFuture()), left);
            }
        } finally {
            synchronized (waiters) {
                Set<Waiter> there = waiters.get(subscription);
                if (there != null) {
                    there.remove(waiter);
                }
            }
        }
    }

    private void poll(String subscription) {
        Duration pace = interval;
        int failedInARow = 0;
        while (true) {
            pause.sleep(backoff.jittered(pace));
            // Only those that waited before the listing began: it may have been answered before a later one's write.
            List<Waiter> waiting;
            synchronized (waiters) {
                Set<Waiter> there = waiters.getOrDefault(subscription, Set.of());
                if (there.isEmpty()) {
                    waiters.remove(subscription);
                    return;
                }
                waiting = List.copyOf(there);
            }
            try {
                Listing listing = listings.list(subscription);
                if (listing.error() != null) {
                    LOG.warnf(
                            "listing failed while operations run subscription=%s code=%s message=%s",
                            subscription,
                            listing.error().code(),
                            listing.error().message());
                }
                pace = pace(subscription, listing.pages());
                failedInARow = listing.complete() ? 0 : failedInARow + 1;
                ask(subscription, unshown(waiting, listing, failedInARow >= MAX_FAILED_LISTINGS));
            } catch (RuntimeException e) {
                // Waiters must not hang on a bug of one listing.
                LOG.errorf(e, "watching operations failed subscription=%s", subscription);
            }
        }
    }

    private Duration pace(String subscription, int pages) {
        double left = budgets.left(new Budgets.Key(Budget.LIST_CLUSTERS, subscription));
        if (left > Budgets.capacity(Budget.LIST_CLUSTERS) * SPARED) {
            return interval;
        }
        // Twice as long, since half of it may be all of the jittered pause.
        Duration refilled = budgets.refill(Budget.LIST_CLUSTERS).multipliedBy(2L * pages);
        return refilled.compareTo(interval) > 0 ? refilled : interval;
    }

    /** Lets those go whose clusters are at rest, and returns those of whom listings tell nothing. */
    private static List<Waiter> unshown(List<Waiter> waiting, Listing listing, boolean listingsFail) {
        Map<String, ProvisioningState> states = new HashMap<>();
        listing.clusters()
                .forEach(cluster -> states.put(cluster.id(), ProvisioningState.of(cluster.provisioningState())));
        List<Waiter> unshown = new ArrayList<>();
        for (Waiter waiter : waiting) {
            ProvisioningState state = states.get(waiter.cluster);
            boolean known = state != null || listing.complete();
            if (state == ProvisioningState.BUSY) {
                waiter.seenBusy = true;
            } else if (known && waiter.seenBusy) {
                waiter.atRest.complete(null);
            } else if (known || listingsFail) {
                // A listing may lag behind the write, so one that never showed it at work proves nothing.
                unshown.add(waiter);
            }
        }
        return unshown;
    }

    /** Asks for the operations themselves, those first that have not been asked for longest. */
    private void ask(String subscription, List<Waiter> unshown) {
        unshown.sort(Comparator.comparing(waiter -> waiter.askedAt));
        boolean answers = true;
        for (Waiter waiter : unshown) {
            if (waiter.operationUrl == null) {
                waiter.atRest.complete(null);
                continue;
            }
            ArmRequest.ReadOperation question = new ArmRequest.ReadOperation(subscription, waiter.operationUrl);
            if (answers && budgets.available(question)) {
                waiter.askedAt = clock.instant();
                ArmResult answer = arm.once(question, Duration.ZERO);
                if (ended(answer)) {
                    waiter.atRest.complete(null);
                }
                answers = !(answer instanceof ArmResult.ArmError error && error.status() == 0);
            }
        }
    }

    private static boolean ended(ArmResult answer) {
        return switch (answer) {
            case ArmResult.Ok ok -> {
                String status = ok.body().path("status").asText("");
                // Location answers 202 while it runs and the resource itself afterwards.
                yield status.isEmpty() ? ok.status() != 202 : ProvisioningState.of(status) != ProvisioningState.BUSY;
            }
            case ArmResult.ArmError error -> error.status() == 404 || error.status() == 410;
        };
    }
}
