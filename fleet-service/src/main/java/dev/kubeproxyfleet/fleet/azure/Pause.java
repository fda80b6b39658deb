package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one way in which a thread of this service lets time pass. */
@FunctionalInterface
public interface Pause {

    /** In real time. */
    Pause REAL = (wake, atMost) -> {
        try {
            wake.toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException elapsed) {
            // The usual end of a pause.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a wake-up only ever completes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    };

    /** Returns when {@code wake} is complete or {@code atMost} has passed. */
    void await(CompletionStage<?> wake, Duration atMost);

    /** Returns when {@code time} has passed. */
    default void sleep(Duration time) {
        await(new CompletableFuture<Void>(), time);
    }
}
