package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.ChangeCost;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What changes cost, by stage and by cluster, as the service says it. */
final class CostLines {

    private CostLines() {}

    /** A section of its own; empty as long as nobody has told what any change cost. */
    static List<Line> of(RolloutModel model) {
        if (model.rollout().stages().stream().allMatch(stage -> stage.cost() == null)) {
            return List.of();
        }
        Map<String, String> labels = ClusterId.labels(model.clusters().keySet());
        int names = ClusterId.columns(labels);
        List<Line> lines = new ArrayList<>();
        lines.add(Line.EMPTY);
        lines.add(Line.of("COST OF THE CHANGE", Tone.QUIET));
        for (RolloutStatus.Stage stage : model.rollout().stages()) {
            RolloutStatus.StageCost cost = stage.cost();
            if (cost != null) {
                lines.add(Line.of(stage.name(), Tone.STRONG).and(": " + cost.message()));
                model.clusters().values().stream()
                        .filter(cluster -> cluster.stage().equals(stage.name()))
                        .sorted(Comparator.comparing(RolloutClusterStatus::cluster))
                        .flatMap(cluster -> told(cluster)
                                .map(message -> Line.of("  ")
                                        .and(Line.of(labels.getOrDefault(cluster.cluster(), cluster.cluster()))
                                                .padded(names + 2))
                                        .and(message, Tone.QUIET)))
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    private static Stream<String> told(RolloutClusterStatus cluster) {
        ChangeCost cost = cluster.cost();
        return cost == null ? Stream.empty() : Stream.of(cost.message());
    }

    /** What an earlier rollout cost, before a plan. */
    static Line earlier(RolloutPlan.EarlierCost cost) {
        return Line.of("last time, stage " + cost.stage() + " of " + cost.rollout() + ": ")
                .and(cost.message(), Tone.NOTE);
    }
}
