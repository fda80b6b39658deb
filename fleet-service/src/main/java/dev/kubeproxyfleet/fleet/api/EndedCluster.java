package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.api.Words.configOf;
import static dev.kubeproxyfleet.fleet.api.Words.nameOf;
import static dev.kubeproxyfleet.fleet.api.Words.said;
import static dev.kubeproxyfleet.fleet.api.Words.time;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Explains a cluster that a rollout ended without the configuration: it failed, or was skipped. */
final class EndedCluster {

    private EndedCluster() {}

    static Told failed(RolloutClusterStatus status, @Nullable RolloutStatus rollout, Instant now) {
        String name = nameOf(status.cluster());
        String start = "failed in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now) + Explanation.attempt(status) + said(status);
        String config = configOf(status.rollout());
        String mend = Remedy.mending(status.code());
        Told retry =
                new Told(start + "; " + mend + " and try it again.", "kpfleet retry " + config + " --cluster " + name);
        if (rollout == null) {
            return retry;
        }
        return switch (rollout.state()) {
            case Planned, Running ->
                new Told(
                        start + "; the rollout goes on without it: " + mend + " and try it again.",
                        "kpfleet retry " + rollout.id() + " --cluster " + name);
            case Paused ->
                rollout.goesBack()
                        ? besideTheRollback(start, rollout)
                        : new Told(
                                start + "; the rollout is paused: " + mend
                                        + " and try it again, then resume the rollout.",
                                "kpfleet retry " + rollout.id() + " --cluster " + name);
            case RollingBack -> besideTheRollback(start, rollout);
            case RolledBack ->
                new Told(
                        start + "; the rollout was rolled back: " + mend
                                + ", then roll the configuration out once more.",
                        "kpfleet rerun " + config);
            case Failed ->
                RolloutExplanation.ROLLBACK_INCOMPLETE.equals(rollout.code())
                        ? new Told(
                                start + "; " + mend + " and roll back what is left.",
                                "kpfleet rollback " + rollout.id())
                        : retry;
            case Superseded ->
                new Told(
                        start + "; a newer generation replaced the rollout, look at that one.",
                        "kpfleet get rollout " + config);
            case Succeeded, Aborted -> retry;
        };
    }

    private static Told besideTheRollback(String start, RolloutStatus rollout) {
        return new Told(
                start + "; the rollout is on its way back, look at it for the others.",
                "kpfleet get rollout " + rollout.id());
    }

    static Told skipped(
            @Nullable ClusterView cluster,
            RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            @Nullable Prospect prospect,
            Instant now) {
        String start = "was skipped in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now);
        String config = configOf(status.rollout());
        return switch (status.code()) {
            case "ClusterStopped", "ClusterNotReady", "ClusterBusy" -> {
                boolean caught = rollout == null || prospect == null || prospect.catches(rollout);
                yield cluster != null && isReady(cluster)
                        ? ready(start + " (" + status.code() + ")", status, caught)
                        : deferred(start + said(status), cluster, status, caught);
            }
            case null, default -> {
                Remedy remedy = Remedy.of(String.valueOf(status.code()), config, status.cluster());
                yield new Told(start + said(status) + "; " + remedy.words() + ".", remedy.command());
            }
        };
    }

    private static boolean isReady(ClusterView cluster) {
        return !ConvergedCluster.isStopped(cluster)
                && cluster.provisioningState().equals("Succeeded");
    }

    /** What it was skipped for has passed, and the controller has yet to take it up. */
    private static Told ready(String start, RolloutClusterStatus status, boolean caught) {
        return caught
                ? new Told(
                        start + ", and is ready again: it is caught up by itself within minutes; nothing to do.", null)
                : retry(start + ", and is ready again; try again what has not converged.", status);
    }

    /**
     * A stopped or busy cluster never fails a rollout: it is caught later.
     *
     * @param caught whether that happens by itself
     */
    private static Told deferred(
            String start, @Nullable ClusterView cluster, RolloutClusterStatus status, boolean caught) {
        if (!caught) {
            return retry(start + "; once it is ready, try again what has not converged.", status);
        }
        return cluster != null && ConvergedCluster.isStopped(cluster)
                ? new Told(start + "; it is caught up by itself once it has started.", ConvergedCluster.start(cluster))
                : new Told(start + "; it is caught up by itself once it is ready.", null);
    }

    private static Told retry(String rest, RolloutClusterStatus status) {
        return new Told(rest, "kpfleet retry " + configOf(status.rollout()) + " --cluster " + nameOf(status.cluster()));
    }
}
