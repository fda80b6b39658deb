package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What this replica watches, in numbers. Thread-safe. */
final class KubernetesMetrics {

    private final AtomicInteger watched = new AtomicInteger();
    private final Map<KubernetesReason, AtomicInteger> troubles = new EnumMap<>(KubernetesReason.class);
    private final Counter events;
    private final Map<KubernetesReason, Counter> reconnects = new EnumMap<>(KubernetesReason.class);

    KubernetesMetrics(MeterRegistry registry) {
        Gauge.builder("kpfleet.kubernetes.watched", watched, AtomicInteger::get)
                .description("Clusters whose Kubernetes API this replica watches now")
                .register(registry);
        for (KubernetesReason code : KubernetesReason.values()) {
            AtomicInteger count = new AtomicInteger();
            troubles.put(code, count);
            Gauge.builder("kpfleet.kubernetes.troubles", count, AtomicInteger::get)
                    .description("Clusters of this replica of which nothing, or not all, can be seen")
                    .tag("code", code.code())
                    .register(registry);
        }
        events = Counter.builder("kpfleet.kubernetes.events")
                .description("Changes of objects that the clusters' Kubernetes APIs told")
                .register(registry);
        for (KubernetesReason code : KubernetesReason.values()) {
            reconnects.put(
                    code,
                    Counter.builder("kpfleet.kubernetes.reconnects")
                            .description("Watches of a cluster that failed, and are begun anew after a pause")
                            .tag("code", code.code())
                            .register(registry));
        }
    }

    void event() {
        events.increment();
    }

    void reconnect(KubernetesReason why) {
        Objects.requireNonNull(reconnects.get(why)).increment();
    }

    void watched(int clusters) {
        watched.set(clusters);
    }

    /** @param clusters in each trouble, by its code; none where a code is missing */
    void troubles(Map<String, Integer> clusters) {
        troubles.forEach((code, count) -> count.set(clusters.getOrDefault(code.code(), 0)));
    }
}
