package dev.kubeproxyfleet.simulator.arm;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What was asked of the simulator, oldest first; keeps the newest {@value #MAX_ENTRIES}. Thread-safe. */
public final class Journal {

    /** Older entries are dropped and counted. */
    public static final int MAX_ENTRIES = 20_000;

    private final Deque<JournalEntry> entries = new ArrayDeque<>();
    private final List<Consumer<JournalEntry>> observers = new CopyOnWriteArrayList<>();
    private long dropped;

    /** {@code observer} is told of every entry from now on, in their order, before the request is answered. */
    public void observe(Consumer<JournalEntry> observer) {
        observers.add(observer);
    }

    void add(JournalEntry entry) {
        keep(entry);
        observers.forEach(observer -> observer.accept(entry));
    }

    private synchronized void keep(JournalEntry entry) {
        if (entries.size() == MAX_ENTRIES) {
            entries.removeFirst();
            dropped++;
        }
        entries.addLast(entry);
    }

    public synchronized List<JournalEntry> entries() {
        return List.copyOf(entries);
    }

    /** Entries that are no longer kept. */
    public synchronized long dropped() {
        return dropped;
    }

    public List<JournalEntry> of(CallKind kind) {
        return entries().stream().filter(entry -> entry.kind() == kind).toList();
    }

    /** PUTs that began an operation. */
    public List<JournalEntry> acceptedWrites() {
        return entries().stream().filter(JournalEntry::accepted).toList();
    }

    /** PUTs that came while the operation of an earlier one on the same cluster still ran; a good client makes none. */
    public List<JournalEntry> overlappingWrites() {
        Map<String, Instant> busyUntil = new HashMap<>();
        List<JournalEntry> overlapping = new ArrayList<>();
        for (JournalEntry entry : of(CallKind.PUT_CLUSTER)) {
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
