package dev.kubeproxyfleet.fleet.explain;

import static java.util.Comparator.comparing;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.fleet.view.ClusterView;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.Optional;

/** Explains clusters and rollouts from what the read model holds at one moment. Thread-safe. */
public final class Explainer {

    private final FleetView view;

    public Explainer(FleetView view) {
        this.view = view;
    }

    /** Why a cluster is in its state; empty if neither inventory nor any rollout knows it. */
    public Optional<Explanation> cluster(String id, Instant now) {
        return view.atOneMoment(() -> {
            ClusterRecord cluster = view.inventoryRecord(id).orElse(null);
            RolloutClusterStatus status = view.latestRollout(id).orElse(null);
            if (cluster == null && status == null) {
                return Optional.empty();
            }
            ClusterView shown = view.shown(id).orElse(null);
            RolloutStatus rollout =
                    status == null ? null : view.rollout(status.rollout()).orElse(null);
            if (status != null && !view.isPast(status)) {
                return Optional.of(Explanation.of(
                        id,
                        shown,
                        status,
                        rollout,
                        rollout == null ? null : prospect(rollout.config()),
                        objection(status, now).orElse(null),
                        now));
            }
            Optional<Explanation> claimed = cluster == null || shown == null
                    ? Optional.empty()
                    : claimant(cluster, now).map(found -> Explanation.claimed(id, shown, found));
            return Optional.of(claimed.orElseGet(
                    () -> Explanation.free(id, shown, rollout, rollout != null && view.isReleased(rollout))));
        });
    }

    /** Why a rollout, or the one of a config that is under way, else its latest one, is in its state. */
    public Optional<RolloutExplanation> rollout(String idOrConfig, Instant now) {
        return view.atOneMoment(() -> view.rolloutDetail(idOrConfig)
                .map(detail -> RolloutExplanation.of(
                        detail.rollout(),
                        detail.clusters(),
                        prospect(detail.rollout().config()),
                        view.isReleased(detail.rollout()),
                        cluster -> chance(cluster, now),
                        now)));
    }

    /** The config in force that would decide what a cluster runs which no rollout of it has. */
    private Optional<Claimant> claimant(ClusterRecord cluster, Instant now) {
        return view.latestOfConfigs().stream()
                .filter(rollout -> Preview.selects(rollout.spec(), cluster))
                .max(comparing((RolloutStatus rollout) -> rollout.spec().priority()))
                .map(rollout -> prospect(rollout.config()))
                .map(prospect -> new Claimant(
                        prospect,
                        objection(prospect.latest(), cluster, now).orElse(null),
                        view.status(prospect.latest().id(), cluster.id()).isPresent()));
    }

    /** What a rollout has written it does not leave as a failed write may have left it. */
    private Optional<Preview.Objection> objection(RolloutClusterStatus status, Instant now) {
        return view.inventoryRecord(status.cluster())
                .flatMap(cluster -> view.rollout(Words.configOf(status.rollout()))
                        .flatMap(latest -> objection(latest, cluster, now)
                                .filter(found -> status.attempt() == 0
                                        || !latest.id().equals(status.rollout())
                                        || !found.reason().code().equals("ClusterNotReady"))));
    }

    /** @param latest rollout of a config that is under way, else its latest one */
    private Optional<Preview.Objection> objection(RolloutStatus latest, ClusterRecord cluster, Instant now) {
        int done = latest.state().isEnded()
                ? 0
                : (int) latest.stages().stream()
                        .takeWhile(stage -> stage.state() == RolloutStatus.StageState.Done)
                        .count();
        return Preview.objection(view.inventory(), latest.config(), latest.spec(), done, cluster, now);
    }

    private RolloutExplanation.Chance chance(RolloutClusterStatus status, Instant now) {
        boolean isMeant = view.inventoryRecord(status.cluster())
                .filter(cluster -> !cluster.isOtherThan(status.uid()))
                .flatMap(cluster -> view.rollout(Words.configOf(status.rollout()))
                        .filter(latest -> Preview.selects(latest.spec(), cluster)))
                .isPresent();
        if (!isMeant) {
            return RolloutExplanation.Chance.NONE;
        }
        return objection(status, now).filter(found -> !found.passes()).isEmpty()
                ? RolloutExplanation.Chance.OPEN
                : RolloutExplanation.Chance.BLOCKED;
    }

    /** @param config that has a rollout */
    private Prospect prospect(String config) {
        RolloutStatus latest = view.rollout(config).orElseThrow();
        String strategy = latest.spec().strategyRef();
        return new Prospect(
                latest,
                view.latestToAll(config).orElse(null),
                strategy == null || view.strategy(strategy).isPresent() ? null : strategy);
    }
}
