package dev.kubeproxyfleet.schemas.log;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Sets the form of the log of each Quarkus application of ours, before anything of ours logs. */
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
