package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.AzureWorker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

/** Begins and ends the watcher, which is made only where it is enabled. */
@ApplicationScoped
class KubernetesStart {

    private final KubernetesSettings settings;
    private final Instance<KubernetesWatcher> watcher;

    KubernetesStart(KubernetesSettings settings, Instance<KubernetesWatcher> watcher) {
        this.settings = settings;
        this.watcher = watcher;
    }

    void start(@Observes @Priority(AzureWorker.START_PRIORITY) StartupEvent event) {
        if (settings.enabled()) {
            watcher.get().start();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (settings.enabled()) {
            watcher.get().close();
        }
    }
}
