package dev.kubeproxyfleet.fleet.rollout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The front of a long queue of clusters, read as far as it is looked at: most events start one cluster and need no second.
 *
 * <p>The queue must not change while it is looked at; a {@link FleetState} does not.
 */
final class Candidates implements Iterator<RolloutCluster> {

    private static final int FIRST_READ = 4;
    private static final int GROWTH = 4;

    private final IntFunction<List<RolloutCluster>> front;
    private final int limit;
    private final Deque<RolloutCluster> ahead = new ArrayDeque<>();
    private int asked;
    private int read;
    private boolean atEnd;

    /**
     * @param front reads so many from the front, fewer only if there are no more
     * @param limit how many to look at at most
     */
    Candidates(IntFunction<List<RolloutCluster>> front, int limit) {
        this.front = front;
        this.limit = limit;
        this.atEnd = limit == 0;
    }

    @Override
    public boolean hasNext() {
        return peek() != null;
    }

    @Override
    public RolloutCluster next() {
        RolloutCluster next = peek();
        if (next == null) {
            throw new NoSuchElementException();
        }
        ahead.remove();
        return next;
    }

    /** The next one, which stays; null if there is none. */
    @Nullable
    RolloutCluster peek() {
        while (ahead.isEmpty() && !atEnd) {
            readOn();
        }
        return ahead.peek();
    }

    private void readOn() {
        asked = asked == 0 ? Math.min(FIRST_READ, limit) : (int) Math.min((long) asked * GROWTH, limit);
        List<RolloutCluster> found = front.apply(asked);
        ahead.addAll(found.subList(Math.min(read, found.size()), found.size()));
        read = found.size();
        atEnd = asked == limit || found.size() < asked;
    }
}
