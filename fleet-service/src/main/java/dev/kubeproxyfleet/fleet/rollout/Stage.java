package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;

/**
 * One stage of a rollout with its caps in clusters and its clusters by state.
 *
 * @param maxConcurrent clusters that may be Updating or Verifying at once, at least 1
 * @param maxFailures failed clusters that are tolerated
 */
public record Stage(StageSpec spec, int maxConcurrent, int maxFailures, StageState state, Counts counts) {

    /** A stage of {@code counts} clusters, its shares turned into clusters: rounded down, concurrency at least 1. */
    static Stage planned(StageSpec spec, StageState.Waiting state, Counts counts) {
        int clusters = counts.total();
        return new Stage(
                spec,
                Math.max(1, spec.maxConcurrent().roundedDown(clusters)),
                spec.maxFailures().roundedDown(clusters),
                state,
                counts);
    }

    int inFlight() {
        return counts.updating() + counts.verifying();
    }

    boolean isFinished() {
        return counts.finished() == counts.total();
    }

    boolean hasExceededFailures() {
        return counts.failed() > maxFailures;
    }

    Stage with(StageState next) {
        return new Stage(spec, maxConcurrent, maxFailures, next, counts);
    }

    /** An operator who resumes accepts the failures so far: the next one stops the rollout again. */
    Stage acceptingFailures() {
        return new Stage(spec, maxConcurrent, Math.max(maxFailures, counts.failed()), state, counts);
    }

    Stage moved(ClusterState from, ClusterState to) {
        return new Stage(
                spec,
                maxConcurrent,
                maxFailures,
                state,
                Tally.of(counts).remove(from).add(to).counts());
    }

    Stage joined(ClusterState newcomer) {
        return new Stage(
                spec,
                maxConcurrent,
                maxFailures,
                state,
                Tally.of(counts).add(newcomer).counts());
    }
}
