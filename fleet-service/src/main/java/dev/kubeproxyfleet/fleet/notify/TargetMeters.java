package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What metrics say of a target. Thread-safe. */
final class TargetMeters {

    private final Counter taken;
    private final Counter refused;
    private final Counter expired;
    private final Counter failed;
    private volatile @Nullable Instant waitingSince;

    TargetMeters(String target, InstantSource clock, MeterRegistry metrics) {
        taken = messages("taken", target, metrics);
        refused = messages("refused", target, metrics);
        expired = messages("expired", target, metrics);
        failed = Counter.builder("kpfleet.notify.failures")
                .description("Attempts to tell a target that are made again")
                .tag("target", target)
                .register(metrics);
        Gauge.builder("kpfleet.notify.waiting", this, self -> self.waiting(clock.instant()))
                .description("Age of what the target is to be told next; 0 if there is nothing")
                .baseUnit("seconds")
                .tag("target", target)
                .register(metrics);
    }

    private static Counter messages(String result, String target, MeterRegistry metrics) {
        return Counter.builder("kpfleet.notify.messages")
                .description("Messages that a target has taken, has refused for good, or has not taken for a day")
                .tag("target", target)
                .tag("result", result)
                .register(metrics);
    }

    void taken() {
        taken.increment();
    }

    void failed() {
        failed.increment();
    }

    void givenUp(NotificationReason code) {
        (code == NotificationReason.NotificationRefused ? refused : expired).increment();
    }

    /** @param since when the oldest of what waits happened; null if nothing waits */
    void waitingSince(@Nullable Instant since) {
        waitingSince = since;
    }

    private double waiting(Instant now) {
        Instant since = waitingSince;
        return since == null ? 0 : Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
