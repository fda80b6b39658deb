package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.readiness.ReadinessJudge;
import dev.kubeproxyfleet.fleet.rollout.Selection;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.Campaign;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Campaigns, of what is known of their rollouts and of the readiness of their clusters. */
public final class Campaigns {

    private final FleetView view;
    private final ReadinessJudge judge;

    public Campaigns(FleetView view, ReadinessJudge judge) {
        this.view = view;
        this.judge = judge;
    }

    /** Every campaign, by name. */
    public List<Campaign> all(Instant now) {
        return view.atOneMoment(Campaigns::kept).stream()
                .map(kept -> campaign(kept, now))
                .toList();
    }

    /** One campaign; empty if no config of this name is one. */
    public Optional<Campaign> named(String name, Instant now) {
        return view.atOneMoment(Campaigns::kept).stream()
                .filter(kept -> kept.name().equals(name))
                .findFirst()
                .map(kept -> campaign(kept, now));
    }

    /**
     * What is kept of a campaign.
     *
     * @param selector of its clusters
     * @param latest its latest rollout
     * @param active the rollout under way, where there is one
     * @param knownSince see {@link Campaign#knownSince()}
     * @param states of each cluster in the rollouts that are kept, the latest first
     */
    private record Kept(
            String name,
            KubeProxyConfig gives,
            Selector selector,
            RolloutStatus latest,
            Optional<RolloutStatus> active,
            Optional<Instant> knownSince,
            Map<String, List<RolloutClusterStatus>> states) {

        KubeProxyMode to() {
            return Objects.requireNonNull(gives.mode(), "a campaign names a mode");
        }
    }

    private static List<Kept> kept(Facts facts) {
        List<Kept> campaigns = new ArrayList<>();
        for (RolloutStatus latest : facts.latestOfConfigs()) {
            ConfigStatus config = facts.config(latest.config()).orElseThrow();
            if (config.spec() != null
                    && config.name().equals(config.spec().strategyRef())
                    && config.spec().desired() instanceof Desired.KubeProxy(KubeProxyConfig gives)
                    && gives.mode() != null) {
                List<RolloutStatus> rollouts = facts.rolloutsOf(config.name());
                Map<String, List<RolloutClusterStatus>> states = new HashMap<>();
                for (RolloutStatus rollout : rollouts) {
                    facts.clustersOf(rollout)
                            .forEach(status -> states.computeIfAbsent(status.cluster(), _ -> new ArrayList<>())
                                    .add(status));
                }
                campaigns.add(new Kept(
                        config.name(),
                        gives,
                        withoutList(config.spec().selector()),
                        latest,
                        rollouts.stream()
                                .filter(rollout -> rollout.id().equals(config.activeRollout()))
                                .findFirst(),
                        Optional.ofNullable(config.removedGeneration())
                                .map(_ -> rollouts.getLast().createdAt()),
                        states));
            }
        }
        return campaigns;
    }

    /** Who lists clusters and nothing else means these. */
    private static Selector withoutList(Selector selector) {
        Selector rest = new Selector(
                selector.subscriptions(),
                selector.resourceGroups(),
                selector.locations(),
                selector.names(),
                List.of(),
                selector.tags(),
                selector.kubernetesVersion());
        return rest.isEmpty() ? selector : rest;
    }

    private Campaign campaign(Kept kept, Instant now) {
        Progress progress = new Progress(kept.gives());
        KnownClusters.of(view, new Selection(kept.selector())).stream()
                .map(known -> new Judged(known.cluster().uid(), judge.judge(known, kept.to(), now)))
                .sorted(Comparator.comparing((Judged each) -> each.readiness().name())
                        .thenComparing(each -> each.readiness().id()))
                .forEach(each -> progress.add(
                        each.readiness(),
                        kept.states().getOrDefault(each.readiness().id(), List.of()).stream()
                                .filter(status ->
                                        status.uid() == null || status.uid().equals(each.uid()))
                                .toList(),
                        kept.active().map(RolloutStatus::id)));
        return new Campaign(
                kept.name(),
                kept.to(),
                kept.latest().id(),
                kept.latest().state(),
                progress.counts(),
                progress.obstacles(),
                progress.months(),
                progress.doneAtUnknownTime(),
                kept.knownSince().orElse(null),
                progress.support());
    }

    private record Judged(@Nullable String uid, ClusterReadiness readiness) {}
}
