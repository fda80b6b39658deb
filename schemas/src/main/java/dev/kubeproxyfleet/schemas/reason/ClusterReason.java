package dev.kubeproxyfleet.schemas.reason;

/** Why a cluster of a rollout waits, was skipped, failed, or has drifted since it converged. */
public enum ClusterReason implements Reason {
    ClusterStopped(Kind.CaughtLater, "The cluster is stopped, and cannot be written now."),
    ClusterNotReady(
            Kind.CaughtLater, "The cluster is broken, or does not exist in full yet, and cannot be written now."),
    ClusterBusy(Kind.CaughtLater, "Another operation runs on the cluster, so that it cannot be written now."),
    ConflictingConfigs(
            Kind.Waits,
            "Two configs of one priority select the cluster.",
            "Change the selector or the priority of one of them."),
    OperationInFlight(Kind.Waits, "Another rollout's write to the cluster has yet to end."),
    KubeProxyConfigFeatureNotRegistered(
            Kind.Waits, "The subscription lacks the preview feature.", "Run `kpfleet features register`."),
    OutsideMaintenanceWindow(
            Kind.Waits, "None of the cluster's AKS maintenance windows is open; see `honourAksMaintenance`."),
    MaintenanceWindowsUnknown(
            Kind.Waits,
            "The cluster's AKS maintenance windows have not been read yet; see `honourAksMaintenance`.",
            "See that the service may read `maintenanceConfigurations`."),
    WorkerSilent(
            Kind.Waits,
            "The Azure worker has not answered although the deadline has passed; it is asked again.",
            "See that a replica of the service runs the Azure worker."),
    LowerPriority(Kind.Released, "A config of higher priority selects the cluster."),
    NoLongerSelected(Kind.Released, "The config does not select the cluster any more."),
    ClusterGone(Kind.Released, "The cluster does not exist any more, or another one has its name."),
    SubscriptionNotInFleet(
            Kind.Released,
            "The cluster's subscription is none of `kpfleet.azure.subscriptions` (any more); a new cluster is refused."),
    SkippedByOperator(Kind.Released, "A person skipped the cluster.", "Run `kpfleet retry --cluster`."),
    Superseded(Kind.Released, "A newer rollout has taken the place of this one.", "Look at the latest rollout."),
    ScopeLocked(
            Kind.Skipped,
            "A `ReadOnly` lock is on the cluster, its resource group or its subscription, by the inventory or by Azure's answer.",
            "Remove the lock, then `kpfleet retry`."),
    NoStage(Kind.Skipped, "No stage of the strategy takes the cluster.", "Give the strategy a stage that takes it."),
    AutomaticSku(
            Kind.Skipped,
            "AKS Automatic does not support a kube-proxy configuration.",
            "Select the cluster no longer."),
    CiliumDataplaneRequiresKubeProxyConfigDisabled(
            Kind.Skipped,
            "The Cilium dataplane takes the place of kube-proxy, which has to stay disabled.",
            "Select the cluster no longer, or disable kube-proxy."),
    KubeProxyConfigDisabledBYOCNIOnly(
            Kind.Skipped,
            "kube-proxy can be disabled only where the cluster brings its own CNI.",
            "Select the cluster no longer, or leave kube-proxy enabled."),
    NetworkPolicyAzureWithIpvs(
            Kind.Skipped,
            "`networkPolicy: azure` does not work with IPVS.",
            "Select the cluster no longer, or choose another mode."),
    KubernetesVersionTooOld(
            Kind.Skipped, "The mode needs a newer Kubernetes version.", "Upgrade the cluster, then `kpfleet retry`."),
    ModeNotNamed(
            Kind.Skipped,
            "The configuration names no mode, and kube-proxy of Kubernetes 1.40 and newer chooses one itself: nobody could tell whether the cluster runs what was meant. A cluster that is upgraded there while it is changed fails.",
            "Name the mode in the configuration, and publish it."),
    ApiVersionTooOld(
            Kind.Skipped,
            "The api-version of ARM that the service is configured to use does not know the mode.",
            "Configure a newer one, then `kpfleet retry`."),
    KubeProxyConfigUnreadable(
            Kind.Skipped,
            "The cluster has kube-proxy settings that this version of the service does not know; they are left alone. A change that meets them only when it is written fails.",
            "Upgrade the service, then `kpfleet retry`."),
    NothingToRevert(Kind.Skipped, "The cluster was not rolled back: it has already what it had before."),
    ForeignChange(
            Kind.Skipped,
            "Someone else has changed the cluster: it was not rolled back, or failed while evidence of the change was awaited.",
            "Find out who changes it."),
    EarlierConfigurationUnknown(Kind.Failed, "The cluster was not rolled back: nobody knows what it had before."),
    WriteForgotten(
            Kind.Failed,
            "A write to the cluster was under way in a backup that the service's state came back from; what became of it is not known.",
            "Look at the cluster, then roll back, or `kpfleet retry`."),
    NodesDiffer(
            Kind.Failed,
            "At the deadline too many of the cluster's nodes showed something else.",
            "Look at those nodes with `kpfleet get cluster`."),
    NodesSilent(
            Kind.Failed,
            "Too few of the cluster's nodes report: the cluster cannot converge, or has not by its deadline.",
            "See that the agent runs on its nodes."),
    NodesNotSynced(
            Kind.Failed,
            "At the deadline kube-proxy of too many nodes had not programmed its rules since it started, or was overdue.",
            "See the log of kube-proxy on those nodes."),
    KubeProxyRestarting(
            Kind.Failed,
            "At the deadline kube-proxy of too many nodes had restarted more than once since the change.",
            "See the log of kube-proxy on those nodes."),
    ServicesUnreachable(
            Kind.Failed,
            "At the deadline at least two nodes, or all of fewer that probe it, did not reach cluster DNS through its ClusterIP, while clusters that were not changed did.",
            "See on those nodes what answers at the ClusterIP, or roll back."),
    NewEvidence(
            Kind.Failed,
            "At the deadline too many nodes showed that something does not fit together, with a code that they had not shown before the change; the message names it.",
            "Look the code up among those of nodes, and see those nodes with `kpfleet get cluster`."),
    NodesUnproven(
            Kind.Failed,
            "At the deadline too many nodes did not tell what would prove the configuration; the message says what is missing.",
            "Let the agent see what is missing."),
    DaemonSetNotRolledOut(
            Kind.Failed,
            "At the deadline the Kubernetes API showed pods of kube-proxy on too few nodes with the configuration: its DaemonSet is not rolled out.",
            "See `kubectl -n kube-system rollout status daemonset/kube-proxy`."),
    FlagsDiffer(
            Kind.Failed,
            "At the deadline the Kubernetes API showed a kube-proxy whose flags are not those of the configuration, on too many nodes or in its DaemonSet.",
            "Find out who changes the DaemonSet, or ask Azure why it has not."),
    PodsCrashLooping(
            Kind.Failed,
            "At the deadline the Kubernetes API showed pods of kube-proxy on too many nodes that end again and again.",
            "See the log of kube-proxy on those nodes."),
    KubernetesUnseen(
            Kind.Failed,
            "At the deadline nothing new was known from the Kubernetes API, or not whether it holds the configuration; the message says why.",
            "See what the message names, or ask for other evidence with `gate.evidence`."),
    AgentsNotRolledOut(
            Kind.Failed,
            "At the deadline the Kubernetes API did not show the agents rolled out on as many nodes as must have them; the message says why their pods wait.",
            "Mend what the message names, then `kpfleet retry`."),
    AgentsSilent(
            Kind.Failed,
            "At the deadline the agents were rolled out, and those of too few nodes had reported.",
            "See the log of the agents, and that their brokers can be reached from the cluster."),
    AgentsDiffer(
            Kind.Failed,
            "At the deadline the Kubernetes API showed other agents than were installed, or some although they were removed.",
            "Find out who changes them, then `kpfleet retry`."),
    ClockSkew(
            Kind.Failed,
            "At the deadline too few nodes counted, and the clocks of nodes and service differ; the message says by how much.",
            "Set the clocks right."),
    Drifted(
            Kind.Drift,
            "Azure shows something else than the cluster converged to.",
            "Run `kpfleet rerun`, unless the config says `drift: Correct`."),
    NodesDrifted(
            Kind.Drift,
            "Azure shows the configuration, and nodes run something else, by their own word or by that of the Kubernetes API.",
            "Restart kube-proxy on those nodes, or find out who changes its DaemonSet."),
    DriftFight(
            Kind.Drift,
            "Someone changes the cluster back after each correction, so it is left alone.",
            "Find out who changes it, then `kpfleet rerun`."),
    DriftEnded(Kind.Drift, "The drift is over.");

    private final Kind kind;
    private final Words words;

    ClusterReason(Kind kind, String meaning) {
        this.kind = kind;
        words = new Words(meaning, null);
    }

    ClusterReason(Kind kind, String meaning, String helps) {
        this.kind = kind;
        words = new Words(meaning, helps);
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public Words words() {
        return words;
    }

    /** What becomes of the cluster. */
    public enum Kind {
        /** It waits, and goes on once the reason has passed. */
        Waits("waits"),
        /** It is skipped, never fails a rollout, and is taken up by itself once it is ready. */
        CaughtLater("caught later"),
        /** It is no longer the rollout's to change, or a person decided so; a rollout may succeed without it. */
        Released("left alone"),
        /** It is skipped; a rollout succeeds only if its plan had shown this. */
        Skipped("skipped"),
        Failed("failed"),
        /** It has converged, and something became of it since. */
        Drift("drift");

        private final String then;

        Kind(String then) {
            this.then = then;
        }

        /** In the guide. */
        public String then() {
            return then;
        }
    }
}
