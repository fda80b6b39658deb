package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.List;
import java.util.Map;

/** What rollouts, and the clusters of one, can be sorted by. */
final class RolloutKeys {

    static final RowOrder.Keys<RolloutStatus> ROLLOUTS = new RowOrder.Keys<>(
            Map.of(
                    "createdAt",
                    rollout -> RowOrder.time(rollout.createdAt()),
                    "id",
                    RolloutStatus::id,
                    "config",
                    RolloutStatus::config,
                    "generation",
                    rollout -> RowOrder.number(rollout.generation()),
                    "state",
                    rollout -> rollout.state().name(),
                    "since",
                    rollout -> RowOrder.time(rollout.since())),
            "-createdAt,-config,-generation",
            RolloutStatus::id);

    private RolloutKeys() {}

    /** A stage sorts by its place in the rollout. */
    static RowOrder.Keys<RolloutClusterStatus> clustersOf(RolloutStatus rollout) {
        List<String> stages =
                rollout.stages().stream().map(RolloutStatus.Stage::name).toList();
        return new RowOrder.Keys<>(
                Map.of(
                        "stage",
                        cluster -> stages.contains(cluster.stage())
                                ? RowOrder.number(stages.indexOf(cluster.stage()))
                                : null,
                        "cluster",
                        RolloutClusterStatus::cluster,
                        "group",
                        RolloutClusterStatus::group,
                        "state",
                        cluster -> cluster.state().name(),
                        "code",
                        cluster -> ReasonCode.text(cluster.code()),
                        "since",
                        cluster -> RowOrder.time(cluster.since())),
                "stage",
                RolloutClusterStatus::cluster);
    }
}
