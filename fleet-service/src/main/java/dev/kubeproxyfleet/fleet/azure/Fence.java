package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation's right to write, which can be taken from it, and which ends by itself where this replica does not hear from Kafka.
 *
 * <p>Once {@link #cancel()} or {@link #stop()} has returned, no write begins any more; {@link #awaitQuiet} waits for the end of
 * one that had begun. Thread-safe.
 */
public final class Fence {

    private enum State {
        OPEN,
        CANCELLED,
        STOPPED
    }

    private final BooleanSupplier held;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private State state = State.OPEN;
    private boolean written;
    private @Nullable CompletableFuture<Void> writing;

    /** @param held whether the cluster is still this replica's to change */
    Fence(BooleanSupplier held) {
        this.held = held;
    }

    /** Makes the write, unless the right to it is gone: empty then. */
    public <T> Optional<T> write(Supplier<T> write) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (state != State.OPEN || !held.getAsBoolean()) {
                return Optional.empty();
            }
            written = true;
            writing = mine;
        }
        try {
            return Optional.of(write.get());
        } finally {
            mine.complete(null);
        }
    }

    /** Nobody wants it any more: it ends at once if it has not written; else it sees its write through and reports. */
    void cancel() {
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.CANCELLED;
            if (written) {
                return;
            }
        }
        over.complete(null);
    }

    /** Another process goes on with it: it ends at once and reports nothing. */
    void stop() {
        synchronized (this) {
            state = State.STOPPED;
        }
        over.complete(null);
    }

    /** Waits until a write that had begun has got its answer. */
    void awaitQuiet(Pause pause, Duration atMost) {
        CompletableFuture<Void> current;
        synchronized (this) {
            current = writing;
        }
        if (current != null) {
            pause.await(current, atMost);
        }
    }

    /** Completes when there is nothing left to do for the operation. */
    public CompletionStage<Void> over() {
        return over;
    }

    /** Whether nothing more is to be done or reported here: what was {@link #over()}, and what may be another replica's by now. */
    public boolean isOver() {
        return over.isDone() || !held.getAsBoolean();
    }
}
