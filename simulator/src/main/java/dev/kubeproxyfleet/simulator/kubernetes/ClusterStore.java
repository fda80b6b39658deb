package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one cluster with their versions, and the latest changes, from which watches read. A watch that falls further
 * behind than {@value #MAX_CHANGES} changes is told that its version is too old, as by a real API server. Thread-safe.
 */
final class ClusterStore {

    static final int MAX_CHANGES = 1_000;

    private final NavigableMap<Key, Stored> objects = new TreeMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();
    private long version;

    /** Changes up to this one may be forgotten. */
    private long forgotten;

    private boolean closed;
    private long roused;

    /** What a watch may read next. */
    sealed interface Progress {

        /** @param changes none if the time was over first, or if the caller was roused */
        record Changes(List<Change> changes, long upTo) implements Progress {}

        record TooOld(long oldest) implements Progress {}

        record Closed() implements Progress {}
    }

    /** Objects at one moment. */
    record Snapshot(List<Stored> objects, long version) {}

    /** Versions begin with the time, so that those of an earlier start are too old for this one. */
    ClusterStore(Instant now) {
        version = now.toEpochMilli();
        forgotten = version;
    }

    synchronized long version() {
        return version;
    }

    /** The oldest version from which a watch can go on. */
    synchronized long oldest() {
        return forgotten;
    }

    synchronized Optional<Stored> get(Key key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** @param namespace empty for all */
    synchronized Snapshot list(ResourceType type, String namespace) {
        List<Stored> found = new ArrayList<>();
        for (Stored object : objects.tailMap(new Key(type, namespace, ""), true).values()) {
            if (object.key().type() != type
                    || (!namespace.isEmpty() && !object.key().namespace().equals(namespace))) {
                break;
            }
            found.add(object);
        }
        return new Snapshot(found, version);
    }

    /** Everything. */
    synchronized List<Stored> all() {
        return List.copyOf(objects.values());
    }

    /**
     * Keeps an object under the next version, if it is what the caller believes it to be.
     *
     * @param expected what is there; null for nothing
     * @return empty if something else is there
     */
    synchronized Optional<Stored> put(Key key, @Nullable Stored expected, ObjectNode tree) {
        Stored before = objects.get(key);
        if (before != expected) {
            return Optional.empty();
        }
        Stored after = Stored.of(key, ++version, tree);
        objects.put(key, after);
        add(new Change(version, key, before, after));
        return Optional.of(after);
    }

    /** Forgets an object; does nothing if there is none. */
    synchronized void remove(Key key) {
        Stored before = objects.remove(key);
        if (before != null) {
            add(new Change(++version, key, before, null));
        }
    }

    private void add(Change change) {
        changes.addLast(change);
        if (changes.size() > MAX_CHANGES) {
            forgotten = changes.removeFirst().version();
        }
        notifyAll();
    }

    /** Changes of a type after a version; waits for the first one. */
    synchronized Progress after(long seen, ResourceType type, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        long upTo = seen;
        long before = roused;
        while (!closed) {
            if (upTo < forgotten) {
                return new Progress.TooOld(forgotten);
            }
            List<Change> found = after(upTo, type);
            upTo = version;
            long left = end - System.nanoTime();
            if (!found.isEmpty() || left <= 0 || roused != before) {
                return new Progress.Changes(found, upTo);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return new Progress.Closed();
    }

    private List<Change> after(long seen, ResourceType type) {
        List<Change> found = new ArrayList<>();
        var latestFirst = changes.descendingIterator();
        while (latestFirst.hasNext()) {
            Change change = latestFirst.next();
            if (change.version() <= seen) {
                break;
            }
            if (change.key().type() == type) {
                found.addFirst(change);
            }
        }
        return found;
    }

    /** Lets every watch look up, because something has changed that is not in here. */
    synchronized void rouse() {
        roused++;
        notifyAll();
    }

    /** Ends every watch. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
