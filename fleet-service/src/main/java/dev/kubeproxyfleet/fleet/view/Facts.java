package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is folded, read while nothing changes it: good only within {@link FleetView#atOneMoment}. */
public final class Facts {

    private final FoldedClusters inventory;
    private final FoldedRollouts rollouts;
    private final Set<String> strategies;
    private final ClusterProjector projector;

    Facts(FoldedClusters inventory, FoldedRollouts rollouts, Set<String> strategies, ClusterProjector projector) {
        this.inventory = inventory;
        this.rollouts = rollouts;
        this.strategies = strategies;
        this.projector = projector;
    }

    /** A cluster as the inventory has it. */
    public Optional<ClusterRecord> cluster(String id) {
        return inventory.record(id);
    }

    /** A cluster as it is shown; empty if the inventory does not know it. */
    public Optional<ClusterView> shown(String id) {
        return inventory.record(id).map(projector::view);
    }

    /** What a person types to mean a cluster: its name, or its ARM resource id where its name does not tell which one is meant. */
    public String called(String id) {
        String name = id.substring(id.lastIndexOf('/') + 1);
        return inventory.meant(name).equals(new MeantCluster.One(id)) ? name : id;
    }

    /** A copy of all that planning needs. */
    public Inventory inventory() {
        return inventory.snapshot(rollouts.claims());
    }

    public boolean hasStrategy(String name) {
        return strategies.contains(name);
    }

    /** {@link FleetView#rollout}. */
    public Optional<RolloutStatus> rollout(String idOrConfig) {
        return rollouts.find(idOrConfig);
    }

    /** Every rollout of the config that is kept, the latest first. */
    List<RolloutStatus> rolloutsOf(String config) {
        return rollouts.ofConfig(config);
    }

    public List<RolloutClusterStatus> clustersOf(RolloutStatus rollout) {
        return rollouts.clustersOf(rollout);
    }

    /** The latest rollout of each config that is not deleted, by the config's name. */
    public List<RolloutStatus> latestOfConfigs() {
        return rollouts.latestOfConfigs();
    }

    /** A config as the controller has it; empty until that has arrived. */
    public Optional<ConfigStatus> config(String name) {
        return rollouts.config(name);
    }

    /** Whether the rollout's config was deleted, then or later. */
    public boolean isReleased(RolloutStatus rollout) {
        return rollouts.isReleased(rollout);
    }

    /** The state of a cluster in a rollout. */
    public Optional<RolloutClusterStatus> status(String rollout, String cluster) {
        return rollouts.status(rollout, cluster);
    }

    /**
     * The cluster's state in the latest rollout that gives it this kind of thing, of those that hold it rather than of those that left
     * it.
     */
    public Optional<RolloutClusterStatus> latestOf(String cluster, Desired.Kind kind) {
        return rollouts.latestOf(cluster, kind);
    }

    /** Whether no rollout holds the cluster by this state any more, or another cluster has its id by now. */
    public boolean isPast(RolloutClusterStatus status) {
        return rollouts.isPast(status);
    }
}
