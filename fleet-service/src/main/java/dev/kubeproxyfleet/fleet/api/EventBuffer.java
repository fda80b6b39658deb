package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.Notice;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one event stream owes its reader. Bounded: notices of one key are kept once, and when more different keys wait than the
 * limit allows, all are dropped for one {@link Notice#RELOAD}. Thread-safe; never blocks the one who offers.
 */
final class EventBuffer {

    private final int limit;
    private final @Nullable String rollout;
    private final @Nullable String subject;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final Map<String, Notice> waiting = new LinkedHashMap<>();
    private boolean overflowed;
    private boolean closed;

    /**
     * @param rollout if not null, only notices about this rollout are taken
     * @param subject whose stream it is, if that is known
     */
    EventBuffer(int limit, @Nullable String rollout, @Nullable String subject) {
        this.limit = limit;
        this.rollout = rollout;
        this.subject = subject;
    }

    @Nullable
    String subject() {
        return subject;
    }

    /** Returns true if this notice made the buffer overflow. */
    boolean offer(Notice notice) {
        if (!concerns(notice)) {
            return false;
        }
        lock.lock();
        try {
            if (closed || overflowed) {
                return false;
            }
            boolean overflows = waiting.size() >= limit && !waiting.containsKey(notice.key());
            if (overflows) {
                waiting.clear();
                overflowed = true;
            } else {
                waiting.put(notice.key(), notice);
            }
            changed.signalAll();
            return overflows;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the reader asked for such notices. */
    boolean concerns(Notice notice) {
        return rollout == null || notice.event().equals(Notice.RELOAD) || rollout.equals(notice.rollout());
    }

    /**
     * Takes all that waits, oldest key first, waiting at most {@code patience} for the first.
     *
     * @return empty after {@code patience} without any, or once closed
     */
    List<Notice> take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && !overflowed && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (overflowed) {
                overflowed = false;
                return List.of(Notice.reload());
            }
            List<Notice> taken = List.copyOf(waiting.values());
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Lets changes gather for {@code time}, or until closed. */
    void gather(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            overflowed = false;
            changed.signalAll();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
