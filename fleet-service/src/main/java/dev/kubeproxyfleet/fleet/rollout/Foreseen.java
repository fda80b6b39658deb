package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan.Warning;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a plan lets one foresee: how long it takes, and what to mind. */
record Foreseen(int alreadyConverged, List<Forecast.Load> loads, Forecast forecast, List<Warning> warnings) {

    static Foreseen of(FleetConfig.Spec spec, Planner.Plan.Ready plan, Inventory inventory, Instant start) {
        List<ClusterRecord> changing = plan.parts().stream()
                .flatMap(part -> part.clusters().stream())
                .map(Planner.Taken::cluster)
                .toList();
        List<Forecast.Load> loads = new ArrayList<>();
        for (int i = 0; i < plan.parts().size(); i++) {
            StageSpec stage = plan.parts().get(i).spec();
            loads.add(new Forecast.Load(
                    plan.parts().get(i).clusters().size(),
                    Math.max(1, stage.maxConcurrent().roundedDown(plan.clustersOf(i))),
                    stage.bake()));
        }
        int subscriptions = (int)
                changing.stream().map(ClusterRecord::subscription).distinct().count();
        return new Foreseen(
                plan.converged().size(),
                loads,
                Forecast.of(spec.strategy(), loads, subscriptions, start),
                Warnings.of(spec, changing, inventory));
    }

    RolloutStatus.Plan plan() {
        return new RolloutStatus.Plan(alreadyConverged, forecast.earliestEnd(), forecast.latestEnd(), warnings);
    }
}
