package dev.kubeproxyfleet.fleet.azure;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Waits for ARM's work on a cluster. */
@FunctionalInterface
interface LongRunning {

    /**
     * Returns when the cluster seems to be at rest, when {@code over} is complete or at the deadline; the caller reads the
     * cluster to learn what became of it.
     *
     * @param operationUrl of the caller's own write; null if something else runs
     */
    void await(String cluster, @Nullable String operationUrl, CompletionStage<?> over, Instant deadline);
}
