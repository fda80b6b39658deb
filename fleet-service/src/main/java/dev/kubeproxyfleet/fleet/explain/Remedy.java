package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.reason.AgentReason;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ProofReason;
import dev.kubeproxyfleet.schemas.reason.ReadinessReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.reason.SelectionReason;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import org.jspecify.annotations.Nullable;

/**
 * What would help a cluster that waits, was skipped or failed.
 *
 * @param words the end of a sentence
 * @param request what to ask of the config; null if nothing
 * @param command what else a person would type; null where there is nothing to do
 */
record Remedy(
        String words, @Nullable Request request, @Nullable String command) {

    private enum Request {
        RETRY,
        RERUN
    }

    private static final Remedy PASSES = new Remedy("it goes on by itself once that has passed", null);

    private static final Remedy GONE = asks("once the cause is gone, try it again", Request.RETRY);

    private Remedy(String words, @Nullable String command) {
        this(words, null, command);
    }

    private static Remedy asks(String words, Request request) {
        return new Remedy(words, request, null);
    }

    /**
     * Ends a sentence.
     *
     * @param start of it, with the code and what it means
     */
    Told after(String start, ReasonCode code, Ask ask) {
        String rest = start + "; " + words;
        return switch (request) {
            case RETRY -> ask.retry(rest, code);
            case RERUN -> ask.rerun(rest);
            case null -> new Told(rest + ".", command);
        };
    }

    /**
     * What a person does before a failed cluster is tried again, in the words of a command.
     *
     * @param code why it failed
     */
    static String mending(@Nullable ReasonCode code) {
        if (AzureCode.REQUEST_DISALLOWED_BY_POLICY.equals(code)) {
            return "let the policy allow it, or exempt the cluster from its assignment,";
        }
        if (code == ClusterReason.FlagsDiffer) {
            return "find out who changes its DaemonSet kube-system/kube-proxy, or why Azure has not changed it,";
        }
        if (code == ClusterReason.DaemonSetNotRolledOut) {
            return "see what keeps its DaemonSet kube-system/kube-proxy from being rolled out, mend that";
        }
        if (code == ClusterReason.PodsCrashLooping) {
            return "see in the log of kube-proxy why it ends, mend that";
        }
        if (code == ClusterReason.AgentsNotRolledOut) {
            return "mend what keeps the pods of its agents from running";
        }
        if (code == ClusterReason.AgentsSilent) {
            return "see in the log of its agents why they do not reach Kafka, mend that";
        }
        if (code == ClusterReason.AgentsDiffer) {
            return "find out who changes its agents";
        }
        if (code == ClusterReason.KubernetesUnseen) {
            return "let the service see its Kubernetes API";
        }
        return "mend the cause";
    }

    /**
     * @param code why the cluster waits or was skipped
     * @param cluster ARM resource id
     */
    static Remedy of(ReasonCode code, String config, String cluster) {
        return switch (code) {
            case ClusterReason reason -> of(reason, config, cluster);
            case InstallReason reason -> reason == InstallReason.StillChanging ? PASSES : GONE;
            case AzureCode _,
                    WorkerReason _,
                    RolloutReason _,
                    SelectionReason _,
                    PlanWarning _,
                    AnswerReason _,
                    RecordReason _,
                    DocumentReason _,
                    RequestReason _,
                    ProofReason _,
                    EvidenceReason _,
                    GateReason _,
                    KubernetesReason _,
                    AgentReason _,
                    TokenReason _,
                    ReadinessReason _,
                    NotificationReason _ -> GONE;
        };
    }

    private static Remedy of(ClusterReason reason, String config, String cluster) {
        String apply = "kpfleet apply -f " + config + ".yaml";
        return switch (reason) {
            case ClusterStopped, ClusterNotReady, ClusterBusy, OperationInFlight, OutsideMaintenanceWindow -> PASSES;
            case MaintenanceWindowsUnknown ->
                new Remedy(
                        "it goes on by itself once they are; see that the service may read maintenanceConfigurations",
                        null);
            case ConflictingConfigs -> new Remedy("it waits until one of them is changed", "kpfleet get configs");
            case KubeProxyConfigFeatureNotRegistered ->
                new Remedy(
                        "it goes on by itself once that is done",
                        "kpfleet features register " + Partitioning.subscriptionOf(cluster));
            case SkippedByOperator -> asks("try it again to include it", Request.RETRY);
            case Superseded -> new Remedy("look at the latest rollout", "kpfleet get rollout " + config);
            case LowerPriority ->
                new Remedy(
                        "that config decides what it runs, unless one of the priorities is changed",
                        "kpfleet get configs");
            case NoLongerSelected, ClusterGone, SubscriptionNotInFleet, NothingToRevert ->
                new Remedy("nothing to do", null);
            case NoStage ->
                new Remedy("give the strategy a stage that takes it and publish the configuration again", apply);
            case AutomaticSku,
                    CiliumDataplaneRequiresKubeProxyConfigDisabled,
                    KubeProxyConfigDisabledBYOCNIOnly,
                    NetworkPolicyAzureWithIpvs ->
                new Remedy("select it no longer, or publish a configuration that it can take", apply);
            case ModeNotNamed -> new Remedy("name the mode in the configuration, and publish it again", apply);
            case KubernetesVersionTooOld -> asks("once it is upgraded, try it again", Request.RETRY);
            case ApiVersionTooOld ->
                asks("once the fleet service is configured to use a newer api-version, try it again", Request.RETRY);
            case KubeProxyConfigUnreadable -> asks("once the fleet service is upgraded, try it again", Request.RETRY);
            case ScopeLocked -> asks("once the lock is removed, try it again", Request.RETRY);
            case WriteForgotten -> asks("look at what it has, and try it again", Request.RETRY);
            case ForeignChange ->
                asks("find out who changes it; to overrule them, roll the configuration out once more", Request.RERUN);
            case WorkerSilent,
                    EarlierConfigurationUnknown,
                    NodesDiffer,
                    NodesSilent,
                    NodesNotSynced,
                    KubeProxyRestarting,
                    ServicesUnreachable,
                    NewEvidence,
                    NodesUnproven,
                    DaemonSetNotRolledOut,
                    FlagsDiffer,
                    PodsCrashLooping,
                    KubernetesUnseen,
                    AgentsNotRolledOut,
                    AgentsSilent,
                    AgentsDiffer,
                    ClockSkew,
                    Drifted,
                    NodesDrifted,
                    DriftFight,
                    DriftEnded -> GONE;
        };
    }
}
