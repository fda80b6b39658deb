package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Cuts the clusters that a config selects into stages. Touches nothing. */
final class Planner {

    /** What planning came to. */
    sealed interface Plan {

        /**
         * Clusters by stage, as many stages as the strategy has.
         *
         * @param skipped clusters that are left alone
         */
        record Ready(List<Part> parts, List<Skipped> skipped) implements Plan {

            /** Clusters that have it already, by what is known. */
            List<ClusterRecord> converged() {
                return parts.stream()
                        .flatMap(part -> part.converged().stream())
                        .map(Taken::cluster)
                        .toList();
            }

            /** Clusters that a stage has to do with: what its shares are of. */
            int clustersOf(int stage) {
                return parts.get(stage).clusters().size()
                        + parts.get(stage).converged().size();
            }
        }

        record NotYet(ReasonCode code, String message) implements Plan {}
    }

    /**
     * The clusters of one stage.
     *
     * @param converged clusters that have it already, by what is known: the last stage that takes them sees whether they do
     */
    record Part(StageSpec spec, List<Taken> clusters, List<Taken> converged) {}

    /** A cluster of a stage, in the group of this index. */
    record Taken(ClusterRecord cluster, int group) {}

    record Skipped(ClusterRecord cluster, ReasonCode code, String message) {}

    static final Preflight.Verdict.Skip NO_STAGE = new Preflight.Verdict.Skip(
            ClusterReason.NoStage, "no stage of the strategy takes the cluster; it is not changed");

    private Planner() {}

    /** The last of the stages from {@code first} on that takes the cluster; empty if none does. */
    static Optional<RolloutCluster.Place> lastPlace(List<StageSpec> stages, int first, ClusterRecord cluster) {
        for (int stage = stages.size() - 1; stage >= first; stage--) {
            int index = stage;
            Optional<RolloutCluster.Place> place = new Placement(stages.get(stage))
                    .group(cluster)
                    .map(group -> new RolloutCluster.Place(index, group));
            if (place.isPresent()) {
                return place;
            }
        }
        return Optional.empty();
    }

    /** What becomes of a selected cluster that no stage takes. */
    static ClusterState.Skipped noStage(Instant now) {
        return new ClusterState.Skipped(now, NO_STAGE.code(), NO_STAGE.message(), true);
    }

    /**
     * @param scope which of the selected clusters are wanted
     * @param cause of the rollout: a published config that selects nothing waits for its first cluster
     */
    static Plan plan(
            Inventory inventory,
            String config,
            FleetConfig.Spec spec,
            Cause cause,
            Predicate<ClusterRecord> scope,
            Instant now) {
        Instant startAt = spec.strategy().startAt();
        if (startAt != null && now.isBefore(startAt)) {
            return new Plan.NotYet(RolloutReason.ScheduledStart, "it starts at " + startAt);
        }
        Optional<Plan.NotYet> incomplete = incompleteInventory(inventory);
        if (incomplete.isPresent()) {
            return incomplete.get();
        }
        Admission admission = new Admission(inventory, config, spec, now);
        List<ClusterRecord> selected = new ArrayList<>();
        inventory.clusters().forEach(cluster -> {
            if (admission.selects(cluster) && scope.test(cluster)) {
                selected.add(cluster);
            }
        });
        if (selected.isEmpty() && (cause == Cause.Publish || cause == Cause.Rerun)) {
            return new Plan.NotYet(
                    RolloutReason.NoClusterMatches,
                    "the selector matches no cluster of the fleet; it starts when one does");
        }
        selected.sort(Comparator.comparing(ClusterRecord::name).thenComparing(ClusterRecord::id));
        return cut(inventory, spec, selected, admission);
    }

