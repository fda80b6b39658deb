package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.databind.util.StdConverter;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.NodesBefore;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Change;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Place;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a {@link RolloutCluster}: flat, as the first version stored it, so that every version reads what any other
 * has stored.
 *
 * @param before of a rollout that gives a kube-proxy configuration
 * @param agentsBefore of one that gives agents
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
        @Nullable AgentConfig agentsBefore,
        int change,
        boolean rollingBack,
        @Nullable NodesBefore nodesBefore,
        List<Instant> corrections,
        @Nullable Cost cost,
        @Nullable Planned plan) {

    /** The stored form of a {@link RolloutCluster.Plan}. */
    record Planned(
            Place place,
            @Nullable KubeProxyConfig from,
            @Nullable AgentConfig agentsFrom,
            @Nullable ReasonCode code,
            @Nullable String message) {

        static Planned of(RolloutCluster.Plan plan) {
            return new Planned(plan.place(), kubeProxy(plan.from()), agents(plan.from()), plan.code(), plan.message());
        }

        RolloutCluster.Plan plan() {
            return new RolloutCluster.Plan(place, Desired.ofKnown(from, agentsFrom), code, message);
        }
    }

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
                    kubeProxy(cluster.before()),
                    agents(cluster.before()),
                    switch (cluster.change()) {
                        case Change.None _ -> 0;
                        case Change.Made made -> made.position();
                        case Change.TakenBack takenBack -> takenBack.position();
                    },
                    cluster.change() instanceof Change.TakenBack,
                    cluster.nodesBefore().equals(NodesBefore.UNKNOWN) ? null : cluster.nodesBefore(),
                    cluster.corrections(),
                    cluster.cost(),
                    cluster.plan() == null ? null : Planned.of(cluster.plan()));
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
                    stored.plan == null ? null : stored.plan.plan());
        }
    }

    private Change whatWasMadeOfIt() {
        Desired given = Desired.ofKnown(before, agentsBefore);
        if (change == 0) {
            return new Change.None(given);
        }
        return rollingBack ? new Change.TakenBack(given, change) : new Change.Made(given, change);
    }

    private static @Nullable KubeProxyConfig kubeProxy(@Nullable Desired desired) {
        return desired == null ? null : desired.asKubeProxy();
    }

    private static @Nullable AgentConfig agents(@Nullable Desired desired) {
        return desired == null ? null : desired.asAgents();
    }
}
