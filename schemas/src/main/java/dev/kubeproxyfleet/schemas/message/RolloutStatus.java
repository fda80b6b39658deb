package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as people see it. Topic {@code rollouts}, key {@link #id()}.
 *
 * @param id {@code <config>.<generation>}
 * @param code stable reason code of the state, such as {@code MaxFailuresExceeded}; null where the state says it all
 * @param message one sentence for people
 * @param since when the state began
 * @param finishedAt when it ended; null while it runs
 */
public record RolloutStatus(
        String id,
        String config,
        long generation,
        State state,
        @Nullable String code,
        String message,
        Instant since,
        Instant createdAt,
        @Nullable Instant finishedAt,
        String actor,
        KubeProxyConfig kubeProxy,
        String onFailure,
        List<Stage> stages) {

    public static final String TYPE = "dev.kubeproxyfleet.rollout.v1";

    public RolloutStatus {
        stages = List.copyOf(stages);
    }

    /** States of a rollout; the last four are final. */
    public enum State {
        Planned,
        Running,
        Paused,
        Succeeded,
        Failed,
        Aborted,
        Superseded
    }

    /** States of a stage. */
    public enum StageState {
        Waiting,
        AwaitingApproval,
        Updating,
        Baking,
        Done
    }

    /**
     * @param until end of the bake; null when not baking
     * @param clusters how many clusters are in which state
     */
    public record Stage(
            String name,
            StageState state,
            Instant since,
            @Nullable Instant until,
            int maxConcurrent,
            int maxFailures,
            Counts clusters) {}

    /** Clusters of a stage by state. */
    public record Counts(int waiting, int updating, int verifying, int converged, int failed, int skipped) {

        public int total() {
            return waiting + updating + verifying + converged + failed + skipped;
        }

        public int finished() {
            return converged + failed + skipped;
        }
    }
}
