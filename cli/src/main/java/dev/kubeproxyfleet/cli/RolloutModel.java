package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known of one rollout: its status and that of its clusters by resource id, in order of id.
 *
 * <p>Statuses arrive by reading and by events, in no certain order: the one whose state is younger wins.
 */
record RolloutModel(RolloutStatus rollout, Map<String, RolloutClusterStatus> clusters) {

    RolloutModel {
        clusters = Collections.unmodifiableMap(new TreeMap<>(clusters));
    }

    static RolloutModel of(RolloutDetail detail) {
        return new RolloutModel(
                detail.rollout(),
                detail.clusters().stream()
                        .collect(Collectors.toMap(
                                RolloutClusterStatus::cluster, Function.identity(), (_, later) -> later)));
    }

    /** Takes over a status of this rollout; that of another one changes nothing. */
    RolloutModel with(RolloutStatus status) {
        boolean news = status.id().equals(rollout.id()) && !status.since().isBefore(rollout.since());
        return news ? new RolloutModel(status, clusters) : this;
    }

    /** Takes over a status of a cluster of this rollout; that of another rollout changes nothing. */
    RolloutModel with(RolloutClusterStatus status) {
        RolloutClusterStatus known = clusters.get(status.cluster());
        if (!status.rollout().equals(rollout.id())
                || (known != null && status.since().isBefore(known.since()))) {
            return this;
        }
        Map<String, RolloutClusterStatus> more = new TreeMap<>(clusters);
        more.put(status.cluster(), status);
        return new RolloutModel(rollout, more);
    }

    boolean ended() {
        return rollout.state().isEnded();
    }

    /** The exit code that says what became of a rollout in {@code state}. */
    static int exitCode(RolloutStatus.State state) {
        return switch (state) {
            case Succeeded -> ExitCode.OK;
            case Failed, Aborted, Superseded, RolledBack -> ExitCode.OUTCOME_FAILED;
            case Planned, Running, Paused, RollingBack -> ExitCode.UNFINISHED;
        };
    }
}
