package dev.kubeproxyfleet.fleet.explain;

import static java.util.Comparator.comparing;

import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.fleet.view.Facts;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Explains clusters and rollouts from what the read model holds at one moment. Thread-safe. */
public final class Explainer {

    private final FleetView view;

    public Explainer(FleetView view) {
        this.view = view;
    }

    /** Why a cluster is in its state; empty if neither inventory nor any rollout knows it. */
    public Optional<ClusterExplanation> cluster(String id, Instant now) {
        return view.atOneMoment(facts -> new Moment(facts, facts.inventory(), now).cluster(id));
    }

    /** Why a rollout, or the one of a config that is under way, else its latest one, is in its state. */
    public Optional<RolloutExplanation> rollout(String idOrConfig, Instant now) {
        return view.atOneMoment(facts -> new Moment(facts, facts.inventory(), now).rollout(idOrConfig));
    }

    /** @param inventory copied once, however many clusters are looked at */
    private record Moment(Facts facts, Inventory inventory, Instant now) {

        Optional<ClusterExplanation> cluster(String id) {
            ClusterRecord cluster = facts.cluster(id).orElse(null);
            Optional<ClusterExplanation> kubeProxy = held(id, cluster, Desired.Kind.KubeProxy);
            Optional<ClusterExplanation> agents = held(id, cluster, Desired.Kind.Agents);
            if (kubeProxy.isPresent() || agents.isPresent()) {
                return Stream.of(kubeProxy, agents).flatMap(Optional::stream).reduce(ClusterSentence::both);
            }
            RolloutStatus past = facts.latestOf(id, Desired.Kind.KubeProxy)
                    .or(() -> facts.latestOf(id, Desired.Kind.Agents))
                    .flatMap(status -> facts.rollout(status.rollout()))
                    .orElse(null);
            return cluster == null && past == null
                    ? Optional.empty()
                    : Optional.of(ClusterSentence.free(
                            id, facts.shown(id).orElse(null), past, past != null && facts.isReleased(past)));
        }

        /** Empty if no config in force gives the cluster this kind of thing. */
        private Optional<ClusterExplanation> held(String id, @Nullable ClusterRecord cluster, Desired.Kind kind) {
            RolloutClusterStatus status = facts.latestOf(id, kind).orElse(null);
            ClusterView shown = facts.shown(id).orElse(null);
            if (status != null && !facts.isPast(status)) {
                RolloutStatus rollout = facts.rollout(status.rollout()).orElse(null);
                return Optional.of(ClusterSentence.of(
                        id,
                        facts.called(id),
                        shown,
                        status,
                        rollout,
                        rollout == null ? null : prospect(rollout.config()),
                        objection(status).orElse(null),
                        now));
            }
            return cluster == null || shown == null
                    ? Optional.empty()
                    : claimant(cluster, kind).map(found -> ClusterSentence.claimed(id, facts.called(id), shown, found));
        }

        Optional<RolloutExplanation> rollout(String idOrConfig) {
            return facts.rollout(idOrConfig)
                    .map(rollout -> RolloutSentence.of(
                            rollout,
                            facts.clustersOf(rollout),
                            prospect(rollout.config()),
                            facts.isReleased(rollout),
                            this::chance,
                            facts::called,
                            now));
        }

        /** The config in force that would decide what a cluster runs which no rollout of it has. */
        private Optional<Claimant> claimant(ClusterRecord cluster, Desired.Kind kind) {
            return facts.latestOfConfigs().stream()
                    .filter(rollout -> rollout.spec().desired().kind() == kind)
                    .filter(rollout -> Preview.selects(rollout.spec(), cluster))
                    .max(comparing((RolloutStatus rollout) -> rollout.spec().priority()))
                    .map(rollout -> prospect(rollout.config()))
                    .map(prospect -> new Claimant(
                            prospect,
                            objection(prospect.latest(), cluster).orElse(null),
                            facts.status(prospect.latest().id(), cluster.id()).isPresent()));
        }

        /** What a rollout has written it does not leave as a failed write may have left it. */
        private Optional<Preview.Objection> objection(RolloutClusterStatus status) {
            return facts.cluster(status.cluster())
                    .flatMap(cluster -> facts.rollout(Words.configOf(status.rollout()))
                            .flatMap(latest -> objection(latest, cluster)
                                    .filter(found -> status.attempt() == 0
                                            || !latest.id().equals(status.rollout())
                                            || found.reason().code() != ClusterReason.ClusterNotReady)));
        }

        /** @param latest rollout of a config that is under way, else its latest one */
        private Optional<Preview.Objection> objection(RolloutStatus latest, ClusterRecord cluster) {
            int done = latest.state().isEnded()
                    ? 0
                    : (int) latest.stages().stream()
                            .takeWhile(stage -> stage.state() == RolloutStatus.StageState.Done)
                            .count();
            return Preview.objection(inventory, latest.config(), latest.spec(), done, cluster, now);
        }

        private RolloutSentence.Chance chance(RolloutClusterStatus status) {
            boolean isMeant = facts.cluster(status.cluster())
                    .filter(cluster -> !cluster.isOtherThan(status.uid()))
                    .flatMap(cluster -> facts.rollout(Words.configOf(status.rollout()))
                            .filter(latest -> Preview.selects(latest.spec(), cluster)))
                    .isPresent();
            if (!isMeant) {
                return RolloutSentence.Chance.NONE;
            }
            return objection(status).filter(found -> !found.passes()).isEmpty()
                    ? RolloutSentence.Chance.OPEN
                    : RolloutSentence.Chance.BLOCKED;
        }

        /** @param config that has a rollout */
        private Prospect prospect(String config) {
            RolloutStatus latest = facts.rollout(config).orElseThrow();
            String strategy = latest.spec().strategyRef();
            return new Prospect(
                    latest,
                    stoppedBy(config, latest),
                    strategy == null || facts.hasStrategy(strategy) ? null : strategy);
        }

        /** As long as it is not known which rollout that is, nothing is promised to follow the latest. */
        private @Nullable RolloutStatus stoppedBy(String config, RolloutStatus latest) {
            ConfigStatus status = facts.config(config).orElse(null);
            if (status == null) {
                return latest;
            }
            String stoppedBy = status.stoppedBy();
            return stoppedBy == null ? null : facts.rollout(stoppedBy).orElse(latest);
        }
    }
}
