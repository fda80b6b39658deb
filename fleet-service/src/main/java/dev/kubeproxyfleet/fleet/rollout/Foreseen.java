package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan.Warning;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a plan lets one foresee: how long it takes, and what to mind.
 *
 * @param forecast null if it would not end, since a cluster could never start
 */
record Foreseen(
        int alreadyConverged,
        List<Forecast.Load> loads,
        @Nullable Forecast forecast,
        List<Warning> warnings) {

    static Foreseen of(FleetConfig.Spec spec, Planner.Plan.Ready plan, Inventory inventory, Instant start) {
        List<ClusterRecord> changing = plan.parts().stream()
                .flatMap(part -> part.clusters().stream())
                .map(Planner.Taken::cluster)
                .toList();
        boolean honourAksMaintenance = spec.strategy().windows().honourAksMaintenance();
        List<Forecast.Load> loads = new ArrayList<>();
        for (int i = 0; i < plan.parts().size(); i++) {
            loads.add(load(plan.parts().get(i), plan.clustersOf(i), honourAksMaintenance));
        }
        int subscriptions = (int)
                changing.stream().map(ClusterRecord::subscription).distinct().count();
        return new Foreseen(
                plan.converged().size(),
                loads,
                Forecast.of(spec.strategy(), loads, subscriptions, start).orElse(null),
                Warnings.of(spec, changing, inventory, start));
    }

    /** @param clusters that the stage's shares are of */
    private static Forecast.Load load(Planner.Part part, int clusters, boolean honourAksMaintenance) {
        StageSpec stage = part.spec();
        int maxConcurrent = Stage.atLeastOne(stage.maxConcurrent(), clusters);
        List<Forecast.Load.Group> groups = new ArrayList<>();
        for (int i = 0; i < stage.groups().size(); i++) {
            groups.add(new Forecast.Load.Group(
                    ofGroup(part.clusters(), i),
                    Stage.atLeastOne(
                            stage.groups().get(i).maxConcurrent(),
                            ofGroup(part.clusters(), i) + ofGroup(part.converged(), i))));
        }
        if (groups.isEmpty()) {
            groups.add(new Forecast.Load.Group(part.clusters().size(), maxConcurrent));
        }
        List<OpeningHours> maintenance = honourAksMaintenance
                ? part.clusters().stream()
                        .flatMap(taken -> Stream.ofNullable(taken.cluster().maintenanceWindows()))
                        .distinct()
                        .map(OpeningHours::ofMaintenance)
                        .toList()
                : List.of();
        return new Forecast.Load(groups, maxConcurrent, stage.bake(), maintenance);
    }

    private static int ofGroup(List<Planner.Taken> clusters, int group) {
        return (int) clusters.stream().filter(taken -> taken.group() == group).count();
    }

    /** How many clusters would change. */
    int clusters() {
        return loads.stream().mapToInt(Forecast.Load::clusters).sum();
    }

    RolloutStatus.Plan plan() {
        return new RolloutStatus.Plan(
                alreadyConverged,
                forecast == null ? null : forecast.earliestEnd(),
                forecast == null ? null : forecast.latestEnd(),
                warnings);
    }
}
