package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.explain.Words.endless;
import static dev.kubeproxyfleet.fleet.explain.Words.time;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.Finding;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Explains a cluster that has converged: what it runs now, as far as that is known, and what becomes of it if that is wrong. */
final class ConvergedCluster {

    private ConvergedCluster() {}

    /**
     * @param cluster null if the inventory does not know it (any more)
     * @param rollout that converged it; null if the read model has not seen it
     * @param prospect of its config; null if the read model has not seen the rollout
     * @param ask what may be asked of its config
     */
    static Told explain(
            @Nullable ClusterView cluster,
            RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            @Nullable Prospect prospect,
            Ask ask,
            Instant now) {
        if (rollout != null && rollout.goesBack() && !isAsBefore(status, rollout)) {
            return toBeGivenBack(cluster, status, rollout, now);
        }
        return cluster == null || cluster.drift() == null
                ? inPlace(cluster, status, rollout, ask, now)
                : drifted(cluster, cluster.drift(), rollout, prospect, ask);
    }

    private static Told inPlace(
            @Nullable ClusterView cluster,
            RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            Ask ask,
            Instant now) {
        String what = rollout == null
                ? "the configuration of " + status.rollout()
                : rollout.spec().desired().describe();
        String since = time(status.since(), now);
        String converged = "converged to " + what + " in " + status.rollout() + " at " + since;
        if (cluster == null) {
            return new Told(converged + ", and the inventory does not know it any more; nothing to do.", null);
        }
        if (rollout != null && rollout.spec().agents() != null) {
            return new Told(
                    "has " + what + " as " + status.rollout() + " asked, since " + since + " ("
                            + endless(status.message()) + "); nothing to do.",
                    null);
        }
        if (rollout != null
                && (!rollout.spec().desired().canBeSeen()
                        || !rollout.spec().gate().needsEvidence())) {
            return new Told(
                    "has " + what + " in Azure as " + status.rollout() + " asked, since " + since + " ("
                            + endless(status.message()) + ")" + "; nothing to do.",
                    null);
        }
        if (isStopped(cluster)) {
            return new Told(
                    converged + ", and is stopped: what its nodes run is known once they run again; nothing to do.",
                    null);
        }
        EvidenceTold evidence = EvidenceTold.of(cluster, rollout, now);
        if (evidence.isSilent()) {
            return new Told(converged + ", and " + evidence.unknown() + "; " + evidence.help() + ".", ask.lookAt());
        }
        KubernetesSummary kubernetes = cluster.kubernetes();
        Finding disagreement = kubernetes == null ? null : kubernetes.disagreement();
        return new Told(
                "runs " + what + " as " + status.rollout() + " asked, since " + since
                        + told(cluster.health(), evidence)
                        + (status.cost() == null
                                ? ""
                                : "; what the change cost: "
                                        + endless(status.cost().message()))
                        + (disagreement == null
                                ? "; nothing to do."
                                : "; but not all agree (" + disagreement.code() + "): "
                                        + endless(disagreement.message()) + "; look at it."),
                disagreement == null ? null : ask.lookAt());
    }

    /** By whom it is known, where that is not all of its nodes. */
    private static String told(ClusterView.@Nullable HealthSummary health, EvidenceTold evidence) {
        if (health == null || !evidence.agentsTell()) {
            return " (by its Kubernetes API alone)";
        }
        return health.nodesExpected() != null && health.nodesReporting() >= health.nodesExpected()
                ? ""
                : " (" + NodesTold.reporting(health) + ")";
    }

    private static Told drifted(
            ClusterView cluster,
            ClusterView.Drift drift,
            @Nullable RolloutStatus rollout,
            @Nullable Prospect prospect,
            Ask ask) {
        String start = "converged in " + drift.rollout() + " but has drifted since (" + drift.code() + "): "
                + endless(drift.message());
        if (ClusterReason.NodesDrifted.code().equals(drift.code())) {
            return new Told(
                    start + "; writing to Azure changes nothing about that: "
                            + (hasOtherFlags(cluster)
                                    ? "find out who changes its DaemonSet kube-system/kube-proxy."
                                    : "look at those nodes, and restart kube-proxy there."),
                    ask.lookAt());
        }
        if (ClusterReason.DriftFight.code().equals(drift.code())) {
            return ask.rerun(start + "; find out who changes it, then roll the configuration out once more");
        }
        boolean corrects = rollout != null && rollout.spec().drift() == FleetConfig.Drift.Correct;
        if (!corrects) {
            return ask.rerun(start + "; roll the configuration out once more to bring it back");
        }
        RolloutStatus stoppedBy = prospect == null ? null : prospect.stoppedBy();
        if (prospect == null || stoppedBy != null) {
            String why = stoppedBy == null
                    ? "; roll the configuration out once more to bring it back"
                    : "; after " + stoppedBy.id() + ", which is " + stoppedBy.state()
                            + ", nothing goes on by itself: roll the configuration out once" + " more to bring it back";
            return ask.rerun(start + why);
        }
        if (isStopped(cluster)) {
            return new Told(start + "; it is stopped, and is corrected by itself once it has started.", start(cluster));
        }
        if (ask.objection() != null) {
            return new Told(
                    start + "; it is corrected by itself" + Ask.onceItCanBeChanged(ask.objection()) + ".", null);
        }
        RolloutStatus latest = prospect.latest();
        return switch (latest.state()) {
            case Planned, Running ->
                new Told(start + "; it is corrected by itself once " + latest.id() + " has ended.", null);
            case Paused ->
                new Told(
                        start + "; it is corrected by itself once " + latest.id()
                                + " has ended, which is paused: resume it.",
                        "kpfleet resume " + latest.id());
            case Succeeded, Failed, RolledBack, RollingBack, Aborted, Superseded ->
                new Told(start + "; it is corrected by itself, within the caps and windows of its strategy.", null);
        };
    }

    private static boolean hasOtherFlags(ClusterView cluster) {
        KubernetesSummary kubernetes = cluster.kubernetes();
        Finding disagreement = kubernetes == null ? null : kubernetes.disagreement();
        return disagreement != null && disagreement.code().equals(ClusterReason.FlagsDiffer.code());
    }

    /** Whether the rollout found the configuration there, and has nothing to give back. */
    private static boolean isAsBefore(RolloutClusterStatus status, RolloutStatus rollout) {
        Desired before = status.had();
        return before != null && before.isSameAs(rollout.spec().desired());
    }

    private static Told toBeGivenBack(
            @Nullable ClusterView cluster, RolloutClusterStatus status, RolloutStatus rollout, Instant now) {
        Desired before = status.had();
        String start = "has the configuration of " + rollout.id() + " since " + time(status.since(), now)
                + " and waits to be given back "
                + (before == null ? "what it had before" : before.describe()) + ": " + rollout.id() + " "
                + ClusterSentence.goingBack(rollout) + " since " + time(rollout.since(), now) + Words.said(rollout);
        if (rollout.state() == RolloutStatus.State.Paused) {
            return new Told(start + "; it goes on when someone resumes it.", "kpfleet resume " + rollout.id());
        }
        return cluster != null && isStopped(cluster)
                ? new Told(start + "; it is stopped, and is waited for up to the deadline.", start(cluster))
                : new Told(start + "; the newest change goes first; nothing to do.", null);
    }

    static boolean isStopped(ClusterView cluster) {
        return cluster.powerState().equals("Stopped");
    }

    /** What starts a stopped cluster. */
    static String start(ClusterView cluster) {
        return "az aks start --subscription " + cluster.subscription() + " --resource-group " + cluster.resourceGroup()
                + " --name " + cluster.name();
    }
}
