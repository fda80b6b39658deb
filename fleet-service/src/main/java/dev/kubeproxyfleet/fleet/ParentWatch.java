package dev.kubeproxyfleet.fleet;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Ends the service with the process that it belongs to, however that one ended. */
@Singleton
final class ParentWatch {

    private static final Logger LOG = Logger.getLogger(ParentWatch.class);

    /** Nothing is wrong with the service itself. */
    private static final int EXIT_CODE = 0;

    void start(@Observes StartupEvent event, ProcessSettings settings) {
        settings.parent()
                .ifPresent(id -> watch(id, _ -> {
                    LOG.infof("process %d, which the service belongs to, has ended: so does the service", id);
                    Quarkus.asyncExit(EXIT_CODE);
                }));
    }

    /** Calls {@code ended} once the process has ended; at once if there is none. */
    static void watch(long id, Consumer<Long> ended) {
        var _ = ProcessHandle.of(id)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(() -> ended.accept(id));
    }
}
