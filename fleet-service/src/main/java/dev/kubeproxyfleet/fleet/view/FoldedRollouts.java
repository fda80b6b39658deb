package dev.kubeproxyfleet.fleet.view;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.nullsFirst;

import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the controller says of rollouts and of the clusters in them, folded. Not thread-safe: {@link FleetView} guards it. */
final class FoldedRollouts {

    private static final Comparator<RolloutStatus> NEWEST = comparing(RolloutStatus::createdAt)
            .thenComparing(RolloutStatus::config)
            .thenComparing(RolloutStatus::generation);

    private final FoldedClusters inventory;
    private final Map<String, RolloutStatus> rollouts = new HashMap<>();

    /** By config, the latest generation that was planned over every selected cluster: what it left out, nobody holds. */
    private final Map<String, Long> plannedGenerations = new HashMap<>();

    /** By config, the latest generation that was released with a deletion: up to it nobody holds a cluster. */
    private final Map<String, Long> releasedGenerations = new HashMap<>();

    private final Map<String, Map<String, RolloutClusterStatus>> byRollout = new HashMap<>();
    private final Map<String, Map<String, RolloutClusterStatus>> byCluster = new HashMap<>();

    FoldedRollouts(FoldedClusters inventory) {
        this.inventory = inventory;
    }

    void fold(Change.Rollout change) {
        RolloutStatus status = change.status();
        Maps.put(rollouts, change.id(), status);
        if (status == null) {
            plannedGenerations.clear();
            releasedGenerations.clear();
            rollouts.values().forEach(this::countGeneration);
        } else {
            countGeneration(status);
        }
    }

    void fold(Change.RolloutCluster change) {
        Maps.put(byRollout, change.rollout(), change.cluster(), change.status());
        Maps.put(byCluster, change.cluster(), change.rollout(), change.status());
    }

    private void countGeneration(RolloutStatus rollout) {
        if (rollout.released()) {
            releasedGenerations.merge(rollout.config(), rollout.generation(), Math::max);
        }
        if (reachesAll(rollout.cause()) && rollout.plan() != null) {
            plannedGenerations.merge(rollout.config(), rollout.generation(), Math::max);
        }
    }

    private static boolean reachesAll(RolloutStatus.Cause cause) {
        return switch (cause) {
            case Publish, Rerun -> true;
            case Retry, CatchUp, DriftCorrection -> false;
        };
    }

    Collection<RolloutStatus> all() {
        return rollouts.values();
    }

    List<RolloutStatus> newestFirst() {
        return rollouts.values().stream().sorted(NEWEST.reversed()).toList();
    }

    /** A rollout by its id, or of the config of this name the one under way, of which there is one at most, or the latest. */
    Optional<RolloutStatus> find(String idOrConfig) {
        RolloutStatus exact = rollouts.get(idOrConfig);
        return exact != null
                ? Optional.of(exact)
                : rollouts.values().stream()
                        .filter(rollout -> rollout.config().equals(idOrConfig))
                        .max(comparing((RolloutStatus rollout) ->
                                        !rollout.state().isEnded())
                                .thenComparing(RolloutStatus::generation));
    }

    /** The latest rollout of each config that is not deleted, by the config's name. */
    List<RolloutStatus> latestOfConfigs() {
        Map<String, RolloutStatus> latest = new TreeMap<>();
        rollouts.values()
                .forEach(rollout ->
                        latest.merge(rollout.config(), rollout, (a, b) -> a.generation() >= b.generation() ? a : b));
        return latest.values().stream().filter(rollout -> !rollout.released()).toList();
    }

    /** What the configs in force claim. */
    List<Claim> claims() {
        return latestOfConfigs().stream()
                .map(rollout -> new Claim(
                        rollout.config(),
                        rollout.spec().priority(),
                        rollout.spec().selector()))
                .toList();
    }

    /** The latest rollout of a config to every selected cluster; empty if none is known (any more). */
    Optional<RolloutStatus> latestToAll(String config) {
        return rollouts.values().stream()
                .filter(rollout -> rollout.config().equals(config) && reachesAll(rollout.cause()))
                .max(comparing(RolloutStatus::generation));
    }

    /** Every cluster of a rollout, by stage and then by id. */
    List<RolloutClusterStatus> clustersOf(RolloutStatus rollout) {
        List<String> order =
                rollout.stages().stream().map(RolloutStatus.Stage::name).toList();
        return byRollout.getOrDefault(rollout.id(), Map.of()).values().stream()
                .sorted(Comparator.<RolloutClusterStatus>comparingInt(status -> order.indexOf(status.stage()))
                        .thenComparing(RolloutClusterStatus::cluster))
                .toList();
    }

    Optional<RolloutClusterStatus> status(String rollout, String cluster) {
        return Optional.ofNullable(byRollout.getOrDefault(rollout, Map.of()).get(cluster));
    }

    /** The cluster's state in the latest rollout that has it, of those that hold it rather than of those that left it. */
    Optional<RolloutClusterStatus> latestOf(String cluster) {
        return byCluster.getOrDefault(cluster, Map.of()).values().stream()
                .max(comparingInt(this::hold)
                        .thenComparing(status -> rollouts.get(status.rollout()), nullsFirst(NEWEST))
                        .thenComparing(RolloutClusterStatus::since));
    }

    /**
     * Whether the latest rollout that has the cluster could not change it because of a lock, and the inventory does not tell
     * whether that is still there.
     */
    boolean refusedByLock(String cluster) {
        return !inventory.knowsLocks(Partitioning.subscriptionOf(cluster))
                && latestOf(cluster)
                        .filter(status -> status.code() == ClusterReason.ScopeLocked)
                        .isPresent();
    }

    private int hold(RolloutClusterStatus status) {
        if (isPast(status)) {
            return 0;
        }
        boolean left = status.state() == RolloutClusterStatus.State.Skipped
                && (status.code() == ClusterReason.LowerPriority || status.code() == ClusterReason.NoLongerSelected);
        return left ? 1 : 2;
    }

    /**
     * Whether its config was deleted, or planned again without the cluster, and nothing is under way; or whether another cluster
     * has the id by now.
     */
    boolean isPast(RolloutClusterStatus status) {
        RolloutStatus rollout = rollouts.get(status.rollout());
        if (rollout == null) {
            return false;
        }
        ClusterRecord cluster = inventory.record(status.cluster()).orElse(null);
        if (cluster != null && cluster.isOtherThan(status.uid())) {
            return true;
        }
        return switch (status.state()) {
            case Updating, Verifying -> false;
            case Waiting, Converged, Failed, Skipped, RolledBack ->
                isReleased(rollout) || rollout.generation() < plannedGenerations.getOrDefault(rollout.config(), 0L);
        };
    }

    /** Whether its config was deleted, then or later. */
    boolean isReleased(RolloutStatus rollout) {
        return rollout.generation() <= releasedGenerations.getOrDefault(rollout.config(), 0L);
    }

    /** The controller ends a drift before another rollout's can begin, so there is one at most, but for a moment. */
    Optional<RolloutClusterStatus> drifted(String cluster) {
        return byCluster.getOrDefault(cluster, Map.of()).values().stream()
                .filter(RolloutClusterStatus::hasDrifted)
                .max(comparing(RolloutClusterStatus::since));
    }
}
