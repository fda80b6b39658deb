package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the clusters of a subscription, one listing at a time in each, so that what observers are told never goes backwards.
 * Thread-safe.
 */
public final class ClusterListings {

    /** Pages of one listing; a subscription holds at most 5,000 clusters. */
    static final int MAX_PAGES = 1_000;

    static final String TOO_MANY_PAGES = "TooManyPages";

    private final ArmGateway arm;
    private final Budgets budgets;
    private final Pause pause;
    private final List<Consumer<Listing>> observers = new CopyOnWriteArrayList<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    ClusterListings(ArmGateway arm, Budgets budgets, Pause pause) {
        this.arm = arm;
        this.budgets = budgets;
        this.pause = pause;
    }

    /** {@code observer} is told of every listing from now on, whoever asked for it. */
    public void observe(Consumer<Listing> observer) {
        observers.add(observer);
    }

    /** Lists all clusters of a subscription; blocks while local budgets are spent. */
    public Listing list(String subscription) {
        ReentrantLock lock = locks.computeIfAbsent(subscription, key -> new ReentrantLock());
        lock.lock();
        try {
            Listing listing = pages(subscription);
            observers.forEach(observer -> observer.accept(listing));
            return listing;
        } finally {
            lock.unlock();
        }
    }

    private Listing pages(String subscription) {
        List<ClusterRecord> clusters = new ArrayList<>();
        String next = null;
        ArmResult.@Nullable ArmError unreadable = null;
        for (int page = 0; page < MAX_PAGES; page++) {
            switch (BudgetedCall.send(arm, budgets, pause, new ArmRequest.ListClusters(subscription, next))) {
                case ArmResult.ArmError error -> {
                    return new Listing(subscription, clusters, page + 1, error);
                }
                case ArmResult.Ok ok -> {
                    if (!ok.body().path("value").isArray()) {
                        return new Listing(subscription, clusters, page + 1, unreadable("a page without a list"));
                    }
                    for (JsonNode cluster : ok.body().path("value")) {
                        Optional<ClusterRecord> record = ClusterRecordReader.read(cluster);
                        if (record.isPresent()) {
                            clusters.add(record.get());
                        } else {
                            unreadable = unreadable("a cluster without a resource id");
                        }
                    }
                    next = ok.body().path("nextLink").asText("");
                    if (next.isEmpty()) {
                        return new Listing(subscription, clusters, page + 1, unreadable);
                    }
                }
            }
        }
        return new Listing(
                subscription,
                clusters,
                MAX_PAGES,
                new ArmResult.ArmError(0, TOO_MANY_PAGES, "more than " + MAX_PAGES + " pages of clusters", null));
    }

    private static ArmResult.ArmError unreadable(String what) {
        return new ArmResult.ArmError(0, ArmResult.UNREADABLE_ANSWER, "the listing holds " + what, null);
    }
}
