package dev.kubeproxyfleet.fleet.azure;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** The thread of the worker: it begins once ARM can be used, and ends before what the worker needs is closed. */
@ApplicationScoped
public class AzureWorker {

    /** Among the observers of start-up: after the topics exist. */
    public static final int START_PRIORITY = 3000;

    /** Longest wait for the worker to leave its group when the application stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(AzureWorker.class);

    private final AzureCheck check;
    private final OperationWorker worker;
    private final CloudEventPublisher publisher;
    private final AzureSettings settings;
    private final Thread thread =
            Thread.ofPlatform().name("azure-worker").daemon().unstarted(this::run);
    private volatile boolean closing;

    AzureWorker(AzureCheck check, OperationWorker worker, CloudEventPublisher publisher, AzureSettings settings) {
        this.check = check;
        this.worker = worker;
        this.publisher = publisher;
        this.settings = settings;
    }

    /** False once its thread has ended without having been asked to. */
    public boolean isAlive() {
        return closing || thread.getState() == Thread.State.NEW || thread.isAlive();
    }

    void start(@Observes @Priority(START_PRIORITY) StartupEvent event) {
        thread.start();
    }

    /** The worker gives its partitions up first, which fences its writes; then nobody publishes any more. */
    void stop(@Observes ShutdownEvent event) {
        closing = true;
        worker.close();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                LOG.warnf("the worker has not stopped in time; its session times out timeout=%s", STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
    }

    private void run() {
        check.untilReady(() -> closing, settings.checkInterval());
        worker.run();
    }
}
