package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which of the clusters that a config selects a rollout is for, by what became of them in the rollouts before. */
final class Scope {

    /** Corrections of one cluster within {@link #FIGHT_WINDOW} after which it is left alone: someone else wants it otherwise. */
    static final int MAX_CORRECTIONS = 3;

    static final Duration FIGHT_WINDOW = Duration.ofHours(24);

    private final FleetState fleet;
    private final ConfigState config;
    private final Cause cause;
    private final @Nullable String onlyCluster;
    private final Instant now;
    private final Duration lag;

    Scope(Draft draft, ConfigState config, Cause cause, @Nullable String onlyCluster) {
        this.fleet = draft.fleet();
        this.config = config;
        this.cause = cause;
        this.onlyCluster = onlyCluster;
        this.now = draft.now();
        this.lag = draft.lag();
    }

    boolean takes(ClusterRecord cluster) {
        if (onlyCluster != null && !onlyCluster.equals(cluster.id())) {
            return false;
        }
        Optional<RolloutCluster> last = last(fleet, config, cluster);
        return switch (cause) {
            case Publish, Rerun -> true;
            case Retry ->
                last.map(found -> switch (found.state()) {
                            case ClusterState.Converged _ -> false;
                            case ClusterState.Skipped skipped ->
                                onlyCluster != null || skipped.code() != ClusterReason.SkippedByOperator;
                            case ClusterState.Waiting _,
                                    ClusterState.InFlight _,
                                    ClusterState.Failed _,
                                    ClusterState.RolledBack _ -> true;
                        })
                        .orElse(onlyCluster != null);
            case CatchUp ->
                last.map(found -> isReadyAgain(found, config, now, lag)).orElse(joins(config));
            case DriftCorrection ->
                last.filter(found -> found.state() instanceof ClusterState.Converged converged
                                && converged.code() == ClusterReason.Drifted
                                && !isFight(found, now))
                        .isPresent();
        };
    }

    /** Whether new clusters get the configuration too. */
    static boolean joins(ConfigState config) {
        return config.spec() != null && config.spec().newClusters() == FleetConfig.NewClusters.Join;
    }

    /** Whether the inventory has had the time to see that what a cluster was skipped for has passed. */
    static boolean isReadyAgain(RolloutCluster cluster, ConfigState config, Instant now, Duration lag) {
        boolean mayPass = cluster.isDeferred()
                || (joins(config)
                        && !cluster.isTakenBack()
                        && cluster.state() instanceof ClusterState.Skipped skipped
                        && SkipCode.isAsIfNew(skipped.code()));
        return mayPass && !now.isBefore(cluster.state().since().plus(lag));
    }

    /** Recent corrections of the cluster, with this rollout's own. */
    List<Instant> corrections(ClusterRecord cluster) {
        List<Instant> recent = last(fleet, config, cluster)
                .map(found -> recentCorrections(found, now))
                .orElse(List.of());
        return switch (cause) {
            case Publish, Rerun, Retry -> List.of();
            case CatchUp -> recent;
            case DriftCorrection ->
                Stream.concat(recent.stream(), Stream.of(now)).toList();
        };
    }

    static boolean isFight(RolloutCluster cluster, Instant now) {
        return recentCorrections(cluster, now).size() >= MAX_CORRECTIONS;
    }

    private static List<Instant> recentCorrections(RolloutCluster cluster, Instant now) {
        return cluster.corrections().stream()
                .filter(at -> at.isAfter(now.minus(FIGHT_WINDOW)))
                .toList();
    }

    /**
     * What the latest rollout made of the cluster, of those since the config was last rolled out to every cluster. A cluster that
     * was deleted and created again is a new one.
     */
    static Optional<RolloutCluster> last(FleetState fleet, ConfigState config, ClusterRecord cluster) {
        return fleet.latest(config.name(), cluster.id())
                .filter(id -> id.generation() >= config.fullGeneration())
                .flatMap(id -> fleet.rolloutCluster(id, cluster.id()))
                .filter(found -> !cluster.isOtherThan(found.uid()));
    }
}
