package dev.kubeproxyfleet.fleet.view;

import static java.util.Comparator.comparing;
import static java.util.Comparator.nullsFirst;
import static java.util.stream.Collectors.toSet;

import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.OriginView;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the controller says of configs, their rollouts and the clusters in them, folded. Not thread-safe: {@link FleetView} guards it. */
final class FoldedRollouts {

    private static final Comparator<RolloutStatus> NEWEST = comparing(RolloutStatus::createdAt)
            .thenComparing(RolloutStatus::config)
            .thenComparing(RolloutStatus::generation);

    private final FoldedClusters inventory;
    private final Map<String, RolloutStatus> rollouts = new HashMap<>();

    private final Map<String, ConfigStatus> configs = new TreeMap<>();
    private final Map<String, Map<String, RolloutClusterStatus>> byRollout = new HashMap<>();
    private final Map<String, Map<String, RolloutClusterStatus>> byCluster = new HashMap<>();

    FoldedRollouts(FoldedClusters inventory) {
        this.inventory = inventory;
    }

    void fold(Change.Config change) {
        Maps.put(configs, change.name(), change.status());
    }

    void fold(Change.Rollout change) {
        Maps.put(rollouts, change.id(), change.status());
    }

    void fold(Change.RolloutCluster change) {
        Maps.put(byRollout, change.rollout(), change.cluster(), change.status());
        Maps.put(byCluster, change.cluster(), change.rollout(), change.status());
    }

    Optional<RolloutStatus> get(String id) {
        return Optional.ofNullable(rollouts.get(id));
    }

    /** Whether it ended so long ago that it is kept no longer, by the controller's word. */
    boolean isRemoved(String id) {
        return !rollouts.containsKey(id)
                && RolloutId.parse(id)
                        .filter(rollout -> config(rollout.config())
                                .map(ConfigStatus::removedGeneration)
                                .filter(upTo -> rollout.generation() <= upTo)
                                .isPresent())
                        .isPresent();
    }

    Collection<RolloutStatus> all() {
        return rollouts.values();
    }

    List<RolloutStatus> newestFirst() {
        return rollouts.values().stream().sorted(NEWEST.reversed()).toList();
    }

    /** Every rollout of the config that is kept, the latest first. */
    List<RolloutStatus> ofConfig(String config) {
        return rollouts.values().stream()
                .filter(rollout -> rollout.config().equals(config))
                .sorted(comparing(RolloutStatus::generation).reversed())
                .toList();
    }

    /** Empty until the controller's word of it has arrived. */
    Optional<ConfigStatus> config(String name) {
        return Optional.ofNullable(configs.get(name));
    }

    /**
     * A rollout by its id, or of the config of this name the one under way, of which there is one at most, or the latest; as long as
     * it is not known which one that is, the latest that is known.
     */
    Optional<RolloutStatus> find(String idOrConfig) {
        return Optional.ofNullable(rollouts.get(idOrConfig))
                .or(() -> config(idOrConfig)
                        .map(config -> Objects.requireNonNullElse(config.activeRollout(), config.latestRollout()))
                        .map(rollouts::get))
                .or(() -> rollouts.values().stream()
                        .filter(rollout -> rollout.config().equals(idOrConfig))
                        .max(comparing(RolloutStatus::generation)));
    }

    /** The latest rollout of each config that is not deleted, by the config's name. */
    List<RolloutStatus> latestOfConfigs() {
        return configs.values().stream()
                .filter(config -> config.spec() != null)
                .flatMap(config -> Stream.ofNullable(rollouts.get(config.latestRollout())))
                .toList();
    }

    /** Latest rollouts of configs that are not deleted, in this state. */
    long latestIn(RolloutStatus.State state) {
        return latestOfConfigs().stream()
                .filter(rollout -> rollout.state() == state)
                .count();
    }

    /** The configs that are not deleted, by name. */
    List<ConfigView> configsInForce() {
        return latestOfConfigs().stream()
                .map(latest -> ConfigProjector.view(
                        latest,
                        config(latest.config()).map(ConfigStatus::provenance).orElse(null)))
                .toList();
    }

    /** What Git has said last of configs, by name. */
    List<OriginView> origins() {
        return configs.values().stream()
                .flatMap(config -> Stream.ofNullable(config.provenance())
                        .map(provenance ->
                                new OriginView(FleetConfig.KIND, config.name(), config.spec() != null, provenance)))
                .toList();
    }

