package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Runs blocking code in virtual time: tasks are threads of which one runs at a time, and when all of them pause, the clock goes
 * on to the earliest that wakes. The same tasks run in the same order each time.
 */
final class VirtualScheduler implements InstantSource, Pause, Executor {

    private static final class Pausing {
        final Instant until;
        final long number;
        final CompletableFuture<Void> go = new CompletableFuture<>();
        boolean resumed;

        Pausing(Instant until, long number) {
            this.until = until;
            this.number = number;
        }
    }

    private final PriorityQueue<Pausing> sleeping = new PriorityQueue<>(
            Comparator.comparing((Pausing pausing) -> pausing.until).thenComparing(pausing -> pausing.number));
    private final Deque<Pausing> woken = new ArrayDeque<>();
    private final Semaphore paused = new Semaphore(0);
    private Instant now = VirtualTime.START;
    private long numbers;

    @Override
    public Instant instant() {
        return now;
    }

    Duration passed() {
        return Duration.between(VirtualTime.START, now);
    }

    /** Runs {@code task} on a thread of its own, as soon as those that run now pause. */
    @Override
    public void execute(Runnable task) {
        Pausing start = new Pausing(now, numbers++);
        woken.add(start);
        Thread.ofVirtual().start(() -> {
            start.go.join();
            try {
                task.run();
            } finally {
                paused.release();
            }
        });
    }

    @Override
    public void await(CompletionStage<?> wake, Duration atMost) {
        CompletableFuture<?> waking = wake.toCompletableFuture();
        if (waking.isDone()) {
            return;
        }
        Pausing me = new Pausing(now.plus(atMost), numbers++);
        sleeping.add(me);
        var unused = waking.whenComplete((result, failure) -> {
            if (!me.resumed) {
                woken.add(me);
            }
        });
        paused.release();
        me.go.join();
    }

    /** Returns when every task has ended. */
    void run() throws InterruptedException {
        while (true) {
            boolean elapsed = woken.isEmpty();
            Pausing next = elapsed ? sleeping.poll() : woken.poll();
            if (next == null) {
                return;
            }
            if (next.resumed) {
                continue; // woken before its time, or woken twice
            }
            next.resumed = true;
            if (elapsed && next.until.isAfter(now)) {
                now = next.until;
            }
            next.go.complete(null);
            paused.acquire();
        }
    }
}