    /** Stages cut from half a fleet would be wrong, so every subscription must have been listed, and its clusters be known. */
    private static Optional<Plan.NotYet> incompleteInventory(Inventory inventory) {
        List<SubscriptionRecord> listed = inventory.subscriptions();
        if (listed.isEmpty()) {
            return Optional.of(new Plan.NotYet(
                    RolloutReason.InventoryPending, "the clusters of the fleet have not been listed yet"));
        }
        Map<String, SubscriptionRecord> bySubscription =
                listed.stream().collect(Collectors.toMap(SubscriptionRecord::subscription, Function.identity()));
        Map<String, Long> known = new HashMap<>();
        inventory.clusters().forEach(cluster -> known.merge(cluster.subscription(), 1L, Long::sum));
        for (SubscriptionRecord record : listed) {
            for (String subscription : record.fleet()) {
                SubscriptionRecord other = bySubscription.get(subscription);
                if (other == null || known.getOrDefault(subscription, 0L) < other.clusterCount()) {
                    return Optional.of(new Plan.NotYet(
                            RolloutReason.InventoryPending,
                            "the clusters of subscription " + subscription + " are not all listed yet"));
                }
            }
        }
        return Optional.empty();
    }

    private static Plan cut(
            Inventory inventory, FleetConfig.Spec spec, List<ClusterRecord> selected, Admission admission) {
        Desired desired = spec.desired();
        List<ClusterRecord> converged = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        List<ClusterRecord> eligible = new LinkedList<>();
        for (ClusterRecord cluster : selected) {
            switch (admission.verdict(cluster)) {
                case Preflight.Verdict.Skip(ReasonCode code, String message) ->
                    skipped.add(new Skipped(cluster, code, message));
                case Preflight.Verdict.Go _, Preflight.Verdict.Wait _ -> {
                    boolean already =
                            Present.of(desired.kind(), inventory, cluster).needsNoWrite(desired);
                    (already ? converged : eligible).add(cluster);
                }
            }
        }
        int total = eligible.size();
        List<StageSpec> stages = spec.strategy().stages();
        List<Part> parts = new ArrayList<>();
        for (StageSpec stage : stages) {
            parts.add(new Part(stage, take(stage, eligible, total), new ArrayList<>()));
        }
        for (ClusterRecord cluster : converged) {
            lastPlace(stages, 0, cluster)
                    .ifPresentOrElse(
                            place -> parts.get(place.stage()).converged().add(new Taken(cluster, place.group())),
                            () -> eligible.add(cluster));
        }
        eligible.forEach(cluster -> skipped.add(new Skipped(cluster, NO_STAGE.code(), NO_STAGE.message())));
        return new Plan.Ready(parts, skipped);
    }

    /** Takes what a stage wants out of {@code remaining}. */
    private static List<Taken> take(StageSpec stage, List<ClusterRecord> remaining, int total) {
        int size = size(stage, total);
        Placement placement = new Placement(stage);
        List<Taken> taken = new ArrayList<>();
        Iterator<ClusterRecord> candidates = remaining.iterator();
        while (candidates.hasNext() && taken.size() < size) {
            ClusterRecord cluster = candidates.next();
            placement.group(cluster).ifPresent(group -> {
                taken.add(new Taken(cluster, group));
                candidates.remove();
            });
        }
        return taken;
    }

    /** Clusters of a stage: a share is of all eligible ones and rounds up, so that a small fleet has a canary too. */
    private static int size(StageSpec spec, int eligible) {
        if (spec.size() == null) {
            return eligible;
        }
        return spec.size().percent()
                ? (int) (((long) eligible * spec.size().value() + 99) / 100)
                : spec.size().value();
    }

    /** Which clusters a stage may take, and into which of its groups. */
    static final class Placement {

        private final Predicate<ClusterRecord> selector;
        private final List<Selection> groups;

        Placement(StageSpec stage) {
            this.selector = stage.selector() == null ? _ -> true : new Selection(stage.selector());
            this.groups = stage.groups().stream()
                    .map(group -> new Selection(group.selector()))
                    .toList();
        }

        /** Index of the cluster's group; empty if the stage does not take it. */
        Optional<Integer> group(ClusterRecord cluster) {
            if (!selector.test(cluster)) {
                return Optional.empty();
            }
            if (groups.isEmpty()) {
                return Optional.of(0);
            }
            for (int i = 0; i < groups.size(); i++) {
                if (groups.get(i).test(cluster)) {
                    return Optional.of(i);
                }
            }
            return Optional.empty();
        }
    }
}
