package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the clusters of a subscription, one listing at a time in each, so that what is told of them never goes backwards. Those
 * who ask while one is under way share the next. Thread-safe.
 */
public final class ClusterListings {

    /** Pages of one listing; a subscription holds at most 5,000 clusters. */
    static final int MAX_PAGES = 1_000;

    /** The listings of one subscription. */
    private static final class Turns {
        final ReentrantLock lock = new ReentrantLock();
        final AtomicLong begun = new AtomicLong();

        @Nullable
        Listing last;
    }

    private final BudgetedArm arm;
    private final InstantSource clock;
    private final Consumer<Listing> listed;
    private final Map<String, Turns> turns = new ConcurrentHashMap<>();

    /** @param listed told of every listing, whoever asked for it, before the asker has it */
    ClusterListings(BudgetedArm arm, InstantSource clock, Consumer<Listing> listed) {
        this.arm = arm;
        this.clock = clock;
        this.listed = listed;
    }

    /** All clusters of a subscription, listed after this call; blocks while local budgets are spent. */
    public Listing list(String subscription) {
        Turns mine = turns.computeIfAbsent(subscription, key -> new Turns());
        long before = mine.begun.get();
        mine.lock.lock();
        try {
            Listing shared = mine.last;
            if (shared != null && mine.begun.get() > before) {
                return shared;
            }
            mine.begun.incrementAndGet();
            mine.last = null;
            Listing listing = pages(subscription);
            mine.last = listing;
            listed.accept(listing);
            return listing;
        } finally {
            mine.lock.unlock();
        }
    }

    private Listing pages(String subscription) {
        Instant began = clock.instant();
        Pager.Listed<ClusterRecord> listed = Pager.list(
                arm::send,
                link -> new ArmRequest.ListClusters(subscription, link),
                MAX_PAGES,
                ClusterRecordReader::read);
        return new Listing(subscription, began, listed.items(), listed.pages(), listed.error());
    }
}