    /** What the configs in force claim. */
    List<Claim> claims() {
        return configs.values().stream()
                .flatMap(config -> Stream.ofNullable(config.spec())
                        .map(spec -> new Claim(config.name(), spec.desired().kind(), spec.priority(), spec.selector())))
                .toList();
    }

    /** The ids of every cluster of a rollout. */
    Set<String> clusterIdsOf(String rollout) {
        return byRollout.getOrDefault(rollout, Map.of()).keySet();
    }

    /** The ids of every cluster that a rollout of the config has or had. */
    Set<String> clusterIdsOfConfig(String config) {
        Set<String> ids = new HashSet<>();
        byRollout.forEach((rollout, clusters) -> {
            if (RolloutId.parse(rollout)
                    .filter(id -> id.config().equals(config))
                    .isPresent()) {
                ids.addAll(clusters.keySet());
            }
        });
        return ids;
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

    /**
     * The cluster's state in the latest rollout that gives it this kind of thing, of those that hold it rather than of those that left
     * it.
     */
    Optional<RolloutClusterStatus> latestOf(String cluster, Desired.Kind kind) {
        return byCluster.getOrDefault(cluster, Map.of()).values().stream()
                .filter(status -> kindOf(status) == kind)
                .max(comparing(this::hold)
                        .thenComparing(status -> rollouts.get(status.rollout()), nullsFirst(NEWEST))
                        .thenComparing(RolloutClusterStatus::since));
    }

    /** A rollout that has not been seen yet is taken for one of a kube-proxy configuration. */
    Desired.Kind kindOf(RolloutClusterStatus status) {
        RolloutStatus rollout = rollouts.get(status.rollout());
        return rollout == null
                ? Desired.Kind.KubeProxy
                : rollout.spec().desired().kind();
    }

    /**
     * Whether the latest rollout that has the cluster could not change it because of a lock, and the inventory does not tell
     * whether that is still there.
     */
    boolean refusedByLock(String cluster) {
        return !inventory.knowsLocks(Partitioning.subscriptionOf(cluster))
                && latestOf(cluster, Desired.Kind.KubeProxy)
                        .filter(status -> status.code() == ClusterReason.ScopeLocked)
                        .isPresent();
    }

    /** Whether its rollout has nothing to say about the cluster any more. */
    boolean isPast(RolloutClusterStatus status) {
        return hold(status) == ConfigStatus.Hold.Past;
    }

    /** What no config is known to have let go counts as held. */
    private ConfigStatus.Hold hold(RolloutClusterStatus status) {
        return RolloutId.parse(status.rollout())
                .flatMap(rollout -> config(rollout.config()))
                .map(config ->
                        config.hold(status, inventory.record(status.cluster()).orElse(null)))
                .orElse(ConfigStatus.Hold.Holds);
    }

    /** Whether its config was deleted, then or later. */
    boolean isReleased(RolloutStatus rollout) {
        return rollout.released()
                || config(rollout.config())
                        .filter(config -> rollout.generation() <= config.releasedGeneration())
                        .isPresent();
    }

    /** {@link FleetView#inHand}. */
    Set<String> inHand() {
        Set<String> inHand = new HashSet<>();
        for (RolloutStatus rollout : rollouts.values()) {
            Set<String> baking = rollout.stages().stream()
                    .filter(stage -> stage.state() == RolloutStatus.StageState.Baking)
                    .map(RolloutStatus.Stage::name)
                    .collect(toSet());
            byRollout.getOrDefault(rollout.id(), Map.of()).values().stream()
                    .filter(status -> isInHand(status, !rollout.state().isEnded() && baking.contains(status.stage())))
                    .forEach(status -> inHand.add(status.cluster()));
        }
        return inHand;
    }

    private static boolean isInHand(RolloutClusterStatus status, boolean bakes) {
        return switch (status.state()) {
            case Updating, Verifying -> true;
            case Converged -> bakes || status.hasDrifted();
            case Waiting, Failed, Skipped, RolledBack -> false;
        };
    }

    /** The controller ends a drift before another rollout's can begin, so there is one at most, but for a moment. */
    Optional<RolloutClusterStatus> drifted(String cluster) {
        return byCluster.getOrDefault(cluster, Map.of()).values().stream()
                .filter(RolloutClusterStatus::hasDrifted)
                .max(comparing(RolloutClusterStatus::since));
    }
}
