package dev.kubeproxyfleet.fleet.view;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** How far the read model is, and who waits for it to go further. Thread-safe. */
final class Reached {

    private final ReentrantLock lock;
    private final Condition further;
    private volatile Position position = Position.START;

    /** @param lock under which the read model is folded */
    Reached(ReentrantLock lock) {
        this.lock = lock;
        this.further = lock.newCondition();
    }

    Position position() {
        return position;
    }

    void set(Position now) {
        lock.lock();
        try {
            position = now;
            further.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What {@code asked} says of the first position of which it says anything, asked while nothing is folded.
     *
     * @return empty if it said nothing within {@code patience}
     */
    <T> Optional<T> await(Duration patience, Function<Position, Optional<T>> asked) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (true) {
                Optional<T> said = asked.apply(position);
                if (said.isPresent() || left <= 0) {
                    return said;
                }
                left = further.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
