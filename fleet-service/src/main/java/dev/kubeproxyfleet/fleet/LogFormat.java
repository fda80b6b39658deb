package dev.kubeproxyfleet.fleet;

import dev.kubeproxyfleet.schemas.log.JsonLog;
import dev.kubeproxyfleet.schemas.log.SafeLog;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Sets the form of the log before anything of ours logs. */
@Singleton
final class LogFormat {

    private static final int FIRST = 1;

    void start(@Observes @Priority(FIRST) StartupEvent event, LogSettings settings) {
        if (settings.json()) {
            JsonLog.onConsole();
        }
        SafeLog.onEveryHandler();
    }
}
