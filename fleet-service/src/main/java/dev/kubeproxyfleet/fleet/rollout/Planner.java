package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Cuts the clusters that a config selects into stages. Touches nothing. */
final class Planner {

    /** What planning came to. */
    sealed interface Plan {

        record Ready(List<Stage> stages, List<RolloutCluster> clusters) implements Plan {}

        record NotYet(String code, String message) implements Plan {}
    }

    private Planner() {}

    static Plan plan(Rollout rollout, FleetState fleet, Instant now) {
        Optional<Plan.NotYet> incomplete = incompleteInventory(fleet);
        if (incomplete.isPresent()) {
            return incomplete.get();
        }
        Selection selection = new Selection(rollout.spec().selector());
        List<ClusterRecord> selected = new ArrayList<>();
        fleet.clusters().forEach(cluster -> {
            if (selection.test(cluster)) {
                selected.add(cluster);
            }
        });
        if (selected.isEmpty()) {
            return new Plan.NotYet(
                    "NoClusterMatches", "the selector matches no cluster of the fleet; it starts when one does");
        }
        selected.sort(Comparator.comparing(ClusterRecord::name).thenComparing(ClusterRecord::id));
        return cut(rollout, selected, fleet, now);
    }

    /** Stages cut from half a fleet would be wrong, so every subscription must have been listed, and its clusters be known. */
    private static Optional<Plan.NotYet> incompleteInventory(FleetState fleet) {
        List<SubscriptionRecord> listed = fleet.subscriptions();
        if (listed.isEmpty()) {
            return Optional.of(
                    new Plan.NotYet("InventoryPending", "the clusters of the fleet have not been listed yet"));
        }
        Map<String, SubscriptionRecord> bySubscription =
                listed.stream().collect(Collectors.toMap(SubscriptionRecord::subscription, Function.identity()));
        Map<String, Long> known = new java.util.HashMap<>();
        fleet.clusters().forEach(cluster -> known.merge(cluster.subscription(), 1L, Long::sum));
        for (SubscriptionRecord record : listed) {
            for (String subscription : record.fleet()) {
                SubscriptionRecord other = bySubscription.get(subscription);
                if (other == null || known.getOrDefault(subscription, 0L) < other.clusterCount()) {
                    return Optional.of(new Plan.NotYet(
                            "InventoryPending",
                            "the clusters of subscription " + subscription + " are not all listed yet"));
                }
            }
        }
        return Optional.empty();
    }

    private static Plan cut(Rollout rollout, List<ClusterRecord> selected, FleetState fleet, Instant now) {
        Precedence precedence =
                new Precedence(rollout.id().config(), rollout.spec().priority(), fleet.configs());
        List<ClusterRecord> eligible = new ArrayList<>();
        List<RolloutCluster> clusters = new ArrayList<>();
        List<StageSpec> specs = rollout.spec().strategy().stages();
        int lastStage = specs.size() - 1;
        Tally skippedTally = new Tally();
        for (ClusterRecord cluster : selected) {
            switch (verdict(cluster, rollout, fleet, precedence)) {
                case Preflight.Verdict.Skip(String code, String message) -> {
                    ClusterState.Skipped skipped = new ClusterState.Skipped(now, code, message);
                    skippedTally.add(skipped);
                    clusters.add(new RolloutCluster(
                            rollout.id(), cluster.id(), lastStage, clusters.size(), 0, skipped, null));
                }
                case Preflight.Verdict.Go _, Preflight.Verdict.Wait _ -> eligible.add(cluster);
            }
        }
        List<Stage> stages = new ArrayList<>();
        int next = 0;
        for (int index = 0; index < specs.size(); index++) {
            StageSpec spec = specs.get(index);
            int end = next + size(spec, eligible.size(), eligible.size() - next);
            Tally tally = index == lastStage ? skippedTally : new Tally();
            for (; next < end; next++) {
                ClusterState.Waiting waiting = new ClusterState.Waiting(now, null, null);
                tally.add(waiting);
                clusters.add(new RolloutCluster(
                        rollout.id(), eligible.get(next).id(), index, clusters.size(), 0, waiting, null));
            }
            stages.add(Stage.planned(spec, new StageState.Waiting(now), tally.counts()));
        }
        return new Plan.Ready(stages, clusters);
    }

    static Preflight.Verdict verdict(ClusterRecord cluster, Rollout rollout, FleetState fleet, Precedence precedence) {
        return precedence
                .objection(cluster)
                .<Preflight.Verdict>map(skip -> skip)
                .orElseGet(() -> Preflight.check(
                        cluster,
                        fleet.subscription(cluster.subscription()),
                        rollout.spec().kubeProxy().effective()));
    }

    /** Clusters of a stage: a share is of all eligible ones and rounds up, so that a small fleet has a canary too. */
    private static int size(StageSpec spec, int eligible, int remaining) {
        if (spec.size() == null) {
            return remaining;
        }
        int wanted = spec.size().percent()
                ? (int) (((long) eligible * spec.size().value() + 99) / 100)
                : spec.size().value();
        return Math.min(wanted, remaining);
    }
}
