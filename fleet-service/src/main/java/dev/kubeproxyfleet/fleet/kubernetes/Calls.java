package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of one cluster's API, each with a token that is good now, and answered in time. Made by one thread. */
final class Calls {

    private final ClusterTokens tokens;
    private final Duration answerTimeout;
    private volatile String token;

    /**
     * @param answerTimeout in which an answer must have come in full
     * @throws ClusterTokens.Unavailable if there is no token
     */
    Calls(ClusterTokens tokens, Duration answerTimeout) throws ClusterTokens.Unavailable {
        this.tokens = tokens;
        this.answerTimeout = answerTimeout;
        this.token = tokens.token();
    }

    /** What requests bear; may be asked by any thread, and does not wait. */
    String token() {
        return token;
    }

    /**
     * Makes a call. A token that is refused may have been withdrawn since it was got: it is renewed once, and the call made again.
     *
     * @throws RuntimeException whatever the client throws; {@link Failures} tells what it means
     * @throws ClusterTokens.Unavailable if there is no token any more
     */
    <T> @Nullable T make(Supplier<@Nullable T> call) throws ClusterTokens.Unavailable {
        token = tokens.token();
        try {
            return inTime(call);
        } catch (RuntimeException e) {
            if (!Failures.isUnauthorized(e)) {
                throw e;
            }
            tokens.refused(token);
            token = tokens.token();
            return inTime(call);
        }
    }

    /** The client bounds how long an answer takes to begin. Where it does not end, whoever waits for it does once the client closes. */
    private <T> @Nullable T inTime(Supplier<@Nullable T> call) {
        return CompletableFuture.supplyAsync(call, Thread::startVirtualThread)
                .orTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
