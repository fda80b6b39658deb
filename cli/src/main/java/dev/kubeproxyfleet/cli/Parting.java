package dev.kubeproxyfleet.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets work that goes on and on end in order when the process is asked to: what is under way is completed, and a rest is cut short. */
final class Parting implements AutoCloseable {

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private boolean near;
    private boolean resting;

    /** Waiting, which may be interrupted. */
    interface Rest {
        void take() throws InterruptedException;
    }

    /** @param patience how long the process waits for its work; then it is cut off */
    Parting(Duration patience) {
        hook = Thread.ofPlatform().unstarted(() -> {
            come();
            try {
                ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on there is no rest and no further work. */
    synchronized void come() {
        near = true;
        if (resting) {
            worker.interrupt();
        }
    }

    synchronized boolean isFar() {
        return !near;
    }

    /** Called by the thread that made this. */
    void rest(Rest rest) {
        if (!begin()) {
            return;
        }
        try {
            rest.take();
        } catch (InterruptedException e) {
            come();
        } finally {
            end();
        }
    }

    private synchronized boolean begin() {
        resting = !near;
        return resting;
    }

    /** An interrupt that came too late for the rest is none for the work. */
    private synchronized void end() {
        resting = false;
        Thread.interrupted();
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is what waits for us.
        }
    }
}
