package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** The fleet in a few numbers, for Prometheus: as many series, however many clusters and rollouts there are. */
@Singleton
final class FleetMeters implements MeterBinder {

    /** What is unknown until the topics are read. */
    private static final double UNKNOWN = Double.NaN;

    private final FleetView view;

    FleetMeters(FleetView view) {
        this.view = view;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Map<String, ToIntFunction<FleetOverview.Evidence>> sources = Map.of(
                "agents", FleetOverview.Evidence::agents,
                "kubernetes", FleetOverview.Evidence::kubernetes,
                "both", FleetOverview.Evidence::both,
                "nobody", FleetOverview.Evidence::nobody);
        sources.forEach((source, clusters) -> gauge(
                        "kpfleet.evidence.clusters",
                        fleet -> clusters.applyAsInt(fleet.overview().evidence()))
                .description("Clusters of the inventory by who sees them from inside now; each counts once")
                .tag("source", source)
                .register(registry));
        gauge("kpfleet.drifted.clusters", fleet -> fleet.overview().drifted())
                .description("Clusters that are not as the latest rollout that has them left them")
                .register(registry);
        for (RolloutStatus.State state : RolloutStatus.State.values()) {
            gauge("kpfleet.latest.rollouts", fleet -> fleet.latestRollouts(state))
                    .description("Latest rollouts of configs that are not deleted, by state")
                    .tag("state", state.name())
                    .register(registry);
        }
        for (RolloutClusterStatus.State state : RolloutClusterStatus.State.values()) {
            gauge("kpfleet.latest.rollout.clusters", fleet -> fleet.latestRolloutClusters(counting(state)))
                    .description("Clusters of the latest rollouts of configs that are not deleted, by state")
                    .tag("state", state.name())
                    .register(registry);
        }
    }

    private static ToIntFunction<RolloutStatus.Counts> counting(RolloutClusterStatus.State state) {
        return switch (state) {
            case Waiting -> RolloutStatus.Counts::waiting;
            case Updating -> RolloutStatus.Counts::updating;
            case Verifying -> RolloutStatus.Counts::verifying;
            case Converged -> RolloutStatus.Counts::converged;
            case Failed -> RolloutStatus.Counts::failed;
            case Skipped -> RolloutStatus.Counts::skipped;
            case RolledBack -> RolloutStatus.Counts::rolledBack;
        };
    }

    private Gauge.Builder<FleetView> gauge(String name, ToDoubleFunction<FleetView> value) {
        return Gauge.builder(name, view, fleet -> fleet.caughtUp() ? value.applyAsDouble(fleet) : UNKNOWN);
    }
}
