package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.databind.util.StdConverter;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.NodesBefore;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Change;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Place;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a {@link RolloutCluster}: flat, as the first version stored it, so that every version reads what any other
 * has stored.
 *
 * @param change 0 of {@link Change.None}, else the position
 * @param rollingBack whether that change is {@link Change.TakenBack}
 * @param nodesBefore null if nobody knows, which the first version never did
 */
record StoredCluster(
        RolloutId rollout,
        String cluster,
        @Nullable String uid,
        int stage,
        int group,
        int ordinal,
        int attempt,
        ClusterState state,
        @Nullable KubeProxyConfig before,
        int change,
        boolean rollingBack,
        @Nullable NodesBefore nodesBefore,
        List<Instant> corrections,
        @Nullable Cost cost,
        RolloutCluster.@Nullable Plan plan) {

    static final class Writing extends StdConverter<RolloutCluster, StoredCluster> {

        @Override
        public StoredCluster convert(RolloutCluster cluster) {
            return new StoredCluster(
                    cluster.rollout(),
                    cluster.cluster(),
                    cluster.uid(),
                    cluster.place().stage(),
                    cluster.place().group(),
                    cluster.ordinal(),
                    cluster.attempt(),
                    cluster.state(),
                    cluster.before(),
                    switch (cluster.change()) {
                        case Change.None _ -> 0;
                        case Change.Made made -> made.position();
                        case Change.TakenBack takenBack -> takenBack.position();
                    },
                    cluster.change() instanceof Change.TakenBack,
                    cluster.nodesBefore().equals(NodesBefore.UNKNOWN) ? null : cluster.nodesBefore(),
                    cluster.corrections(),
                    cluster.cost(),
                    cluster.plan());
        }
    }

    static final class Reading extends StdConverter<StoredCluster, RolloutCluster> {

        @Override
        public RolloutCluster convert(StoredCluster stored) {
            return new RolloutCluster(
                    stored.rollout,
                    stored.cluster,
                    stored.uid,
                    new Place(stored.stage, stored.group),
                    stored.ordinal,
                    stored.attempt,
                    stored.state,
                    stored.whatWasMadeOfIt(),
                    stored.nodesBefore == null ? NodesBefore.UNKNOWN : stored.nodesBefore,
                    stored.corrections,
                    stored.cost,
                    stored.plan);
        }
    }

    private Change whatWasMadeOfIt() {
        if (change == 0) {
            return new Change.None(before);
        }
        return rollingBack ? new Change.TakenBack(before, change) : new Change.Made(before, change);
    }
}
