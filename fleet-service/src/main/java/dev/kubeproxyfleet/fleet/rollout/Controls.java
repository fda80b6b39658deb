package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses the clusters that a stage's changed ones are compared with: those that stay as they are while it runs, and that no
 * rollout has touched lately. Time is the biggest source of change, and they live through the same minutes.
 */
final class Controls {

    /** More would tell little more, and each is looked at in every bucket. */
    static final int MAX_CONTROLS = 20;

    /** Clusters that are considered. A fleet has most of them in the stages to come. */
    private static final int MAX_CONSIDERED = 2_000;

    /** What a rollout does to a cluster shows for so long. */
    private static final Duration UNTOUCHED = Duration.ofHours(24);

    /** Rollouts of a config before this one that are asked whether they touched a cluster. */
    static final int EARLIER_ROLLOUTS = 3;

    private final Draft draft;
    private final Rollout rollout;
    private final int stage;

    Controls(Draft draft, Rollout rollout, int stage) {
        this.draft = draft;
        this.rollout = rollout;
        this.stage = stage;
    }

    /**
     * Those in the regions of the stage's clusters alone if they are enough, else all, these first; then in the order of their ids.
     *
     * @param changing ARM resource ids of clusters that the stage changes
     */
    List<String> choose(List<String> changing) {
        Set<String> regions = changing.stream()
                .flatMap(cluster -> draft.fleet().cluster(cluster).stream())
                .map(ClusterRecord::location)
                .collect(Collectors.toCollection(HashSet::new));
        List<ClusterRecord> candidates = new ArrayList<>();
        int considered = 0;
        for (ClusterRecord cluster : draft.fleet().clusters()) {
            if (considered == MAX_CONSIDERED) {
                break;
            }
            if (stays(cluster)) {
                considered++;
                if (tells(cluster)) {
                    candidates.add(cluster);
                }
            }
        }
        List<ClusterRecord> near = candidates.stream()
                .filter(cluster -> regions.contains(cluster.location()))
                .toList();
        // What befalls a region must not look like the change: others only where its own are too few.
        return (Watching.crowd(draft, near).isEnough() ? near : candidates)
                .stream()
                        .sorted(Comparator.<ClusterRecord>comparingInt(
                                        cluster -> regions.contains(cluster.location()) ? 0 : 1)
                                .thenComparing(ClusterRecord::id))
                        .limit(MAX_CONTROLS)
                        .map(ClusterRecord::id)
                        .toList();
    }

    /** Whether one that was chosen is still there, and as it was. */
    boolean isUnchanged(String cluster) {
        return draft.fleet().cluster(cluster).isPresent()
                && draft.writer(cluster).isEmpty()
                && draft.cluster(rollout.id(), cluster)
                        .map(known -> known.isUntouched() && !(known.state() instanceof ClusterState.InFlight))
                        .orElse(true);
    }

    private boolean stays(ClusterRecord cluster) {
        Optional<RolloutCluster> own = draft.cluster(rollout.id(), cluster.id());
        boolean isLater = own.map(known -> known.place().stage() > stage
                        || known.state() instanceof ClusterState.Skipped
                        || known.state() instanceof ClusterState.Converged)
                .orElse(true);
        return isLater && isUnchanged(cluster.id()) && !wasTouched(cluster.id());
    }

    private boolean wasTouched(String cluster) {
        return draft.fleet().configs().stream()
                .anyMatch(config -> config.name().equals(rollout.id().config())
                        ? wasTouchedBefore(cluster)
                        : draft.fleet()
                                .latest(config.name(), cluster)
                                .filter(id -> wasTouched(id, cluster))
                                .isPresent());
    }

    private boolean wasTouchedBefore(String cluster) {
        long last = rollout.id().generation() - 1;
        for (long generation = last; generation > Math.max(0, last - EARLIER_ROLLOUTS); generation--) {
            if (wasTouched(new RolloutId(rollout.id().config(), generation), cluster)) {
                return true;
            }
        }
        return false;
    }

    private boolean wasTouched(RolloutId id, String cluster) {
        return draft.cluster(id, cluster)
                .filter(known -> known.attempt() > 0)
                .filter(known -> known.state().since().isAfter(draft.now().minus(UNTOUCHED)))
                .isPresent();
    }

    private boolean tells(ClusterRecord cluster) {
        Evidence evidence = draft.fleet().evidence(cluster.id());
        return List.of(Signal.values()).stream().anyMatch(evidence.signals()::containsKey);
    }
}
