package dev.kubeproxyfleet.simulator.arm;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What was asked of the simulator, oldest first. Keeps the newest {@value #MAX_ENTRIES} reads, and as many other requests, so
 * that no number of reads pushes a write out. Thread-safe.
 */
public final class Journal {

    /** Older entries are dropped and counted. */
    public static final int MAX_ENTRIES = 20_000;

    private final Deque<JournalEntry> reads = new ArrayDeque<>();
    private final Deque<JournalEntry> others = new ArrayDeque<>();
    private final List<Consumer<JournalEntry>> observers = new CopyOnWriteArrayList<>();
    private long droppedReads;
    private long droppedOthers;

    /** {@code observer} is told of every entry from now on, in their order, before the request is answered. */
    public void observe(Consumer<JournalEntry> observer) {
        observers.add(observer);
    }

    void add(JournalEntry entry) {
        keep(entry);
        observers.forEach(observer -> observer.accept(entry));
    }

    private synchronized void keep(JournalEntry entry) {
        switch (entry.method()) {
            case "GET", "HEAD" -> droppedReads += append(reads, entry);
            default -> droppedOthers += append(others, entry);
        }
    }

    /** How many had to go for it. */
    private static int append(Deque<JournalEntry> entries, JournalEntry entry) {
        entries.addLast(entry);
        if (entries.size() <= MAX_ENTRIES) {
            return 0;
        }
        entries.removeFirst();
        return 1;
    }

    public synchronized List<JournalEntry> entries() {
        return Stream.concat(reads.stream(), others.stream())
                .sorted(Comparator.comparingLong(JournalEntry::number))
                .toList();
    }

    /** Entries that are no longer kept. */
    public synchronized long dropped() {
        return droppedReads + droppedOthers;
    }

    /** What never was kept cannot be vouched for. */
    private synchronized List<JournalEntry> puts() {
        if (droppedOthers > 0) {
            throw new IllegalStateException(
                    droppedOthers + " writes are no longer kept, so nothing can be said of all of them");
        }
        return of(ApiCall.PUT_CLUSTER);
    }

    public List<JournalEntry> of(ApiCall kind) {
        return entries().stream().filter(entry -> entry.kind() == kind).toList();
    }

    /** PUTs that began an operation. */
    public List<JournalEntry> acceptedWrites() {
        return puts().stream().filter(JournalEntry::accepted).toList();
    }

    /** PUTs that came while the operation of an earlier one on the same cluster still ran; a good client makes none. */
    public List<JournalEntry> overlappingWrites() {
        Map<String, Instant> busyUntil = new HashMap<>();
        List<JournalEntry> overlapping = new ArrayList<>();
        for (JournalEntry entry : puts()) {
            String cluster = entry.cluster();
            if (cluster == null) {
                continue;
            }
            Instant busy = busyUntil.get(cluster);
            if (busy != null && entry.at().isBefore(busy)) {
                overlapping.add(entry);
            }
            if (entry.operationEndsAt() != null) {
                busyUntil.put(cluster, entry.operationEndsAt());
            }
        }
        return overlapping;
    }

    /** Accepted PUTs that lost or changed anything but kubeProxyConfig; a good client makes none. */
    public List<JournalEntry> writesBeyondKubeProxy() {
        return acceptedWrites().stream()
                .filter(entry -> !entry.lost().isEmpty() || !entry.changed().isEmpty())
                .toList();
    }
}
