package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.explain.Words.configOf;
import static dev.kubeproxyfleet.fleet.explain.Words.said;
import static dev.kubeproxyfleet.fleet.explain.Words.time;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Explains a cluster that a rollout ended without the configuration: it failed, or was skipped. */
final class EndedCluster {

    private EndedCluster() {}

    static Told failed(RolloutClusterStatus status, @Nullable RolloutStatus rollout, Ask ask, Instant now) {
        String start = "failed in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now) + ClusterSentence.attempt(status) + said(status);
        String mend = Remedy.mending(status.code());
        String retry = start + "; " + mend + " and try it again";
        if (rollout == null) {
            return ask.retry(retry, status.code());
        }
        return switch (rollout.state()) {
            case Planned, Running ->
                ask.retry(start + "; the rollout goes on without it: " + mend + " and try it again", status.code());
            case Paused ->
                rollout.goesBack()
                        ? besideTheRollback(start, rollout)
                        : ask.retry(
                                start + "; the rollout is paused: " + mend
                                        + " and try it again, then resume the rollout",
                                status.code());
            case RollingBack -> besideTheRollback(start, rollout);
            case RolledBack ->
                ask.rerun(start + "; the rollout was rolled back: " + mend
                        + ", then roll the configuration out once more");
            case Failed ->
                rollout.code() == RolloutReason.RollbackIncomplete
                        ? ask.rollback(start + "; " + mend + " and roll back what is left", rollout)
                        : ask.retry(retry, status.code());
            case Superseded ->
                new Told(
                        start + "; a newer generation replaced the rollout, look at that one.",
                        "kpfleet get rollout " + configOf(status.rollout()));
            case Succeeded, Aborted -> ask.retry(retry, status.code());
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
            Ask ask,
            Instant now) {
        String start = "was skipped in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now);
        return switch (status.code()) {
            case ClusterReason reason
            when isDeferred(reason) -> {
                boolean caught = rollout == null || prospect == null || prospect.catches(rollout);
                Preview.Objection objection = ask.objection();
                if (caught
                        && objection != null
                        && !isDeferred(objection.reason().code())) {
                    ReasonCode code = objection.reason().code();
                    yield Remedy.of(code, ask.config(), ask.id())
                            .after(
                                    start + " (" + reason + "), and cannot be changed now" + said(objection.reason()),
                                    code,
                                    ask);
                }
                yield cluster != null && isReady(cluster)
                        ? ready(start + " (" + reason + ")", ask, caught)
                        : deferred(start + said(status), cluster, status, ask, caught);
            }
            case ReasonCode code ->
                Remedy.of(code, configOf(status.rollout()), status.cluster()).after(start + said(status), code, ask);
            case null -> new Told(start + said(status) + ".", null);
        };
    }

    /** What passes by itself, and is caught up with then. */
    private static boolean isDeferred(ReasonCode code) {
        return code instanceof ClusterReason reason && reason.kind() == ClusterReason.Kind.CaughtLater;
    }

    private static boolean isReady(ClusterView cluster) {
        return !ConvergedCluster.isStopped(cluster)
                && cluster.provisioningState().equals("Succeeded");
    }

    /** What it was skipped for has passed, and the controller has yet to take it up. */
    private static Told ready(String start, Ask ask, boolean caught) {
        return caught
                ? new Told(
                        start + ", and is ready again: it is caught up by itself within minutes; nothing to do.", null)
                : ask.retry(start + ", and is ready again; try again what has not converged", null);
    }

    /**
     * A stopped or busy cluster never fails a rollout: it is caught later.
     *
     * @param caught whether that happens by itself
     */
    private static Told deferred(
            String start, @Nullable ClusterView cluster, RolloutClusterStatus status, Ask ask, boolean caught) {
        if (ask.isGone()) {
            return new Told(start + "; the inventory does not know it any more; nothing to do.", null);
        }
        if (!caught) {
            return ask.retry(start + "; once it is ready, try again what has not converged", status.code());
        }
        return cluster != null && ConvergedCluster.isStopped(cluster)
                ? new Told(start + "; it is caught up by itself once it has started.", ConvergedCluster.start(cluster))
                : new Told(start + "; it is caught up by itself once it is ready.", null);
    }
}
