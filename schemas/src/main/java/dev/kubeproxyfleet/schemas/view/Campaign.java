package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a fleet is on its way to a mode. A campaign is a FleetConfig that names a mode and refers to a strategy of its own name, as
 * {@code kpfleet campaign new} writes it. Its clusters are those that its selector means without its list of clusters, which has those
 * that were ready.
 *
 * @param to the mode that its clusters get
 * @param rollout id of its latest rollout
 * @param state of that rollout
 * @param obstacles why clusters are not done, most clusters first; a cluster can have several
 * @param months how many clusters were given the mode in each month in which there were any, the earliest first
 * @param doneAtUnknownTime clusters that are done, and by no rollout that is kept: they had the mode before, or a rollout that is not
 *     kept gave it
 * @param knownSince rollouts before this are not kept, and what they did is not known by month; null if all are kept
 * @param support how long AKS supports the versions of clusters that are not done
 */
public record Campaign(
        String name,
        KubeProxyMode to,
        String rollout,
        RolloutStatus.State state,
        Counts clusters,
        List<Obstacle> obstacles,
        List<Month> months,
        int doneAtUnknownTime,
        @Nullable Instant knownSince,
        Support support) {

    public Campaign {
        obstacles = List.copyOf(obstacles);
        months = List.copyOf(months);
    }

    /**
     * Clusters of a campaign; each counts once.
     *
     * @param done converged, and not drifted since
     * @param underWay in the rollout under way
     * @param ready nothing known speaks against them, and no rollout under way has them
     * @param blocked failed, skipped, rolled back or drifted, or something has to be changed before
     * @param unknown of which too little is known
     * @param nothingToDo had the mode or no kube-proxy of AKS without the campaign, or another mode is named where it only names one
     */
    public record Counts(int done, int underWay, int ready, int blocked, int unknown, int nothingToDo) {}

    /**
     * @param code stable, see the guide of reasons
     * @param weight whether it blocks, or too little is known
     * @param clusters that have it
     * @param examples names of some of them, in their order
     * @param helps what helps, one sentence; null where the rollout's page says it
     */
    public record Obstacle(
            String code,
            ClusterReadiness.Weight weight,
            int clusters,
            List<String> examples,
            @Nullable String helps) {

        public Obstacle {
            examples = List.copyOf(examples);
        }
    }

    /** @param month in UTC, such as {@code 2026-11} */
    public record Month(String month, int clusters) {}

    /**
     * Null where the calendar knows none of their versions, or all are done.
     *
     * @param endOfLife the first day on which AKS ends the support of a version that one of them has, such as {@code 2026-11-30}
     * @param daysLeft until then; negative once that has passed
     * @param clusters whose support ends then
     * @param unknown clusters that are not done, and whose version the calendar does not know
     * @param asOf the day on which the calendar was true; null if none of them was looked up
     */
    public record Support(
            @Nullable String endOfLife,
            @Nullable Integer daysLeft,
            int clusters,
            int unknown,
            @Nullable String asOf) {}
}
