package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.view.FleetOverview;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.ToIntFunction;

/** How many clusters are seen from inside, and by whom, for Prometheus. */
@Singleton
final class EvidenceMeters implements MeterBinder {

    private final FleetView view;

    EvidenceMeters(FleetView view) {
        this.view = view;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        register(registry, "agents", FleetOverview.Evidence::agents);
        register(registry, "kubernetes", FleetOverview.Evidence::kubernetes);
        register(registry, "both", FleetOverview.Evidence::both);
        register(registry, "nobody", FleetOverview.Evidence::nobody);
    }

    private void register(MeterRegistry registry, String source, ToIntFunction<FleetOverview.Evidence> clusters) {
        Gauge.builder(
                        "kpfleet.evidence.clusters",
                        view,
                        fleet -> clusters.applyAsInt(fleet.overview().evidence()))
                .description("Clusters of the inventory by who sees them from inside now; each counts once")
                .tag("source", source)
                .register(registry);
    }
}
